import type { RunningSandbox } from '../ports/sandbox.ts';
import { safeJson } from '../text/safe.ts';
import { inTheWay, noProxy, sandboxEnv } from './sandbox-env.ts';

/**
 * How to reach a sandbox, for programs: one line of JSON. `env` makes a program ask it as the seller, once what `unset`
 * names is gone; `accessKeyIds`, by account id, make it ask as somebody else. `saas` is null where buyers are sent to
 * another one: `sentTo`.
 */
export function sandboxDocument(sandbox: RunningSandbox): string {
  const { url, seller, buyers, accessKeyIds, saas, sentTo } = sandbox;
  return safeJson(
    JSON.stringify({
      schemaVersion: 1,
      url,
      endpoint: url,
      env: { ...sandboxEnv(sandbox), NO_PROXY: noProxy(sandbox) },
      unset: inTheWay,
      seller: seller.accountId,
      buyers,
      accessKeyIds: { [seller.accountId]: seller.accessKeyId, ...accessKeyIds },
      shop: `${url}/marketplace`,
      saas: saas && { signIn: saas.signIn, contractPage: saas.contractPage },
      sentTo,
    }),
  );
}
