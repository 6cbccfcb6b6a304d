import {
  type AgreementViewSummary,
  MarketplaceAgreementClient,
  SearchAgreementsCommand,
  type SearchAgreementsCommandInput,
} from '@aws-sdk/client-marketplace-agreement';
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
import { type LocalSandbox, type LocalSandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type {
  SandboxAccount,
  SandboxWorld,
  StoredAgreement,
  StoredEntitlement,
  StoredOffer,
  StoredProduct,
} from '../../src/sandbox/world.ts';

export const start = Date.UTC(2026, 10, 23, 9, 0, 0);

/** A sandbox that ends with the test. Its clock stands still: `clock.now` moves it. */
export async function openSandbox(options: LocalSandboxOptions = {}) {
  const clock = { now: start };
  const sandbox = await startSandbox({ now: () => clock.now, ...options });
  onTestFinished(sandbox.close);
  return { ...sandbox, clock };
}

/** The real SDK clients, asking once, as that account. */
export function clients({ url }: Pick<LocalSandbox, 'url'>, credentials: SandboxAccount) {
  const config = { endpoint: url, region: 'us-east-1', credentials, maxAttempts: 1 };
  return {
    sts: new STSClient(config),
    agreement: new MarketplaceAgreementClient(config),
    catalog: new MarketplaceCatalogClient(config),
    entitlement: new MarketplaceEntitlementServiceClient(config),
  };
}

export function worldWith(changes: Partial<SandboxWorld>): SandboxWorld {
  return { ...defaultWorld(start), ...changes };
}

export const [notes, boards] = defaultWorld(start).products as [StoredProduct, StoredProduct];
export const [offer] = defaultWorld(start).offers as [StoredOffer];
export const [agreed] = defaultWorld(start).agreements as [StoredAgreement];
export const [contract] = defaultWorld(start).entitlements as [StoredEntitlement];

/** All pages. */
export async function allEntitlements(
  client: MarketplaceEntitlementServiceClient,
  input: Partial<GetEntitlementsCommandInput> = {},
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

/** One page of what a proposer finds, with the two filters that are required. */
export async function findAgreements(
  client: MarketplaceAgreementClient,
  by: Readonly<Record<string, string>> = {},
  input: Omit<SearchAgreementsCommandInput, 'filters'> = {},
): Promise<AgreementViewSummary[]> {
  const wanted = { PartyType: 'Proposer', AgreementType: 'PurchaseAgreement', ...by };
  const filters = Object.entries(wanted).map(([name, value]) => ({ name, values: [value] }));
  const found = await client.send(new SearchAgreementsCommand({ catalog: 'AWSMarketplace', filters, ...input }));
  return found.agreementViewSummaries ?? [];
}

/** Asks the Discovery API, for which there is no client here. */
export async function discover(url: string, { accessKeyId }: SandboxAccount, action: string, body: object) {
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261123/us-east-1/aws-marketplace/aws4_request`;
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(`${url}/2026-02-05/${action}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const error = response.headers.get('x-amzn-errortype');
  return { status: response.status, error, answer: (await response.json()) as Record<string, unknown> };
}

/** Buys or changes as curl does. */
export async function practise(url: string, action: 'purchase' | 'change', fields: Record<string, string>) {
  const response = await fetch(`${url}/sandbox/${action}`, { method: 'POST', body: new URLSearchParams(fields) });
  return { status: response.status, text: await response.text() };
}
