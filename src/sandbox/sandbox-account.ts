import type { SandboxAccount } from './world.ts';

/** An account with throw-away keys. No AKIA prefix: secret scanners would cry wolf over every copy of the lines we print. */
export function sandboxAccount(accountId: string, name: string): SandboxAccount {
  return { accountId, accessKeyId: `MPVERIFYSANDBOX${name}`, secretAccessKey: 'not-a-secret-sandbox-only' };
}
