import { currentResults } from '../checklist/current-results.ts';
import type { Entry, Reopened, RunTarget } from '../checklist/entries.ts';
import type { Checklist, PlannedChecklist, SandboxAction } from '../checklist/model.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { Caller, Marketplace, Product } from '../ports/marketplace.ts';
import type { Settings } from '../ports/saas.ts';
import type { Rehearsal, RunningSandbox, SaasBugName, SampleSaas } from '../ports/sandbox.ts';
import type { FoundPage } from '../product/product-page.ts';
import { warning } from '../text/block.ts';
import type { Practice } from '../text/step-lines.ts';

/** The sandbox flags. */
export interface SandboxFlags {
  /** Use a sandbox inside the process instead of AWS. */
  readonly sandbox?: boolean | undefined;
  readonly saasBug?: SaasBugName | undefined;
  readonly rehearse?: boolean | undefined;
}

/** What a connection knows so far, even after failures. */
export interface KnownSoFar {
  caller: Caller | null;
  product: Product | null;
  page: FoundPage | null;
}

/** The sandbox behind a connection. Empty if the endpoint is AWS. */
export interface ConnectedSandbox {
  /** This process started the sandbox and will stop it. */
  readonly isOwn: boolean;
  /** The sandbox's URL; null until the caller is known. */
  url(): string | null;
  /** Test buyers by checklist id. */
  buyers(): Promise<Readonly<Record<string, string>>>;
  /** The SaaS to which the sandbox sends buyers, if known. */
  saas(): SampleSaas | null;
  /** Does people's parts on the sandbox's pages. */
  rehearsal(): Rehearsal | null;
  /** Returns how the operator does a person's part in the sandbox. */
  practice(action: SandboxAction, buyer: string): Practice;
  close(): Promise<void>;
}

/** Starts the sandbox of `--sandbox`; null without the flag. */
export async function startOwnSandbox(
  { sandbox, saasBug, rehearse }: SandboxFlags,
  host: Pick<Host, 'sandbox'>,
): Promise<RunningSandbox | null> {
  if (saasBug !== undefined && !sandbox)
    throw new UserError(
      'no-sandbox',
      '--saas-bug needs --sandbox: it changes the sample SaaS of the sandbox.',
      'Add --sandbox, or use it with mp-verify sandbox.',
    );
  if (!sandbox) return null;
  // A rehearsal has no operator who would watch AWS take its time.
  return host.sandbox.start({ ...(saasBug === undefined ? {} : { saasBug }), ...(rehearse ? { delayMs: 300 } : {}) });
}

/** `namesProduct`: the operator chose the product instead of leaving it to the sandbox. */
export function connectedSandbox(
  own: RunningSandbox | null,
  { endpoint, caller }: Pick<Marketplace, 'endpoint' | 'caller'>,
  known: KnownSoFar,
  namesProduct: boolean,
  host: Pick<Host, 'sandbox'>,
): ConnectedSandbox {
  const saas = () =>
    own?.saas ?? (known.caller?.sampleSaas && endpoint !== null ? host.sandbox.sampleSaas(endpoint) : null);
  let people: Rehearsal | null = null;
  return {
    isOwn: own !== null,
    url: () => ((known.caller?.sandbox ?? null) === null ? null : endpoint),
    async buyers() {
      if (endpoint === null) return {};
      try {
        return (await caller()).sandbox ?? {};
      } catch (error) {
        if (error instanceof CouldNotCheck) return {};
        throw error;
      }
    },
    saas,
    rehearsal() {
      if (endpoint !== null)
        people ??= host.sandbox.openRehearsal(endpoint, () => ({
          product: known.product?.id ?? null,
          page: known.page?.page.url ?? null,
        }));
      return people;
    },
    practice(action, buyer) {
      if (inSaas.includes(action) && saas() === null)
        return { words: 'the sandbox cannot do this part: do it in your own SaaS.' };
      const product = namesProduct ? (known.product?.id ?? null) : null;
      return { paste: host.sandbox.practiceCommand(endpoint ?? '', action, buyer, product) };
    },
    close: async () => own?.close(),
  };
}

/** What people do in the SaaS instead of the shop. */
const inSaas: readonly SandboxAction[] = ['sign-up', 'sign-in', 'inspect'];

/** Throws `UserError` if `--rehearse` is used on AWS, which needs no answer from AWS. */
export function refuseRehearsalOnAws(rehearse: boolean, { endpoint }: Pick<Marketplace, 'endpoint'>): void {
  if (rehearse && endpoint === null) throw rehearsalOnAws();
}

/** Throws `UserError` if `--rehearse` is used outside a sandbox with the sample SaaS. The program never buys on AWS. */
export function refuseRehearsal(rehearse: boolean, sandbox: ConnectedSandbox): void {
  if (!rehearse || (sandbox.url() !== null && sandbox.saas() !== null)) return;
  if (sandbox.url() !== null)
    throw new UserError(
      'no-sample-saas',
      '--rehearse works only with the sample SaaS, but this sandbox sends buyers to another SaaS.',
      'Omit --rehearse, and do the manual steps in your SaaS yourself.',
    );
  throw rehearsalOnAws();
}

function rehearsalOnAws(): UserError {
  return new UserError(
    'not-a-sandbox',
    '--rehearse works only in a sandbox. On AWS, people do the manual steps.',
    'Add --sandbox, or omit --rehearse.',
  );
}

/** Compares with the sample SaaS in a sandbox, unless `mp-verify.yaml` names a SaaS on this machine. */
export function settingsInSandbox(
  settings: Settings,
  sample: SampleSaas | null,
  { rehearse, saasBug }: SandboxFlags = {},
): Settings {
  // Only the sample SaaS can be rehearsed or broken, whatever the file names.
  const isMeant = rehearse === true || saasBug !== undefined;
  if (sample === null || (settings.contractApi !== null && !isMeant)) return settings;
  const { signIn, contractPage, contractApi } = sample;
  return { ...settings, saas: { signIn, contractPage }, contractApi };
}

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
  if (hasSample) await repeatPractice(planned, [...entries, ...added, ...reopened], sandbox.rehearsal(), warn);
  else warn('This is a new sandbox: mp-verify asks again about the steps done in the previous one.');
  return reopened;
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
