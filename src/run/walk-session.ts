import type { Entry, RunTarget } from '../checklist/entries.ts';
import type { PlannedChecklist } from '../checklist/model.ts';
import { type EarlyEnd, unreachedReasons } from '../checklist/next-step.ts';
import { redactAll } from '../checklist/redact.ts';
import { newSitting, runState } from '../checklist/run-state.ts';
import { Interrupted } from '../errors.ts';
import type { Terminal } from '../ports/host.ts';
import type { OpenRun } from '../ports/storage.ts';
import { toPage } from '../product/product-page.ts';
import type { HeaderFacts, WalkContext } from '../walk/context.ts';
import { walk } from '../walk/walk.ts';
import type { Connection } from './connection.ts';
import type { Session } from './prepare.ts';
import { isBound, plannedBy, targetOf } from './run-facts.ts';
import { confirmedUseCases } from './saved-runs.ts';

/** A session while it is walked. */
interface Walking {
  readonly context: WalkContext;
  /** Everything that has happened in the run. */
  readonly entries: readonly Entry[];
  /** Returns the checklists with their current buyers. */
  planned(): readonly PlannedChecklist[];
  /** Adds an entry to the run. It is on disk before the promise resolves. */
  append(entry: Entry): Promise<void>;
  /** Walks until nothing is left to do, the operator quits, or the program is stopped. */
  walkOn(header: HeaderFacts | null): Promise<WalkEnd>;
}

interface WalkEnd {
  readonly end: EarlyEnd | Interrupted | null;
  readonly interrupted: Interrupted | null;
  /** The entry to append, with its time. */
  readonly ended: Omit<Extract<Entry, { readonly type: 'ended' }>, 'at'>;
}

/** Begins a sitting of a session. Shows nothing: `terminal` is for the walk. */
export async function beginWalk(session: Session, terminal: Terminal): Promise<Walking> {
  const { host, run, connection, checklists, rehearse } = session;
  const { record } = run;
  const { answers, inputs, maxWait, expiresWithin, operator, settings } = session;
  const { marketplace, buyerMarketplace, target, page, namePage, sandbox } = connection;
  const now = () => host.clock.now().toISOString();
  const state = runState(checklists, newSitting(terminal.interactive), run.entries);
  const { entries } = state;
  let planned = plannedBy({ record, entries }, checklists);
  let kept = targetOf({ entries });
  // Each sitting records the caller, even if it has not changed.
  let isTargetKept = false;
  const append = async (entry: Entry) => {
    const saved = await saveEntry(run, entry);
    state.add(saved);
    if (saved.type === 'buyer') planned = plannedBy({ record, entries }, checklists);
    if (saved.type === 'target') kept = saved.target;
    if (saved.type === 'target') isTargetKept = true;
  };
  const keepTarget = async () => {
    const seen = knownTarget(connection);
    // A failed question does not change what is known. What another account sees is not about this run.
    if (kept !== null && seen.accountId === null) return;
    const isOther = kept !== null && kept.accountId !== null && seen.accountId !== kept.accountId;
    if (isOther && isBound({ entries }) && !session.accepted.includes('account')) return;
    const target = { ...seen, product: withPage(seen.product, kept?.product ?? null) };
    if (!isTargetKept || JSON.stringify(target) !== JSON.stringify(kept))
      await append({ type: 'target', at: now(), target });
  };
  const context: WalkContext = {
    ...{ run: state, host, terminal, marketplace, buyerMarketplace, target, page, namePage },
    ...{ answers, inputs, maxWait, expiresWithin, operator, settings },
    planned: () => planned,
    header: null,
    web: host.web,
    practice: sandbox.url() === null ? null : sandbox.practice,
    rehearsal: rehearse ? sandbox.rehearsal() : null,
    confirmations: async (maxAge) =>
      confirmedUseCases(await target(), await session.confirmations(maxAge), maxAge, host),
    saveFile: run.saveFile,
    async record(entry) {
      await append(entry);
      await keepTarget();
    },
  };

  const { accepted, options } = session;
  await append({ type: 'began', at: now(), operator, version: host.version, accepted, options });
  for (const entry of session.firstEntries) await append(entry);
  await keepTarget();
  return {
    context,
    entries,
    planned: () => planned,
    append,
    async walkOn(header) {
      const end = await walk({ ...context, header }).catch((error: unknown) => {
        if (error instanceof Interrupted) return error;
        throw error;
      });
      const interrupted = end instanceof Interrupted ? end : null;
      await keepTarget();
      const unreached = unreachedReasons(planned, state, end);
      return { end, interrupted, ended: { type: 'ended', interrupted: interrupted !== null, unreached } };
    },
  };
}

/** Returns the entry as saved: without secrets. It is on disk before the promise resolves. */
export async function saveEntry(run: OpenRun, entry: Entry): Promise<Entry> {
  // The text of a checklist must not change, because its hash is known.
  const kept = entry.type === 'checklist' ? { ...redactAll(entry), source: entry.source } : redactAll(entry);
  await run.append(kept);
  return kept;
}

/** Keeps a page found earlier if this walk did not look for it. */
function withPage(seen: RunTarget['product'], kept: RunTarget['product']): RunTarget['product'] {
  if (!seen || !kept || seen.url !== null || seen.productId !== kept.productId) return seen ?? kept;
  return { ...seen, url: kept.url, urlSource: kept.urlSource };
}

function knownTarget({ known: { caller, product, page }, marketplace: { endpoint } }: Connection): RunTarget {
  return {
    sandbox: (caller?.sandbox ?? null) !== null,
    ...(caller?.instance ? { instance: caller.instance } : {}),
    endpoint,
    accountId: caller?.accountId ?? null,
    arn: caller?.arn ?? null,
    product: page?.page ?? (caller && product ? toPage(caller, product, null, null) : null),
  };
}
