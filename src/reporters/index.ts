import type { Report } from '../checklist/report-document.ts';
import { jsonText } from '../text/safe.ts';
import { htmlReport } from './html.ts';
import { markdownReport } from './markdown.ts';
import type { Reporter } from './report-words.ts';
import { textReport } from './text.ts';

/** The document itself. */
const json = (report: Report) => jsonText(report);

/** The formats in which a run can be printed or saved, by the name that `--format` and `--report` take. */
export const reporters = { html: htmlReport, json, markdown: markdownReport, text: textReport } satisfies Record<
  string,
  Reporter
>;
export type ReportFormat = keyof typeof reporters;

/** The formats that show the attached files, and what was asked. */
export const showsEvidence: readonly ReportFormat[] = ['html'];
