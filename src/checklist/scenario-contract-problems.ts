import { checkName, type Say, type ScenarioData } from './scenario-say.ts';

type Contract = NonNullable<ScenarioData['contracts']>[number];
type Product = NonNullable<ScenarioData['products']>[number];

/** Contracts of nobody: all that can be told where the products can't. */
export function checkBuyers({ contracts = [] }: ScenarioData, buyers: readonly string[], say: Say): void {
  for (const [i, { buyer }] of contracts.entries()) checkName(['contracts', i, 'buyer'], 'buyer', buyer, buyers, say);
}

/** Contracts of what is not sold, of nobody, or of too many at a time. */
export function checkContracts({ products = [], contracts = [] }: ScenarioData, buyers: readonly string[], say: Say) {
  if (products.length === 0 && contracts.length > 0) say(['contracts'], 'needs "products": what was bought');
  const names = products.flatMap(({ title, id }) => (id === undefined ? [title] : [title, id]));
  for (const [i, contract] of contracts.entries()) {
    checkName(['contracts', i, 'buyer'], 'buyer', contract.buyer, buyers, say);
    if (contract.product !== undefined && names.length > 0)
      checkName(['contracts', i, 'product'], 'product', contract.product, names, say);
    const bought = boughtBy(contract, products);
    if (Object.keys(contract.dimensions).length === 0) say(['contracts', i, 'dimensions'], 'there are no dimensions');
    if (bought === undefined) continue;
    for (const key of Object.keys(contract.dimensions)) checkDimension(key, bought, i, say);
    if (!bought['concurrent-agreements']) checkAlone(i, bought, contracts, products, say);
  }
}

function boughtBy({ product }: Contract, products: readonly Product[]): Product | undefined {
  return product === undefined ? products[0] : products.find(({ title, id }) => title === product || id === product);
}

function checkDimension(key: string, { title, dimensions }: Product, contract: number, say: Say): void {
  const path = ['contracts', contract, 'dimensions', key];
  const sold = dimensions.filter(({ type }) => type === 'Entitled').map((dimension) => dimension.key);
  const metered = dimensions.find((dimension) => dimension.key === key && dimension.type !== 'Entitled');
  if (metered === undefined) checkName(path, 'dimension', key, sold, say);
  else {
    const others = sold.length === 0 ? `, and ${title} has none` : `; there is ${sold.join(', ')}`;
    say(path, `is ${metered.type}, paid for as it is used: a contract is of Entitled dimensions${others}`);
  }
}

/** A product from before concurrent agreements (2026-06-01) is sold once at a time to a buyer. */
function checkAlone(
  index: number,
  bought: Product,
  contracts: readonly Contract[],
  products: readonly Product[],
  say: Say,
): void {
  const contract = contracts[index] as Contract;
  const other = contracts
    .slice(0, index)
    .findIndex((each) => each.buyer === contract.buyer && boughtBy(each, products) === bought && meet(each, contract));
  if (other === -1) return;
  const what = `runs at the same time as contracts[${other}], and ${bought.title} has "concurrent-agreements: false"`;
  say(
    ['contracts', index],
    `${what}: one contract per buyer; take one away, or let the older one end first ("started", "months")`,
  );
}

/** Whether there is a day on which both run. */
function meet(a: Contract, b: Contract): boolean {
  const [{ started: older = 0, months }, { started: newer = 0 }] =
    (a.started ?? 0) > (b.started ?? 0) ? [a, b] : [b, a];
  return older - newer < longest(months);
}

/** The most ms that so many months can have, so that a file is right or wrong on every day of the year. */
function longest(months: number): number {
  const starts = Array.from({ length: 48 }, (_, i) => i);
  return Math.max(...starts.map((i) => Date.UTC(2024, i + months) - Date.UTC(2024, i)));
}
