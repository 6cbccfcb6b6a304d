import { jsonText } from '../text/safe.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import type { Reporter } from './report-words.ts';
import { textReport } from './text.ts';

/** The document itself. */
const json: Reporter = (report) => jsonText(report);

/** The formats in which a run can be printed or saved, by the name that `--format` and `--report` take. */
export const reporters = { json, junit: junitReport, markdown: markdownReport, text: textReport } satisfies Record<
  string,
  Reporter
>;
export type ReportFormat = keyof typeof reporters;
