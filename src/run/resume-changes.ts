import type { Changeable, ChecklistChanged, Reopened, RunTarget } from '../checklist/entries.ts';
import type { Step } from '../checklist/model.ts';
import { resumeCommand } from '../checklist/printed-command.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { Files, Host } from '../ports/host.ts';
import { isLoopback } from '../ports/saas.ts';
import type { RecordedChecklist, SavedRun } from '../ports/storage.ts';
import { matchesProduct } from '../product/target.ts';
import { shellWord } from '../text/safe.ts';
import { type LoadedChecklist, loadChecklists } from './checklists.ts';
import type { Connection } from './connection.ts';
import type { RunOptions } from './options.ts';
import { plannedOf } from './run-facts.ts';

/** Something that has changed since the last walk of a run. */
export interface Difference {
  readonly what: Changeable;
  /** The old and the new value, as a clause. */
  readonly words: string;
}

export interface ChecklistChanges {
  /** The current checklists of the run. */
  readonly checklists: readonly LoadedChecklist[];
  readonly differences: readonly Difference[];
  /** The entries to append if the differences are accepted. */
  readonly entries: readonly (Omit<ChecklistChanged, 'at'> | Omit<Reopened, 'at'>)[];
  /** Sentences that the operator should know. */
  readonly remarks: readonly string[];
}

/**
 * Returns the checklists of a run, and how their files have changed. If accepted, a changed file replaces the saved
 * checklist; if the file is gone, the saved one stays. A built-in checklist that another version of mp-verify has
 * changed is not a difference: the run continues with the saved one.
 */
export async function checklistChanges(
  run: SavedRun,
  accepted: boolean,
  { files, shared }: Pick<Host, 'files' | 'shared'>,
): Promise<ChecklistChanges> {
  const differences: Difference[] = [];
  const checklists: LoadedChecklist[] = [];
  const entries: ChecklistChanges['entries'][number][] = [];
  const remarks: string[] = [];
  const acceptedBefore = run.entries.some((entry) => entry.type === 'began' && entry.accepted.includes('checklist'));
  for (const [index, { checklist }] of (await plannedOf(run)).entries()) {
    const recorded = run.record.checklists[index];
    if (!recorded) continue;
    const before: LoadedChecklist = { ...checklist, source: recorded.source, from: recorded.from };
    const now = await rereadChecklist(recorded, files);
    const differ = (words: string) => differences.push({ what: 'checklist', words });
    let walked = before;
    if (shared && 'path' in recorded.from && !(await files.exists(recorded.from.path)))
      // It is on the machine of the person who started the run.
      remarks.push(`${recorded.from.path} is not on this machine. This run continues with the checklist as it was.`);
    else if (typeof now === 'string') {
      if (!acceptedBefore) differ(now);
    } else if (now.sha256 !== checklist.sha256) {
      if ('builtIn' in now.from)
        remarks.push(
          `${checklist.id} is different in this version of mp-verify. This run continues with the one it started with.`,
        );
      else if (now.id !== checklist.id) differ(`the checklist ${checklist.id} is now called ${now.id}`);
      else {
        differ(`the checklist ${now.id} has changed since the run started`);
        walked = now;
        const { id, source } = now;
        entries.push({ type: 'checklist', checklist: id, source, changedFrom: firstChange(before, now) });
        entries.push(...changedBaselines(before, now));
      }
    }
    checklists.push(accepted ? walked : before);
  }
  return { checklists, differences, entries, remarks };
}

/** Returns the id of the first step that differs; null if only texts around the steps do. */
function firstChange(before: LoadedChecklist, now: LoadedChecklist): string | null {
  const same = (index: number) => JSON.stringify(before.steps[index]) === JSON.stringify(now.steps[index]);
  return now.steps.find((_, index) => !same(index))?.id ?? null;
}

/** A baseline is kept if a step before it has changed, but not if its own check has. */
function changedBaselines(before: LoadedChecklist, now: LoadedChecklist): readonly Omit<Reopened, 'at'>[] {
  const asks = ({ id, check }: Step) => JSON.stringify([id, check]);
  const same = (step: Step) => before.steps.some((each) => asks(each) === asks(step));
  return now.steps
    .filter((step) => step.check?.baseline && !same(step))
    .map(({ id }) => ({ type: 'reopened', checklist: now.id, step: id, because: 'checklist' }));
}

async function rereadChecklist({ id, from }: RecordedChecklist, files: Files): Promise<LoadedChecklist | string> {
  try {
    const [loaded] = await loadChecklists(['path' in from ? from.path : from.builtIn], files);
    return loaded ?? `the checklist ${id} is no longer there`;
  } catch (error) {
    if (error instanceof UserError) return `the checklist ${id} can no longer be read (${error.message})`;
    throw error;
  }
}

/** What AWS has said of the caller and the product, and where. */
interface Asked {
  readonly marketplace: Pick<Connection['marketplace'], 'endpoint'>;
  readonly known: Pick<Connection['known'], 'caller' | 'product'>;
}

/** Returns how account, product and endpoint differ from those of the run, as far as both are known. */
export function targetDifferences(
  last: RunTarget | null,
  { marketplace: { endpoint }, known: { product, caller } }: Asked,
  productOption: string | undefined,
): readonly Difference[] {
  if (last === null) return [];
  const differences: Difference[] = [];
  if (last.accountId !== null && caller && caller.accountId !== last.accountId)
    differences.push({
      what: 'account',
      words: `the account was ${last.accountId} and is now ${caller.accountId} (${caller.credentials})`,
    });
  if (last.product) {
    const { productId, title } = last.product;
    const was = `the product was ${title} (${productId})`;
    if (product && product.id !== productId)
      differences.push({ what: 'product', words: `${was} and is now ${product.title} (${product.id})` });
    // The product could not be looked up with another account's credentials.
    else if (!product && productOption !== undefined && !matchesProduct(productOption, last.product))
      differences.push({ what: 'product', words: `${was}, but --product names ${productOption}` });
  }
  // Before AWS's first answer there is nothing to compare with.
  if (last.accountId !== null && place(endpoint) !== place(last.endpoint))
    differences.push({
      what: 'endpoint',
      words: `the endpoint was ${last.endpoint ?? 'AWS'} and is now ${endpoint ?? 'AWS'}`,
    });
  return differences;
}

/** All loopback endpoints count as one, because a sandbox has a new port each time. */
function place(endpoint: string | null): string | null {
  return endpoint !== null && isLoopback(endpoint) ? 'loopback' : endpoint;
}

/** Throws, listing every difference, unless all are accepted. `typed`: the flags that the printed command repeats. */
export function refuseDifferences(
  differences: readonly Difference[],
  accepted: readonly Changeable[],
  run: string,
  last: RunTarget | null,
  typed: RunOptions,
): void {
  if (differences.every(({ what }) => accepted.includes(what))) return;
  const kinds = [...new Set(differences.map(({ what }) => what))];
  const message = `Cannot resume ${run}, because something has changed: ${differences.map(({ words }) => words).join('; ')}.`;
  const before = kinds.includes('endpoint') && last?.endpoint ? ` (--endpoint-url ${last.endpoint})` : '';
  const hint = `Undo the change${before}, or accept it: ${resumeCommand(run)}${targetFlags(typed)} --accept-changed ${[...new Set([...accepted, ...kinds])].join()}`;
  throw kinds.includes('account')
    ? new CouldNotCheck('wrong-account', message, hint)
    : new UserError('run-changed', message, hint);
}

function targetFlags({ product, profile, endpointUrl }: RunOptions): string {
  return Object.entries({ '--product': product, '--profile': profile, '--endpoint-url': endpointUrl })
    .map(([flag, value]) => (value === undefined ? '' : ` ${flag} ${shellWord(value)}`))
    .join('');
}
