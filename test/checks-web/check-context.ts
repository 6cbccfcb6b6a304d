import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import type { CheckContext } from '../../src/checks/check-kind.ts';
import { type Limits, limits, request } from '../../src/http/request.ts';
import type { Dimension, FulfillmentUrl, Marketplace, Product } from '../../src/ports/marketplace.ts';
import { type ContractApi, noSettings, type Web } from '../../src/ports/saas.ts';

export const now = new Date('2026-11-23T09:00:00Z');
export const buyer = '444455556666';

export interface Scene {
  readonly fulfillmentUrl?: string | null;
  /** By default of `fulfillmentUrl` alone. */
  readonly fulfillmentUrls?: readonly FulfillmentUrl[];
  readonly dimensions?: readonly Dimension[];
  /** Of AWS; by default on loopback, so that the SaaS may be there too. */
  readonly endpoint?: string | null;
  readonly api?: ContractApi | null;
  /** What AWS grants at the moment of the look: the rows, or a function that answers each question. */
  readonly granted?: readonly EntitlementRow[] | (() => readonly EntitlementRow[]);
  /** What an earlier step found. */
  readonly earlier?: readonly EntitlementRow[] | null;
  readonly baseline?: readonly EntitlementRow[] | null;
  readonly within?: Partial<Limits>;
  readonly web?: Web;
  readonly signal?: AbortSignal;
}

/** The world of a check, with the real adapter for web requests and a marketplace that tells what it grants, and no more. */
export function checkContext(scene: Scene): CheckContext {
  const { endpoint = 'http://127.0.0.1:1', granted, earlier = null, baseline = null, api = null, within = {} } = scene;
  const marketplace = new Proxy({ endpoint } as Marketplace, {
    get(target, name) {
      if (name === 'endpoint') return target.endpoint;
      if (name === 'entitlements' && granted)
        return async () => ({ rows: typeof granted === 'function' ? granted() : granted, at: now });
      throw new Error(`AWS was asked: ${String(name)}`);
    },
  });
  const caller = {
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/test',
    credentials: 'test keys',
    credentialsExpire: null,
    sandbox: null,
  };
  return {
    marketplace,
    buyerMarketplace: null,
    web: scene.web ?? { request: (asked, signal) => request(asked, signal, { ...limits, ...within }) },
    settings: { ...noSettings, contractApi: api },
    signal: scene.signal ?? new AbortController().signal,
    buyer,
    baseline: baseline && { entitlements: baseline, agreements: null },
    beforePurchase: false,
    granted: earlier,
    expiresWithin: null,
    now: () => now,
    target: async () => ({ caller, product: product(scene) }),
    page: () => Promise.reject(new Error('the page was asked for')),
    confirmations: () => Promise.reject(new Error('the runs were asked for')),
  };
}

/** A SaaS that answers this JSON, by the URL that it is asked at. */
export function saasShowing(answer: unknown | ((url: string) => unknown)): Web {
  return {
    async request({ url }) {
      const data = typeof answer === 'function' ? answer(url) : answer;
      return { status: 200, url, redirects: [], contentType: 'application/json', body: JSON.stringify(data) };
    },
  };
}

/** What AWS grants of a dimension: ten until the next month, where nothing else is said. */
export function grant(
  { dimension, plan }: Pick<EntitlementRow, 'dimension' | 'plan'>,
  changes: Partial<EntitlementRow> = {},
) {
  return {
    dimension,
    plan,
    value: 10,
    expirationDate: '2026-12-23T14:44:00.000Z',
    licenseArn: 'arn:aws:license-manager::111122223333:license:l-1',
    customerAwsAccountId: buyer,
    customerIdentifier: null,
    active: true,
    ...changes,
  } satisfies EntitlementRow;
}

function product({ fulfillmentUrl = null, dimensions = [pro, basic], fulfillmentUrls }: Scene): Product {
  const own = fulfillmentUrl === null ? [] : [{ url: fulfillmentUrl, visibility: 'Public', id: 'do-hg5tfkwp2vxqi' }];
  return {
    id: 'prod-lp5dq7gziiuyi',
    title: 'Acme Notes',
    visibility: 'Limited',
    ownerAccountId: '111122223333',
    code: '4ml54db8vrmjuykaw1psroool',
    state: 'Active',
    fulfillmentUrl,
    fulfillmentUrls: fulfillmentUrls ?? own,
    dimensions,
    allowlist: [buyer],
  };
}

export const pro: Dimension = { key: 'pro_plan', name: 'Pro', types: ['Entitled'] };
const basic: Dimension = { key: 'basic_plan', name: 'Basic', types: ['Entitled'] };
