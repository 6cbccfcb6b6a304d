import type { Report } from '../checklist/report-document.ts';
import { jsonText } from '../text/safe.ts';
import type { ReportFormat } from './formats.ts';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Reporter } from './report-words.ts';
import { textReport } from './text.ts';

/** The document itself. */
const json = (report: Report) => jsonText(report);

export const reporters = {
  html: htmlReport,
  json,
  junit: junitReport,
  markdown: markdownReport,
  text: textReport,
} satisfies Record<ReportFormat, Reporter>;
