import { type Confirmation, type ConfirmedProduct, confirmedVerdict } from './confirmations.ts';
import type { FleetProduct } from './entries.ts';
import { fleetVerdict, isInForce, tallyOf, worstFirst } from './fleet-report.ts';
import type { Verdict } from './model.ts';

/** A product of mp-verify.yaml, and what saved runs know about it. */
export interface MatchedProduct {
  readonly product: FleetProduct;
  /** The account that mp-verify.yaml sets, if its ID is known. */
  readonly accountId: string | null;
  /** Null if no run that counts is about it. */
  readonly found: ConfirmedProduct | null;
}

/** Where a product of mp-verify.yaml stands. */
export interface ProductStatus extends Pick<FleetProduct, 'account' | 'owner'> {
  /** What mp-verify.yaml names it: entity ID, product code or title. */
  readonly listedAs: string;
  /** Entity ID, or `listedAs` if no run knows it. */
  readonly productId: string;
  readonly productCode: string | null;
  /** Null if no run knows it. */
  readonly title: string | null;
  readonly accountId: string | null;
  /** `until` is the last day on which it counts, UTC. */
  readonly waiver: { readonly until: string; readonly reason: string; readonly ended: boolean } | null;
  /** Not all use cases have passed, but a waiver excludes it from the verdict of the fleet. */
  readonly waived: boolean;
  readonly verdict: 'pass' | 'fail' | 'incomplete';
  readonly useCases: readonly Confirmation[];
}

/** A product with runs that count for none of mp-verify.yaml, and the reason as a sentence. */
export interface NotCounted extends Pick<ConfirmedProduct, 'productId' | 'title' | 'accountId'> {
  /** The product of mp-verify.yaml that it could be, as named there; null if there is none. */
  readonly listedAs: string | null;
  readonly reason: string;
}

/** Where the products of mp-verify.yaml stand. */
export interface FleetStatus {
  /** The worst verdict of a product that is not waived; `error` if a run could not be read and none is worse. */
  readonly verdict: Verdict;
  /** Every product counts once, by its verdict or as waived. */
  readonly tally: Readonly<Record<ProductStatus['verdict'] | 'waived', number>>;
  /** The worst first, then waived ones, then those that have passed. */
  readonly products: readonly ProductStatus[];
}

/**
 * Determines where the products stand, and counts them. `missing` are the use cases of a product without a run.
 * `today` decides about waivers.
 */
export function fleetStatus(
  matched: readonly MatchedProduct[],
  missing: readonly Confirmation[],
  today: Date,
  isDamaged: boolean,
): FleetStatus {
  const products = matched.map((each) => productStatus(each, missing, today)).sort((a, b) => rank(a) - rank(b));
  // A product has no such verdict here.
  const { error: _, ...tally } = tallyOf(products);
  // An unreadable run may be a failure, but does not hide one.
  const damaged = isDamaged ? [{ verdict: 'error' as const, waived: false }] : [];
  return { verdict: fleetVerdict([...products, ...damaged]), tally, products };
}

function productStatus(
  { product, accountId, found }: MatchedProduct,
  missing: readonly Confirmation[],
  today: Date,
): ProductStatus {
  const { product: listedAs, account, owner, waiver } = product;
  const useCases = found?.useCases ?? missing;
  const verdict = confirmedVerdict(useCases);
  const inForce = isInForce(waiver, today);
  return {
    listedAs,
    productId: found?.productId ?? listedAs,
    productCode: found?.productCode ?? null,
    title: found?.title ?? null,
    accountId: found?.accountId ?? accountId,
    ...{ account, owner },
    waiver: waiver && { ...waiver, ended: !inForce },
    waived: inForce && verdict !== 'pass',
    ...{ verdict, useCases },
  };
}

/** Orders products: by what they mean for the fleet, then by how many use cases have not passed. */
function rank({ verdict, waived, waiver, useCases }: ProductStatus): number {
  const passed = worstFirst.length;
  const group = waived ? passed : verdict !== 'pass' ? worstFirst.indexOf(verdict) : waiver ? passed + 1 : passed + 2;
  return group * 100 - useCases.filter(({ state }) => state !== 'pass').length;
}
