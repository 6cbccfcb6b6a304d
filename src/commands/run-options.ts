import { type Buyer, parseBuyer } from '../checklist/buyers.ts';
import { parseDuration } from '../checklist/parse-checklist.ts';
import { didYouMean } from '../checklist/problems.ts';
import { UserError } from '../errors.ts';
import { type ReportFormat, reporters } from '../reporters/index.ts';

/** `--max-wait 10m` in ms. */
export function parseMaxWait(value: string): number {
  const ms = parseDuration(value);
  if (ms === null)
    throw new UserError(
      'bad-duration',
      `"${value}" is not a duration.`,
      'Give a number and a unit, as in 30s, 10m or 2h.',
    );
  return ms;
}

/** `--buyer ID` and `--buyer CHECKLIST=ID`, as often as they were given. */
export function parseBuyers(values: readonly string[], walked: readonly string[]) {
  const byChecklist: Record<string, Buyer> = {};
  const general: Buyer[] = [];
  for (const value of values) {
    const [checklist, buyer] = splitAt(value);
    if (checklist === null) {
      general.push(parseBuyer(value));
      continue;
    }
    if (!walked.includes(checklist)) {
      throw new UserError(
        'unknown-checklist',
        `--buyer ${value}: this run has no checklist "${checklist}"${didYouMean(checklist, walked)}`,
      );
    }
    byChecklist[checklist] = parseBuyer(buyer);
  }
  return { byChecklist, general };
}

/** `--set KEY=VALUE`, as often as it was given. */
export function parseInputs(values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    values.map((value) => {
      const [key, text] = splitAt(value);
      if (key === null || key === '')
        throw new UserError('bad-set', `--set ${value} has no value.`, 'Write --set KEY=VALUE.');
      return [key, text];
    }),
  );
}

export interface ReportTarget {
  readonly format: ReportFormat;
  readonly path: string;
}

/** `--report FORMAT=FILE`, as often as it was given. */
export function parseReports(values: readonly string[]): readonly ReportTarget[] {
  const formats = Object.keys(reporters);
  const paths = new Set<string>();
  return values.map((value) => {
    const [format, path] = splitAt(value);
    if (format === null || path === '')
      throw new UserError(
        'bad-report',
        `--report ${value} names no file.`,
        `Write --report FORMAT=FILE; FORMAT is one of ${formats.join(', ')}.`,
      );
    if (!Object.hasOwn(reporters, format))
      throw new UserError(
        'bad-report',
        `--report ${value}: there is no format "${format}"${didYouMean(format, formats)}`,
      );
    if (paths.has(path))
      throw new UserError(
        'bad-report',
        `--report names ${path} twice, and a file holds one report.`,
        'Write each format to a file of its own.',
      );
    paths.add(path);
    return { format: format as ReportFormat, path };
  });
}

function splitAt(value: string): readonly [string | null, string] {
  const at = value.indexOf('=');
  return at < 0 ? [null, ''] : [value.slice(0, at), value.slice(at + 1)];
}
