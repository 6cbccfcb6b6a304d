import type { SandboxAction } from '../checklist/model.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { Caller, Marketplace, Product } from '../ports/marketplace.ts';
import type { Settings } from '../ports/saas.ts';
import type { Rehearsal, RunningSandbox, SaasBugName, SampleSaas } from '../ports/sandbox.ts';
import type { FoundPage } from '../product/product-page.ts';
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
  /** The bug of the sample SaaS, as far as this process knows. */
  readonly saasBug: SaasBugName | null;
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
  return host.sandbox.start({
    ...(saasBug === undefined ? {} : { saasBug }),
    ...(rehearse ? { delayMs: 0, quotas: 20 } : {}),
  });
}

export function connectedSandbox(
  own: RunningSandbox | null,
  options: SandboxFlags & { readonly product?: string | undefined },
  { endpoint, caller }: Pick<Marketplace, 'endpoint' | 'caller'>,
  known: KnownSoFar,
  host: Pick<Host, 'sandbox'>,
): ConnectedSandbox {
  const saas = () =>
    own?.saas ?? (known.caller?.sampleSaas && endpoint !== null ? host.sandbox.sampleSaas(endpoint) : null);
  let people: Rehearsal | null = null;
  return {
    isOwn: own !== null,
    saasBug: options.saasBug ?? null,
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
      // Without --product, the product is left to the sandbox.
      const product = options.product === undefined ? null : (known.product?.id ?? null);
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
