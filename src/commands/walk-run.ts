import type { Changeable, Entry, RunTarget, SavedOptions } from '../checklist/entries.ts';
import type { Answers, SandboxAction } from '../checklist/model.ts';
import { newSitting, unreachedReasons } from '../checklist/next-step.ts';
import { redactAll } from '../checklist/redact.ts';
import { buildReport, type PlannedChecklist } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotTell, Interrupted } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { OpenRun } from '../ports/runs.ts';
import type { Settings } from '../ports/saas.ts';
import type { Terminal } from '../ports/terminal.ts';
import { toPage } from '../product/product-page.ts';
import type { WalkContext } from '../walk/context.ts';
import { attachFile, takeNote } from '../walk/notes.ts';
import type { HeaderFacts } from '../walk/screen.ts';
import { backFromSummary, walk } from '../walk/walk.ts';
import type { Attachment } from './attachments.ts';
import { confirmedUseCases } from './confirmed-use-cases.ts';
import { isBound, targetOf } from './saved-run.ts';
import type { Session } from './session.ts';

/** What a walk takes from the command line, from files, and from what is known of AWS. */
export interface WalkInputs {
  readonly session: Session;
  readonly answers: Answers;
  readonly inputs: Readonly<Record<string, string>>;
  readonly maxWait: number | null;
  readonly operator: string | null;
  readonly settings: Settings;
  readonly attachments: readonly Attachment[];
  /** Why AWS has not told who asks, or about which product, in a sentence; null where it has. */
  readonly trouble: string | null;
  /** What was no longer as it was, and was accepted. */
  readonly accepted: readonly Changeable[];
  /** What the command line changes of a run that is gone on with. */
  readonly opening: readonly Entry[];
  readonly options: SavedOptions;
  /** People's parts are done by the program; `refuseRehearsal` has said that this is a sandbox. */
  readonly rehearse: boolean;
  /** Where a run is resumed: in another sandbox than it was walked in before. */
  readonly newSandbox?: boolean;
}

export interface Ran {
  readonly report: Report;
  readonly interrupted: Interrupted | null;
}

/** From the header to the last summary, whatever happens in between. `show` hands a summary over each time there is one. */
export async function walkRun(
  run: OpenRun,
  planned: readonly PlannedChecklist[],
  walkInputs: WalkInputs,
  show: (report: Report) => Promise<void>,
  host: Host,
  terminal: Terminal,
): Promise<Ran> {
  const {
    session,
    attachments,
    trouble,
    accepted,
    opening,
    options,
    rehearse,
    newSandbox = false,
    ...inputs
  } = walkInputs;
  const { record } = run;
  const now = () => host.clock.now().toISOString();
  const entries = [...run.entries];
  const resumed = entries.length > 0 ? record.startedAt : null;
  const keepEntry = async (entry: Entry) => {
    const kept = withoutSecrets(entry);
    await run.append(kept);
    entries.push(kept);
  };
  const keepTarget = async () => {
    const seen = whatIsKnown(session);
    const kept = targetOf({ entries });
    // What could not be told leaves what is known; what another account sees is not what this run is about.
    if (kept !== null && seen.accountId === null) return;
    const isOther = kept !== null && kept.accountId !== null && seen.accountId !== kept.accountId;
    if (isOther && isBound({ entries }) && !accepted.includes('account')) return;
    const target = { ...seen, product: withPage(seen.product, kept?.product ?? null) };
    // Each sitting says who asked, though it be as before.
    const sitting = entries.findLastIndex(({ type }) => type === 'began');
    const isNew = !entries.slice(sitting).some(({ type }) => type === 'target');
    if (isNew || JSON.stringify(target) !== JSON.stringify(kept))
      await keepEntry({ type: 'target', at: now(), target });
  };
  const { marketplace, buyerMarketplace, target, page, namePage } = session;
  const rehearsal = rehearse ? session.rehearsal() : null;
  const { sandbox, endpoint } = whatIsKnown(session);
  const practice: WalkContext['practice'] =
    sandbox && endpoint !== null
      ? (action, buyer) =>
          inSaas.includes(action) && session.sandboxSaas() === null
            ? { words: 'the sandbox has no part in this: do it in the SaaS that its buyers are sent to.' }
            : { paste: host.sandbox.practiceCommand(endpoint, action, buyer, session.namedProduct()) }
      : null;
  const context: WalkContext = {
    ...inputs,
    ...{ planned, host, terminal, marketplace, buyerMarketplace, target, page, namePage, practice, rehearsal, entries },
    sitting: newSitting(terminal.interactive),
    header: null,
    web: host.web,
    confirmations: async (maxAge) => confirmedUseCases(await target(), maxAge, host),
    keep: run.saveFile,
    async record(entry) {
      await keepEntry(entry);
      const renamed = entry.type === 'buyer' && planned.find(({ checklist }) => checklist.id === entry.checklist);
      if (renamed) renamed.buyer = entry.buyer;
      await keepTarget();
    },
  };
  const { operator } = inputs;
  await keepEntry({ type: 'began', at: now(), operator, version: host.version, accepted, options });
  for (const entry of opening) await keepEntry(entry);
  await keepTarget();
  for (const { path, checklist, step } of attachments) await attachFile(path, checklist, step, context);

  let header: HeaderFacts | null = {
    ...session.known,
    trouble,
    sandbox,
    endpoint,
    runId: record.id,
    resumed,
    newSandbox,
    clockSkew: marketplace.clockSkew(),
  };
  for (;;) {
    const end = await walk({ ...context, header }).catch((error: unknown) => {
      if (error instanceof Interrupted) return error;
      throw error;
    });
    const interrupted = end instanceof Interrupted ? end : null;
    await keepTarget();
    const unreached = unreachedReasons(planned, entries, context.sitting, end);
    const back = backFromSummary(context);
    const hasStopped = end !== null || Object.values(unreached).at(-1)?.rest;
    const mayGoBack = !hasStopped && back !== null && terminal.interactive;
    let key: SummaryKey;
    do {
      await keepEntry({ type: 'ended', at: now(), interrupted: interrupted !== null, unreached });
      const summary = buildReport(record, planned, entries);
      await show(summary);
      key = mayGoBack ? await atSummary(planned, context) : 'q';
      if (key === 'q' || back === null) return { report: summary, interrupted: interrupted ?? stoppedBy(host.signal) };
    } while (key === 'n');
    await keepEntry(back);
    header = null;
  }
}

/** All that enters a run goes through here, whoever said it; only the text of a checklist stays what it is. */
export function withoutSecrets(entry: Entry): Entry {
  return entry.type === 'checklist' ? { ...redactAll(entry), source: entry.source } : redactAll(entry);
}

/** A walk that did not look for the page again knows it from the walk before. */
function withPage(seen: RunTarget['product'], kept: RunTarget['product']): RunTarget['product'] {
  if (!seen || !kept || seen.url !== null || seen.productId !== kept.productId) return seen ?? kept;
  return { ...seen, url: kept.url, urlSource: kept.urlSource };
}

/** What people do in the SaaS, not in the shop. */
const inSaas: readonly SandboxAction[] = ['sign-up', 'sign-in', 'inspect'];

type SummaryKey = 'n' | 'b' | 'q';

/** The answer at the summary, where a note can be written to any step. Whoever stops the program there has all there is. */
async function atSummary(planned: readonly PlannedChecklist[], context: WalkContext): Promise<SummaryKey> {
  const { terminal } = context;
  try {
    const key = await terminal.key({ keys: { n: 'note', b: 'back', q: 'quit: all is saved' } });
    if (key !== 'n') return key;
    const steps = planned.flatMap(({ checklist: { id, steps } }) =>
      steps.map((step, index) => ({ value: `${id}/${step.id}`, name: `${index + 1} ${step.title}` })),
    );
    const chosen = await terminal.choose({ message: 'A note to which step?', choices: steps });
    const [checklist, step] = chosen?.split('/') ?? [];
    if (checklist !== undefined && step !== undefined) await takeNote(step, checklist, context);
    return key;
  } catch (error) {
    if (error instanceof Interrupted) return 'q';
    throw error;
  }
}

/** A signal that came when the walk had ended, while its report was written. */
function stoppedBy({ reason }: AbortSignal): Interrupted | null {
  return reason instanceof Interrupted ? reason : null;
}

/** Asks who and what before the first step. Where AWS does not tell, the first check says so as its result. */
export async function askTarget(session: Session): Promise<string | null> {
  return session.target().then(
    () => null,
    (error: unknown) => {
      if (error instanceof CouldNotTell) return error.message;
      throw error;
    },
  );
}

function whatIsKnown({ known: { caller, product, page }, marketplace: { endpoint } }: Session): RunTarget {
  return {
    sandbox: (caller?.sandbox ?? null) !== null,
    ...(caller?.instance ? { instance: caller.instance } : {}),
    endpoint,
    accountId: caller?.accountId ?? null,
    arn: caller?.arn ?? null,
    product: page?.page ?? (caller && product ? toPage(caller, product, null, null) : null),
  };
}
