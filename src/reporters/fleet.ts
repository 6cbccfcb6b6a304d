import { jsonText } from '../text/safe.ts';
import { fleetHtml } from './fleet-html.ts';
import { fleetMarkdown } from './fleet-markdown.ts';
import { fleetText } from './fleet-text.ts';
import type { FleetReporter } from './fleet-words.ts';
import type { ReportFormat } from './formats.ts';
import { fleetJunit } from './junit.ts';

export const fleetReporters = {
  html: fleetHtml,
  json: (report) => jsonText(report),
  junit: fleetJunit,
  markdown: fleetMarkdown,
  text: fleetText,
} satisfies Record<ReportFormat, FleetReporter>;
