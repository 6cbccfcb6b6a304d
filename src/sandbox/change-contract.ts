import { contractLine, licenceId } from './contract-line.ts';
import { delaysOf } from './delays.ts';
import { newAgreement, total } from './new-agreement.ts';
import { readOrder, refuse } from './order.ts';
import type { Shop } from './shop.ts';
import type { AgreedDimension, StoredAgreement } from './stored-agreement.ts';
import type { StoredEntitlement, StoredProduct, World } from './world.ts';

/**
 * Changes the buyer's newest contract, or that of the licence which is named, and shows the old one until AWS would show the
 * new. A dimension that the contract has gets another quantity; another one takes the place of the only one, or comes beside
 * several. The agreement is amended: the same id and licence. With `replace` it gives way to a new one, under a new licence, in
 * the same chain; which of the two a change in AWS's console makes is not known.
 */
export function changeContract(form: URLSearchParams, shop: Shop): string {
  const { world, now } = shop;
  const { entitlementMs } = delaysOf(shop);
  const { product, buyer, licence, dimension, quantity, months, replace } = readOrder('change', form, world);
  if (months !== undefined) refuse(400, 'a change keeps the end of the contract: leave months out');
  const held = world.entitlements
    .filter((row) => row.buyerAccountId === buyer && row.productId === product.id)
    .filter((row) => licence === null || licenceId(row.licenseArn) === licence)
    .filter((row) => row.goneAt === null && (row.endsAt === null || row.endsAt > now));
  const last = held.at(-1);
  if (last === undefined) {
    const what = `no contract for ${product.title}${licence === null ? '' : ` under licence ${licence}`}`;
    return refuse(409, `${buyer} has ${what}: purchase one first`);
  }
  const contract = held.filter((row) => row.licenseArn === last.licenseArn);
  const named = contract.find((row) => row.dimension === (dimension ?? last.dimension));
  const old = named ?? (contract.length === 1 ? last : null);
  const terms = { dimension: dimension ?? last.dimension, value: quantity ?? (old ?? last).value };
  if (terms.dimension === old?.dimension && terms.value === old.value) {
    refuse(409, `nothing changes, the contract is ${contractLine(old)}: give another quantity or dimension`);
  }
  const agreement = agreementOf(last, world);
  if (replace && agreement === undefined) refuse(409, `${buyer} has no agreement for ${product.title} to replace`);
  const versions =
    agreement === undefined ? [] : changedVersions(agreement, terms, old, replace ? product : null, shop);
  const visibleAt = now + entitlementMs;
  const shown = { licenseArn: versions.at(-1)?.licenseArn ?? last.licenseArn, visibleAt };
  const changed = { ...last, ...terms, ...shown };
  // Under a new licence all of it is new.
  const gone = replace ? contract : contract.filter((row) => row === old);
  const moved = gone.filter((row) => row !== old).map((row) => ({ ...row, ...shown }));
  world.agreements.push(...versions);
  world.entitlements = world.entitlements.map((row) => (gone.includes(row) ? { ...row, goneAt: visibleAt } : row));
  world.entitlements.push(...moved, changed);
  return `changed: ${product.title}, ${contractLine(changed)}; AWS shows it in ${entitlementMs / 1000} s`;
}

type Terms = Pick<StoredEntitlement, 'dimension' | 'value'>;

/** The newest version of the active agreement that the entitlement is from; a world may hold entitlements without one. */
function agreementOf(old: StoredEntitlement, { agreements }: World): StoredAgreement | undefined {
  return [...new Map(agreements.map((row) => [row.id, row])).values()].findLast(
    (row) =>
      row.status === 'ACTIVE' &&
      row.buyerAccountId === old.buyerAccountId &&
      row.productId === old.productId &&
      row.licenseArn === old.licenseArn,
  );
}

function changedVersions(
  agreement: StoredAgreement,
  { dimension: key, value }: Terms,
  old: Terms | null,
  replaced: StoredProduct | null,
  shop: Shop,
): readonly StoredAgreement[] {
  const kept = agreement.dimensions.filter((row) => row.key !== old?.dimension && row.key !== key);
  const dimensions: readonly AgreedDimension[] = [...kept, { key, quantity: Number(value) }];
  const version = { ...agreement, updatedAt: shop.now, visibleAt: shop.now + delaysOf(shop).agreementMs };
  if (replaced === null) {
    const offer = shop.world.offers.find(({ id }) => id === agreement.offerId);
    return [{ ...version, dimensions, price: total(offer, dimensions) }];
  }
  const { buyerAccountId: buyer, selector, endsAt, initialAgreementId, autoRenew } = agreement;
  const next = newAgreement({ product: replaced, buyer, selector, dimensions, endsAt }, shop);
  return [
    { ...version, status: 'REPLACED' },
    { ...next, initialAgreementId, autoRenew },
  ];
}
