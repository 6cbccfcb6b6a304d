import { type Buyer, parseBuyer } from '../checklist/buyers.ts';
import type { Changeable } from '../checklist/entries.ts';
import type { PlannedChecklist } from '../checklist/model.ts';
import type { Position } from '../checklist/next-step.ts';
import { didYouMean, suggest } from '../checklist/problems.ts';
import { UserError } from '../errors.ts';
import type { ColorMode, Files } from '../ports/host.ts';
import { type ReportFormat, reportFormats } from '../reporters/formats.ts';
import { readEvidence } from '../walk/notes.ts';
import type { ConnectionOptions } from './connection.ts';

/** The flags of `run` and `resume`, as commander parses them. */
export interface RunOptions extends ConnectionOptions {
  readonly buyer: readonly string[];
  readonly set: readonly string[];
  readonly report: readonly string[];
  readonly attach: readonly string[];
  readonly rehearse?: boolean | undefined;
  readonly answers?: string | undefined;
  readonly maxWait?: string | undefined;
  readonly expiresWithin?: string | undefined;
  readonly operator?: string | undefined;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  /** Nothing of the walk is shown, so nothing is asked. */
  readonly quiet?: boolean | undefined;
  /** False for --no-github. */
  readonly github: boolean;
  readonly color: ColorMode;
  /** `run` only: check every product of the configuration file. */
  readonly all?: boolean | undefined;
  /** With `all`: the products to check; absent for all of them. In a command about one product, that is `product`. */
  readonly products?: readonly string[] | undefined;
  /** With `all`: how many products are checked at a time. */
  readonly maxParallel?: number | undefined;
  /** `resume` only: the id of a step, or `CHECKLIST/STEP`. */
  readonly from?: string | undefined;
  /** `resume` only: end the hold of another process on a run in a shared store. */
  readonly takeOver?: boolean | undefined;
  /** `resume` only: what may differ from the earlier walk. */
  readonly acceptChanged?: readonly Changeable[] | undefined;
}

/** A rehearsal asks nothing, and neither does a walk that is not shown. */
export function asksNothing({ rehearse, quiet, input }: RunOptions): boolean {
  return !input || rehearse === true || quiet === true;
}

/** Parses every `--buyer ID` and `--buyer CHECKLIST=ID`. */
export function parseBuyers(values: readonly string[], checklists: readonly string[]) {
  const byChecklist: Record<string, Buyer> = {};
  const general: Buyer[] = [];
  for (const value of values) {
    const [checklist, buyer] = splitAt(value);
    if (checklist === null) {
      general.push(parseBuyer(value));
      continue;
    }
    if (!checklists.includes(checklist)) {
      throw new UserError(
        'unknown-checklist',
        `--buyer ${value}: this run has no checklist "${checklist}"${didYouMean(checklist, checklists)}`,
      );
    }
    byChecklist[checklist] = parseBuyer(buyer);
  }
  return { byChecklist, general };
}

/** Parses every `--set KEY=VALUE`. */
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

export interface ReportFile {
  readonly format: ReportFormat;
  readonly path: string;
}

/** Parses every `--report FORMAT=FILE`. Rejects with `UserError` if a file cannot be written. */
export async function parseReports(values: readonly string[], files: Files): Promise<readonly ReportFile[]> {
  const paths = new Set<string>();
  const reports = values.map((value) => {
    const [format, path] = splitAt(value);
    if (format === null || path === '')
      throw new UserError(
        'bad-report',
        `--report ${value} has no file name.`,
        `Write --report FORMAT=FILE; FORMAT is one of ${reportFormats.join(', ')}.`,
      );
    const known = reportFormats.find((each) => each === format);
    if (known === undefined)
      throw new UserError(
        'bad-report',
        `--report ${value}: unknown format "${format}"${didYouMean(format, reportFormats)}`,
      );
    if (paths.has(path))
      throw new UserError(
        'bad-report',
        `--report writes to ${path} twice, but a file can hold only one report.`,
        'Write each format to its own file.',
      );
    paths.add(path);
    return { format: known, path };
  });
  for (const { path } of reports) await files.checkWritable(path);
  return reports;
}

/** A file to attach to a step. */
export interface Attachment {
  readonly path: string;
  readonly checklist: string;
  readonly step: string;
}

/**
 * Parses every `--attach STEP=FILE`. Rejects with `UserError` for an unknown step, or a file that cannot be attached.
 */
export async function parseAttachments(
  values: readonly string[],
  planned: readonly Pick<PlannedChecklist, 'checklist'>[],
  files: Files,
): Promise<readonly Attachment[]> {
  const attachments: Attachment[] = [];
  for (const value of values) {
    const [name, path] = splitAt(value);
    if (name === null || name === '' || path === '')
      throw new UserError('bad-attach', `--attach ${value} has no file name.`, 'Write --attach STEP=FILE.');
    const place = findStep(name, '--attach', planned);
    const checklist = planned[place.checklist]?.checklist;
    const step = checklist?.steps[place.step];
    await readEvidence(path, files);
    if (checklist && step) attachments.push({ path, checklist: checklist.id, step: step.id });
  }
  return attachments;
}

/**
 * Finds the step with this id, or `CHECKLIST/STEP` if several checklists have one. `option` is the flag that names it.
 */
export function findStep(
  name: string,
  option: string,
  planned: readonly Pick<PlannedChecklist, 'checklist'>[],
): Position {
  const [checklistId, stepId] = name.includes('/') ? name.split('/') : [null, name];
  const checklists = planned.map(({ checklist }) => checklist);
  const found = checklists.flatMap(({ id, steps }, checklist) => {
    const step = steps.findIndex((each) => each.id === stepId);
    return step < 0 || (checklistId !== null && id !== checklistId) ? [] : [{ checklist, step }];
  });
  const [first, second] = found;
  if (first && !second) return first;
  if (first) {
    const names = found.map(({ checklist }) => `${checklists[checklist]?.id}/${stepId}`).join(', ');
    throw new UserError(
      'ambiguous-step',
      `${option} ${name}: several checklists have that step.`,
      `Use one of: ${names}`,
    );
  }
  const ids = checklists.flatMap(({ id, steps }) =>
    steps.map((each) => (checklistId === null ? each.id : `${id}/${each.id}`)),
  );
  const near = suggest(name, [...new Set(ids)]);
  throw new UserError(
    'unknown-step',
    `${option} ${name}: this run has no such step${near ? `, did you mean "${near}"?` : '.'}`,
    `The steps are ${[...new Set(ids)].join(', ')}.`,
  );
}

function splitAt(value: string): readonly [string | null, string] {
  const at = value.indexOf('=');
  return at < 0 ? [null, ''] : [value.slice(0, at), value.slice(at + 1)];
}
