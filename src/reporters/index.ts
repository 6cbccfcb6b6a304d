import { json } from './json.ts';
import { markdown } from './markdown.ts';
import type { Reporter } from './reporter.ts';
import { text } from './text.ts';

export const reporters = { json, markdown, text } satisfies Record<string, Reporter>;
export type ReportFormat = keyof typeof reporters;
