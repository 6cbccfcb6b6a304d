import { MarketplaceCatalogClient } from '@aws-sdk/client-marketplace-catalog';
import {
  type Entitlement,
  GetEntitlementsCommand,
  type GetEntitlementsCommandInput,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { STSClient } from '@aws-sdk/client-sts';
import { onTestFinished } from 'vitest';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxAccount, StoredEntitlement, StoredProduct, World } from '../../src/sandbox/world.ts';

export const start = Date.UTC(2026, 10, 23, 9, 0, 0);

/** A sandbox that ends with the test. Its clock stands still: `clock.now` moves it. */
export async function openSandbox(options: SandboxOptions = {}) {
  const clock = { now: start };
  const sandbox = await startSandbox({ now: () => clock.now, ...options });
  onTestFinished(sandbox.close);
  return { ...sandbox, clock };
}

/** The real SDK clients, asking once, as that account. */
export function clients({ url }: Pick<Sandbox, 'url'>, credentials: SandboxAccount) {
  const config = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return {
    sts: new STSClient(config),
    catalog: new MarketplaceCatalogClient(config),
    entitlement: new MarketplaceEntitlementServiceClient(config),
  };
}

export function worldWith(changes: { products?: StoredProduct[]; entitlements?: StoredEntitlement[] }): World {
  return { ...defaultWorld(start), ...changes };
}

export const [notes, boards] = defaultWorld(start).products as [StoredProduct, StoredProduct];
export const [contract] = defaultWorld(start).entitlements as [StoredEntitlement];

/** All pages. */
export async function allEntitlements(
  client: MarketplaceEntitlementServiceClient,
  input: Omit<GetEntitlementsCommandInput, 'ProductCode'> = {},
): Promise<Entitlement[]> {
  const rows: Entitlement[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetEntitlementsCommand({ ProductCode: notes.code ?? '', ...input, NextToken }));
    rows.push(...(page.Entitlements ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rows;
}

/** Buys or changes as curl does. */
export async function practise(url: string, action: 'purchase' | 'change', fields: Record<string, string>) {
  const response = await fetch(`${url}/sandbox/${action}`, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, text: await response.text() };
}
