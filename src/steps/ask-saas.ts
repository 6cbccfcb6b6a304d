import type { ContractApi } from '../ports/settings.ts';
import type { WebAnswer, WebFailure } from '../ports/web.ts';
import type { Look, LookContext } from './check-kind.ts';
import { mayAskLoopback } from './may-ask-loopback.ts';

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
      return { none: settled(`${whose(filled, answer)} answers with something that is not JSON.`, checkUrl) };
    }
  }
  return { none: otherStatus(answer.status, whose(filled, answer)) };
}

const checkUrl = 'Check saas.contract-api in mp-verify.yaml.';

function otherStatus(status: number, who: string): Look {
  if (status === 204 || status === 404)
    return {
      status: 'fail',
      reason: `${who} answers ${status}: the SaaS does not know this buyer's contract. Has the buyer signed up, and is the URL in mp-verify.yaml right?`,
    };
  if (status === 401 || status === 403)
    return settled(
      `${who} answers ${status}: it does not accept the credentials.`,
      'Check saas.contract-api.headers in mp-verify.yaml and the variables it names.',
    );
  if (status >= 500 || status === 429)
    return { status: 'error', reason: `${who} answers ${status}. Look into the log of the SaaS, then look again.` };
  return { status: 'error', reason: `${who} answers ${status}. ${checkUrl}` };
}

function unanswered({ kind, why }: WebFailure): Look {
  const lasting = kind !== 'network' && kind !== 'timeout';
  const reason = `The contract API of the SaaS could not be asked. ${why} ${checkUrl}`;
  return { status: 'error', reason, final: lasting };
}

function settled(what: string, next: string): Look {
  return { status: 'error', final: true, reason: `${what} ${next}` };
}

/** Credentials stay behind when a redirect leads elsewhere, which an operator may not expect. */
function whose(asked: string, { url }: Pick<Exclude<WebAnswer, WebFailure>, 'url'>): string {
  const [from, to] = [new URL(asked).origin, new URL(url).origin];
  return from === to ? `The contract API at ${from}` : `${to}, to which ${from} redirects without its credentials,`;
}
