import type { Report } from '../checklist/report-document.ts';
import { jsonText } from '../text/safe.ts';
import { htmlReport } from './html.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Reporter } from './report-words.ts';
import { textReport } from './text.ts';

/** The document itself. */
const json = (report: Report) => jsonText(report);

/** The report formats, by the names that `--format` and `--report` take. */
export const reporters = {
  html: htmlReport,
  json,
  junit: junitReport,
  markdown: markdownReport,
  text: textReport,
} satisfies Record<string, Reporter>;
export type ReportFormat = keyof typeof reporters;

/** The formats that show attached files and the instructions of steps. */
export const showsEvidence: readonly ReportFormat[] = ['html'];
