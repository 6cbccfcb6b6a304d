import { licenceId } from '../contract-line.ts';
import { offerTo } from '../offer-to.ts';
import type { StoredAgreement } from '../stored-agreement.ts';
import type { StoredDimension, StoredProduct, World } from '../world.ts';
import { monthsOf } from './words.ts';

/** Why a product is not shown to, or not sold to, a buyer; null where it is. */
export function whyNotSold({ title, visibility, allowlist }: StoredProduct, buyer: string): string | null {
  if (visibility === 'Public') return null;
  if (visibility === 'Draft') return `${title} is a Draft, and can not be bought by anybody yet.`;
  if (visibility === 'Restricted') return `${title} is Restricted: there are no new contracts for it.`;
  if (allowlist.includes(buyer)) return null;
  return `${title} is Limited, and ${buyer} is not on its allowlist. Sign in as another test buyer.`;
}

/** What can be chosen in a contract; empty for a product that is paid for as you go. */
export function soldDimensions({ dimensions }: StoredProduct): readonly StoredDimension[] {
  return dimensions.filter(({ types }) => types.includes('Entitled'));
}

/** How a product is sold to that buyer. */
export function termsFor(buyer: string, product: StoredProduct, world: World) {
  const offer = offerTo(buyer, product, world);
  const offered = offer?.durations.map(monthsOf).filter((months) => months !== null) ?? [];
  return {
    offer,
    /** To choose from; the shop sells a month where the offer names no length. */
    months: offered.length > 0 ? offered : [1],
    /** Whether the buyer chooses the quantity; else it is 1. */
    choosesQuantity: offer?.quantities !== 'Disallowed',
  };
}

/** The newest version of each agreement of a buyer, newest first: a buyer sees it at once, before AWS's APIs show it. */
export function agreementsOf(buyer: string, { agreements }: World): readonly StoredAgreement[] {
  const own = agreements.filter(({ buyerAccountId }) => buyerAccountId === buyer);
  return [...new Map(own.map((row) => [row.id, row])).values()].reverse();
}

export function isActive({ status, endsAt }: StoredAgreement, now: number): boolean {
  return status === 'ACTIVE' && (endsAt === null || endsAt > now);
}

/** Epoch ms at which GetEntitlements shows the newest contract under that licence; null where there is none. */
export function grantedAt({ buyerAccountId, licenseArn }: StoredAgreement, { entitlements }: World): number | null {
  const row = entitlements.findLast(
    (each) => each.buyerAccountId === buyerAccountId && licenceId(each.licenseArn) === licenceId(licenseArn),
  );
  return row?.visibleAt ?? null;
}
