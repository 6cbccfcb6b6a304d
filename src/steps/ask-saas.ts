import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import type { ContractApi } from '../ports/settings.ts';
import type { WebAnswer, WebFailure } from '../ports/web.ts';
import type { Look, LookContext } from './check-kind.ts';
import { mayAskLoopback } from './may-ask-loopback.ts';

const checkUrl = 'Check saas.contract-api in mp-verify.yaml.';

interface SaasStatus {
  /** `The contract API at https://app.acme.example`. */
  readonly who: string;
  readonly status: number;
}

export const askReasons = {
  'saas-not-json': ({ who }: Pick<SaasStatus, 'who'>) => `${who} answers with something that is not JSON. ${checkUrl}`,
  'saas-knows-no-contract': ({ who, status }: SaasStatus) =>
    `${who} answers ${status}: the SaaS does not know this buyer's contract. Has the buyer signed up, and is the URL in mp-verify.yaml right?`,
  'saas-refuses-credentials': ({ who, status }: SaasStatus) =>
    `${who} answers ${status}: it does not accept the credentials. Check saas.contract-api.headers in mp-verify.yaml and the variables it names.`,
  'saas-fails': ({ who, status }: SaasStatus) =>
    `${who} answers ${status}. Look into the log of the SaaS, then look again.`,
  'saas-other-status': ({ who, status }: SaasStatus) => `${who} answers ${status}. ${checkUrl}`,
  'saas-unanswered': ({ why }: { readonly why: string }) =>
    `The contract API of the SaaS could not be asked. ${why} ${checkUrl}`,
} satisfies ReasonTable;

const because = reasonsOf(askReasons);

/** What the SaaS's contract API answers: data, or why there is none to compare. */
export type SaasAnswer = { readonly data: unknown } | { readonly none: Look };

/** One GET. Reasons name the URL's origin only: the rest of it, and the headers, may hold secrets. */
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
      return { none: settled('saas-not-json', whose(filled, answer)) };
    }
  }
  return { none: otherStatus(answer.status, whose(filled, answer)) };
}

function otherStatus(status: number, who: string): Look {
  if (status === 204 || status === 404)
    return {
      status: 'fail',
      ...because('saas-knows-no-contract', { who, status }),
    };
  if (status === 401 || status === 403)
    return { status: 'error', final: true, ...because('saas-refuses-credentials', { who, status }) };
  if (status >= 500 || status === 429) return { status: 'error', ...because('saas-fails', { who, status }) };
  return { status: 'error', ...because('saas-other-status', { who, status }) };
}

function unanswered({ kind, why }: WebFailure): Look {
  const lasting = kind !== 'network' && kind !== 'timeout';
  return { status: 'error', ...because('saas-unanswered', { why }), final: lasting };
}

function settled(code: 'saas-not-json', who: string): Look {
  return { status: 'error', final: true, ...because(code, { who }) };
}

/** Credentials stay behind when a redirect leads elsewhere, which an operator may not expect. */
function whose(asked: string, { url }: Pick<Exclude<WebAnswer, WebFailure>, 'url'>): string {
  const [from, to] = [new URL(asked).origin, new URL(url).origin];
  return from === to ? `The contract API at ${from}` : `${to}, to which ${from} redirects without its credentials,`;
}
