import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import type { ContractApi } from '../ports/settings.ts';
import type { WebAnswer, WebFailure } from '../ports/web.ts';
import type { Look, LookContext } from './check-kind.ts';
import { mayAskLoopback } from './may-ask-loopback.ts';

const checkUrl = 'Check saas.contract-api in mp-verify.yaml.';

/** Who answered what. Of addresses the origin only: the rest may hold secrets. */
interface SaasStatus {
  readonly origin: string;
  /** Where the question was sent that was redirected to another origin; null where it was not. */
  readonly redirectedFrom: string | null;
  readonly status: number;
}

export const askReasons = {
  'saas-not-json': (saas: SaasStatus) => `${who(saas)} answers with something that is not JSON. ${checkUrl}`,
  'saas-knows-no-contract': (saas: SaasStatus) =>
    `${who(saas)} answers ${saas.status}: the SaaS does not know this buyer's contract. Has the buyer signed up, and is the URL in mp-verify.yaml right?`,
  'saas-refuses-credentials': (saas: SaasStatus) =>
    `${who(saas)} answers ${saas.status}: it does not accept the credentials. Check saas.contract-api.headers in mp-verify.yaml and the variables it names.`,
  'saas-fails': (saas: SaasStatus) =>
    `${who(saas)} answers ${saas.status}. Look into the log of the SaaS, then look again.`,
  'saas-other-status': (saas: SaasStatus) => `${who(saas)} answers ${saas.status}. ${checkUrl}`,
  'saas-unanswered': ({ why }: Pick<WebFailure, 'kind' | 'origin' | 'why'>) =>
    `The contract API of the SaaS could not be asked. ${why} ${checkUrl}`,
} satisfies ReasonTable;

const because = reasonsOf(askReasons);

/** What the SaaS's contract API answers: data, or why there is none to compare. */
export type SaasAnswer = { readonly data: unknown } | { readonly none: Look };

/** One GET. */
export async function askSaas(
  { url, headers }: ContractApi,
  values: Readonly<Record<'buyer' | 'licence', string>>,
  context: LookContext,
): Promise<SaasAnswer> {
  const filled = url.replace(/\$\{(buyer|licence)\}/g, (_, name: 'buyer' | 'licence') =>
    encodeURIComponent(values[name]),
  );
  const asked = {
    method: 'GET',
    url: filled,
    headers: { accept: 'application/json', ...headers },
    allowLoopback: mayAskLoopback(context),
  } as const;
  const answer = await context.web.request(asked, context.signal);
  if (answer.status === null) return { none: unanswered(answer) };
  if (answer.status >= 200 && answer.status < 300 && answer.status !== 204) {
    try {
      return { data: JSON.parse(answer.body) };
    } catch {
      return { none: { status: 'error', final: true, ...because('saas-not-json', answered(filled, answer)) } };
    }
  }
  return { none: otherStatus(answered(filled, answer)) };
}

function otherStatus(saas: SaasStatus): Look {
  const { status } = saas;
  if (status === 204 || status === 404) return { status: 'fail', ...because('saas-knows-no-contract', saas) };
  if (status === 401 || status === 403)
    return { status: 'error', final: true, ...because('saas-refuses-credentials', saas) };
  if (status >= 500 || status === 429) return { status: 'error', ...because('saas-fails', saas) };
  return { status: 'error', ...because('saas-other-status', saas) };
}

function unanswered({ kind, origin, why }: WebFailure): Look {
  const lasting = kind !== 'network' && kind !== 'timeout';
  return { status: 'error', ...because('saas-unanswered', { kind, origin, why }), final: lasting };
}

function answered(asked: string, { url, status }: Exclude<WebAnswer, WebFailure>): SaasStatus {
  const [from, origin] = [new URL(asked).origin, new URL(url).origin];
  return { origin, redirectedFrom: from === origin ? null : from, status };
}

/** Credentials stay behind when a redirect leads elsewhere, which an operator may not expect. */
function who({ origin, redirectedFrom }: SaasStatus): string {
  return redirectedFrom === null
    ? `The contract API at ${origin}`
    : `${origin}, to which ${redirectedFrom} redirects without its credentials,`;
}
