import type { Agreement, Entitlement, EntitlementRow } from '../../src/checklist/outputs.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import type { CheckKind, ConfirmedUseCases, Observation } from '../../src/checks/check-kind.ts';
import { checks } from '../../src/checks/index.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { noSettings } from '../../src/ports/saas.ts';
import { observeOnce } from '../../src/walk/observe.ts';
import { acmeMarketplace, buyer, productQuestions } from '../support/acme.ts';
import type { MarketplaceScript } from '../support/fake-marketplace.ts';
import { noWeb } from '../support/no-web.ts';

export interface Scene {
  readonly marketplace?: MarketplaceScript;
  readonly baseline?: readonly Entitlement[] | null;
  readonly buyer?: string;
  /** The product page's URL as an earlier run remembers it. */
  readonly pasted?: string;
  readonly now?: string;
  readonly beforePurchase?: boolean;
  /** Of --expires-within, in ms. */
  readonly expiresWithin?: number;
  /** With the test buyer's own credentials. */
  readonly buyerMarketplace?: Marketplace | null;
  /** The agreements of the baseline; by default they could not be read. */
  readonly agreedBefore?: readonly Agreement[];
  /** What the runs that are kept say. */
  readonly confirmations?: (maxAge: number) => ConfirmedUseCases;
}

/** One look of the check that these fields describe, in YAML's flow style: `check: entitlements, is: new`. */
export async function observe(fields: string, scene: Scene = {}): Promise<Observation> {
  const baseline = fields.startsWith('check: baseline') ? '' : '  - { id: before, title: Before, check: baseline }\n';
  const source = `version: 1\nid: trial\ntitle: Trial\nsteps:\n${baseline}  - { id: it, title: It, ${fields} }\n`;
  const parsed = parseChecklist('trial.yaml', source, checks);
  if (!('steps' in parsed)) throw new Error(parsed.map(({ message }) => message).join('\n'));
  const check = parsed.steps.at(-1)?.check;
  const kind: CheckKind | undefined = check ? new Map(Object.entries(checks)).get(check.kind) : undefined;
  if (!check || !kind) throw new Error(`${fields} is no check`);

  const marketplace = acmeMarketplace(scene.marketplace);
  const now = scene.now ?? '2026-11-23T09:00:00Z';
  const rows = scene.baseline?.map(
    (entitlement): EntitlementRow => ({
      ...entitlement,
      plan: null,
      active: entitlement.expirationDate === null || Date.parse(entitlement.expirationDate) > Date.parse(now),
    }),
  );
  return observeOnce(() =>
    kind.observe(check.fields, {
      ...productQuestions(marketplace, scene.pasted ?? null),
      marketplace,
      buyerMarketplace: scene.buyerMarketplace ?? null,
      web: noWeb,
      settings: noSettings,
      signal: new AbortController().signal,
      buyer: scene.buyer ?? buyer,
      beforePurchase: scene.beforePurchase ?? false,
      granted: null,
      expiresWithin: scene.expiresWithin ?? null,
      confirmations: async (maxAge) => scene.confirmations?.(maxAge) ?? { useCases: [], damaged: null },
      baseline: rows ? { entitlements: rows, agreements: scene.agreedBefore ?? null } : null,
      now: () => new Date(now),
    }),
  );
}
