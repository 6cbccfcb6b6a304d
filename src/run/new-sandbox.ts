import { currentResults } from '../checklist/current-results.ts';
import type { Entry, Reopened, RunTarget } from '../checklist/entries.ts';
import type { Checklist, PlannedChecklist } from '../checklist/model.ts';
import type { Terminal } from '../ports/host.ts';
import type { Caller } from '../ports/marketplace.ts';
import type { Rehearsal } from '../ports/sandbox.ts';
import { warning } from '../text/block.ts';
import type { ConnectedSandbox } from './sandbox.ts';

/** Whether a run is resumed in a new sandbox. */
export function isNewSandbox(last: RunTarget | null, sandbox: ConnectedSandbox, caller: Caller | null): boolean {
  if (sandbox.isOwn) return true;
  return Boolean(last?.instance && caller?.instance && last.instance !== caller.instance);
}

/**
 * Prepares a new sandbox for a resumed run, because it knows nothing of what was done in the last one. With the sample
 * SaaS, the program repeats the purchases and sign-ups that still count. In any case, what AWS granted is checked
 * again. `added` are the entries that this resume adds; returns those to add after them.
 */
export async function moveToNewSandbox(
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  added: readonly Entry[],
  sandbox: ConnectedSandbox,
  terminal: Terminal,
  at: string,
): Promise<readonly Entry[]> {
  const warn = (body: string) => terminal.write(warning(terminal.styles(), body));
  const hasSample = sandbox.saas() !== null;
  const reopened = planned.flatMap(({ checklist }) => reopenGranted(checklist, entries, at, hasSample));
  const hasFailed = entries.some((entry) => entry.type === 'attempt' && entry.status === 'fail');
  if (hasSample && sandbox.isOwn && sandbox.saasBug === null && hasFailed)
    warn('This is a new sandbox, and its sample SaaS has no bug: --saas-bug of an earlier run is not used again.');
  if (hasSample) await repeatPractice(planned, [...entries, ...added, ...reopened], sandbox.rehearsal(), warn);
  else warn('This is a new sandbox: mp-verify asks again about the steps done in the previous one.');
  return reopened;
}

/**
 * In the sandbox of the last session, does again what only the browsers of that session knew: its rehearsal may have been
 * killed after the buyer came to the SaaS, or signed in there.
 */
export async function openBrowsersAgain(
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  rehearse: Rehearsal | null,
): Promise<void> {
  if (rehearse === null) return;
  for (const { checklist, buyer } of planned) {
    const { current } = currentResults(checklist, entries);
    const parts = checklist.steps.filter(({ sandbox }) => sandbox !== null);
    const next = parts.findIndex(({ id }) => current.get(id)?.status !== 'pass');
    const last = parts[next - 1];
    if (buyer === null || last === undefined || current.get(last.id)?.by !== 'rehearsal') continue;
    if (last.sandbox === 'set-up' || last.sandbox === 'sign-in') await rehearse(last.sandbox, buyer);
  }
}

/** A new sandbox grants under new licenses. Without the sample SaaS, people have done nothing there either. */
function reopenGranted(
  checklist: Checklist,
  entries: readonly Entry[],
  at: string,
  hasSample: boolean,
): readonly Reopened[] {
  const { current, claims } = currentResults(checklist, entries);
  const step = checklist.steps.find(
    ({ id, check, sandbox }) =>
      claims.has(id) ||
      (current.has(id) && (check?.findsGrants || (!hasSample && (sandbox === 'purchase' || sandbox === 'change')))),
  );
  return step ? [{ type: 'reopened', checklist: checklist.id, step: step.id, because: 'sandbox', at }] : [];
}

async function repeatPractice(
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  rehearse: Rehearsal | null,
  say: (body: string) => void,
): Promise<void> {
  if (rehearse === null) return;
  for (const { checklist, buyer } of planned) {
    const { current } = currentResults(checklist, entries);
    for (const { id, title, sandbox } of checklist.steps) {
      if (sandbox === null || sandbox === 'product-page' || sandbox === 'inspect') continue;
      if (buyer === null || current.get(id)?.status !== 'pass') continue;
      const { status, words } = await rehearse(sandbox, buyer);
      const [done, why] = status === 'pass' ? ['repeated', ''] : ['could not repeat', ` (${words})`];
      say(`This is a new sandbox; ${done} for ${buyer}: ${title}${why}`);
    }
  }
}
