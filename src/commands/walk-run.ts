import type { Answers } from '../checklist/answers.ts';
import type { Entry } from '../checklist/model.ts';
import { type PlannedChecklist, type RunFacts, report } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { CouldNotTell, Interrupted } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { Settings } from '../ports/settings.ts';
import type { Terminal } from '../ports/terminal.ts';
import { toPage } from '../product/product-page.ts';
import type { HeaderFacts } from '../walk/header.ts';
import { type UnreachedSteps, walk } from '../walk/walk.ts';
import type { Session } from './session.ts';

export interface Ran {
  readonly report: Report;
  readonly interrupted: Interrupted | null;
}

interface RunInputs {
  readonly session: Session;
  readonly answers: Answers;
  readonly inputs: Readonly<Record<string, string>>;
  readonly maxWait: number | null;
  readonly operator: string | null;
  readonly settings: Settings;
}

/** From the header to the report, whatever happens in between. */
export async function walkRun(
  planned: readonly PlannedChecklist[],
  { session, ...inputs }: RunInputs,
  host: Host,
  terminal: Terminal,
): Promise<Ran> {
  const startedAt = host.clock.now();
  const id = runId(planned, startedAt);
  const unreached: UnreachedSteps = new Map();
  const entries: Entry[] = [];
  let interrupted: Interrupted | null = null;
  try {
    const facts = await headerFacts(session, id);
    const { marketplace, buyerMarketplace, target, page } = session;
    const { web } = host;
    const url = facts.sandbox ? marketplace.endpoint : null;
    const practice = url === null ? null : host.practiceCommand.bind(null, url);
    await walk(
      planned,
      { host, terminal, marketplace, buyerMarketplace, web, target, page, practice, entries, ...inputs },
      facts,
      unreached,
    );
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = error;
    const rest = `The run was stopped (${error.signal}) before this step had a result.`;
    for (const { checklist } of planned) {
      if (!unreached.has(checklist.id)) unreached.set(checklist.id, { reasons: new Map(), rest });
    }
  }
  const facts = {
    tool: { name: 'mp-verify', version: host.version },
    id,
    startedAt: startedAt.toISOString(),
    endedAt: host.clock.now().toISOString(),
    interrupted: interrupted !== null,
    operator: inputs.operator,
    ...whatIsKnown(session),
  } as const;
  return { report: report(facts, planned, entries, unreached), interrupted };
}

type Known = Pick<RunFacts, 'sandbox' | 'endpoint' | 'accountId' | 'arn' | 'product'>;

function whatIsKnown({ known: { caller, product, page }, marketplace: { endpoint } }: Session): Known {
  return {
    sandbox: (caller?.sandbox ?? null) !== null,
    endpoint,
    accountId: caller?.accountId ?? null,
    arn: caller?.arn ?? null,
    product: page?.page ?? (caller && product ? toPage(caller, product, null, null) : null),
  };
}

/** Asks who and what before the first step. Where AWS does not tell, the first check says so as its result. */
async function headerFacts(session: Session, runId: string): Promise<HeaderFacts> {
  const trouble = await session.target().then(
    () => null,
    (error: unknown) => {
      if (error instanceof CouldNotTell) return error.message;
      throw error;
    },
  );
  const { sandbox, endpoint } = whatIsKnown(session);
  return { ...session.known, trouble, sandbox, endpoint, runId };
}

/** Until runs are kept, the moment of the start tells them apart. */
function runId(planned: readonly PlannedChecklist[], startedAt: Date): string {
  const [only, another] = planned;
  const stamp = startedAt.toISOString().replace(/\D/g, '').slice(0, 14);
  return `${only && !another ? only.checklist.id : 'use-cases'}-${stamp}`;
}
