import { didYouMean, type Problem } from '../checklist/problems.ts';
import { dotted, type Path, type YamlFile } from '../checklist/yaml-file.ts';
import type { ScenarioData } from './scenario-schema.ts';

type Contract = NonNullable<ScenarioData['contracts']>[number];
type Product = NonNullable<ScenarioData['products']>[number];

/** Notes something wrong with what stands at `path`. */
type Say = (path: Path, message: string) => void;

/** The accounts of a sandbox whose scenario names none. */
const usualSeller = '111122223333';
const usualBuyers = {
  'new-signup': '444455556666',
  'existing-user': '555566667777',
  'contract-change': '666677778888',
} as const;

/** What the parts of a scenario say of each other that cannot be. */
export function scenarioProblems(
  file: YamlFile,
  data: ScenarioData,
  placed: (path: Path) => Path = (path) => path,
  productsAreWhole = true,
): readonly Problem[] {
  const problems: Problem[] = [];
  const say: Say = (path, message) =>
    problems.push({ file: file.name, at: file.place(path), message: `${dotted(placed(path))}: ${message}` });
  const buyers = Object.keys(data.buyers ?? usualBuyers);
  checkAccounts(data, say);
  checkProducts(data, buyers, say);
  if (productsAreWhole) checkContracts(data, buyers, say);
  else checkBuyers(data, buyers, say);
  checkFaults(data, say);
  return problems;
}

function checkAccounts({ seller = usualSeller, buyers }: ScenarioData, say: Say): void {
  const usual = Object.entries(usualBuyers).find(([, account]) => account === seller);
  if (usual && !buyers)
    say(['seller'], `${seller} is the usual test buyer ${usual[0]}: name another seller, or your own "buyers"`);
  const accounts = Object.values(buyers ?? {});
  for (const [index, [name, account]] of Object.entries(buyers ?? {}).entries()) {
    if (account === seller) say(['buyers', name], 'is the seller: a seller cannot buy its own product');
    if (accounts.indexOf(account) < index) say(['buyers', name], `${account} is another buyer already`);
  }
}

function checkProducts({ products = [] }: ScenarioData, buyers: readonly string[], say: Say): void {
  for (const [i, { dimensions, allowlist = [] }] of products.entries()) {
    for (const name of ['title', 'id', 'code'] as const) {
      const value = products[i]?.[name];
      const isTwice = value !== undefined && products.findIndex((other) => other[name] === value) < i;
      if (isTwice) say(['products', i, name], `another product has this ${name} already`);
    }
    const isNamed = products.some(({ id }, other) => other !== i && id === products[i]?.title);
    if (isNamed) say(['products', i, 'title'], 'is the id of another product: a name could mean either');
    for (const [j, { key }] of dimensions.entries()) {
      const isTwice = dimensions.findIndex((other) => other.key === key) < j;
      if (isTwice) say(['products', i, 'dimensions', j, 'key'], 'another dimension has this key already');
    }
    for (const [j, buyer] of allowlist.entries())
      checkName(['products', i, 'allowlist', j], 'buyer', buyer, buyers, say);
  }
}

/** Contracts of nobody: all that can be told where the products can't. */
function checkBuyers({ contracts = [] }: ScenarioData, buyers: readonly string[], say: Say): void {
  for (const [i, { buyer }] of contracts.entries()) checkName(['contracts', i, 'buyer'], 'buyer', buyer, buyers, say);
}

/** Contracts of what is not sold, of nobody, or of too many at a time. */
function checkContracts({ products = [], contracts = [] }: ScenarioData, buyers: readonly string[], say: Say) {
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

/** Says it where `name` is none of the known ones. */
function checkName(path: Path, what: string, name: string, known: readonly string[], say: Say): void {
  if (!known.includes(name)) say(path, `there is no ${what} ${JSON.stringify(name)}${didYouMean(name, known)}`);
}

/** The faults that not every action can have. */
const faultActions: Readonly<Record<string, readonly string[]>> = {
  'disabled-api': ['BatchMeterUsage', 'ResolveCustomer'],
  'empty-first-page': ['GetEntitlements'],
  unprocessed: ['BatchMeterUsage'],
};

function checkFaults({ faults = [] }: ScenarioData, say: Say): void {
  for (const [i, { action, fault }] of faults.entries()) {
    const possible = faultActions[fault] ?? [action];
    if (!possible.includes(action))
      say(['faults', i, 'fault'], `${fault} is a fault of ${possible.join(' and ')} only`);
    const before = faults
      .slice(0, i)
      .findIndex((other) => other.action === action && covers(other.call, faults[i]?.call));
    if (before >= 0) say(['faults', i], `never happens: faults[${before}] is what those calls of ${action} suffer`);
  }
}

type Calls = number | readonly number[] | undefined;

/** Whether every call that the second names is one of the first's. */
function covers(first: Calls, second: Calls): boolean {
  if (first === undefined) return true;
  return second !== undefined && [second].flat().every((call) => [first].flat().includes(call));
}
