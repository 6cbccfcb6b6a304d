import { jsonText } from '../text/safe.ts';
import { fleetText } from './fleet-text.ts';
import type { FleetReporter } from './fleet-words.ts';
import type { ReportFormat } from './formats.ts';

export const fleetReporters = {
  html: fleetText,
  json: (report) => jsonText(report),
  junit: fleetText,
  markdown: fleetText,
  text: fleetText,
} satisfies Record<ReportFormat, FleetReporter>;
