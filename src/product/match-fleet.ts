import type { ConfirmedProduct } from '../checklist/confirmations.ts';
import type { MatchedProduct, NotCounted } from '../checklist/fleet-status.ts';
import { entityIdIn } from '../ports/marketplace.ts';
import { matchProduct } from './target.ts';

/** A product of mp-verify.yaml, and the ID of the account that its settings name, if known. */
type ListedProduct = Omit<MatchedProduct, 'found'>;

/** The products of mp-verify.yaml, each with what runs know about it, and what counts for none of them. */
interface MatchedFleet {
  readonly matched: readonly MatchedProduct[];
  readonly notCounted: readonly NotCounted[];
}

/**
 * Finds each product of mp-verify.yaml among those of saved runs, by ID, product code or title. A part of a title is not
 * enough, because a product without runs may have it as its title. Runs on another account than the listed one do not
 * count. Nor do those of several products that fit: no one knows which is meant. Under a second name, a product does not
 * count again.
 */
export function matchFleet(listed: readonly ListedProduct[], products: readonly ConfirmedProduct[]): MatchedFleet {
  const known = products.map((each) => ({ ...each, id: each.productId, code: each.productCode }));
  const byKey = group(known, ({ id, code, title }) => [
    ...[id, title, title.toLowerCase()],
    ...(code === null ? [] : [code]),
  ]);
  /** What mp-verify.yaml names each product that counts. */
  const counted = new Map<ConfirmedProduct, string>();
  const twins: NotCounted[] = [];
  const reasons = new Map<ConfirmedProduct, Pick<NotCounted, 'listedAs' | 'reason'>>();

  const matched = listed.map((entry): MatchedProduct => {
    const { accountId } = entry;
    const listedAs = entry.product.product;
    const id = entityIdIn(listedAs);
    const fitting = byKey.get(id ?? listedAs) ?? byKey.get(listedAs.toLowerCase()) ?? [];
    const isElsewhere = (each: ConfirmedProduct) => accountId !== null && each.accountId !== accountId;
    for (const each of fitting.filter(isElsewhere))
      reasons.set(each, { listedAs, reason: `mp-verify.yaml lists it for account ${accountId}.` });
    const found = fitting.filter((each) => !isElsewhere(each));
    const near = fitting.length > 0 || id !== null ? [] : matchProduct(listedAs, known);
    for (const each of near)
      reasons.set(each, {
        listedAs,
        reason: `"${listedAs}" in mp-verify.yaml is not its whole title. If this product is meant, use its ID there.`,
      });
    const [newest, ...others] = found;
    const isUnclear = others.some((each) => each.id !== newest?.id);
    const twin = newest && !isUnclear ? counted.get(newest) : undefined;
    if (newest && twin !== undefined) {
      const reason = `mp-verify.yaml lists it twice: it counts as "${twin}", but not as "${listedAs}".`;
      twins.push({ ...shownOf(newest), listedAs, reason });
    } else if (newest && !isUnclear) counted.set(newest, listedAs);
    for (const each of isUnclear ? found : others)
      reasons.set(each, {
        listedAs,
        reason: isUnclear
          ? `"${listedAs}" in mp-verify.yaml fits ${found.length} products. Use their IDs there.`
          : `Its newest run was on account ${newest?.accountId}.`,
      });
    return { ...entry, found: isUnclear || twin !== undefined ? null : (newest ?? null) };
  });

  const notCounted = known
    .filter((each) => !counted.has(each))
    .map((each) => ({
      ...shownOf(each),
      ...(reasons.get(each) ?? { listedAs: null, reason: 'mp-verify.yaml does not list it.' }),
    }));
  return { matched, notCounted: [...notCounted, ...twins] };
}

function shownOf({ productId, title, accountId }: ConfirmedProduct): Omit<NotCounted, 'listedAs' | 'reason'> {
  return { productId, title, accountId };
}

function group<Each>(all: readonly Each[], keysOf: (each: Each) => readonly string[]): ReadonlyMap<string, Each[]> {
  const groups = new Map<string, Each[]>();
  for (const each of all)
    for (const key of new Set(keysOf(each))) {
      const found = groups.get(key);
      if (found) found.push(each);
      else groups.set(key, [each]);
    }
  return groups;
}
