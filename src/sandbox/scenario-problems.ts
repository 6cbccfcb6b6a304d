import { didYouMean, type Problem } from '../checklist/problems.ts';
import { dotted, type Path, type YamlFile } from '../checklist/yaml-file.ts';
import { defaultBuyers, defaultSeller } from './default-world.ts';
import type { ScenarioData } from './scenario-schema.ts';

type Contract = NonNullable<ScenarioData['contracts']>[number];
type ProductData = NonNullable<ScenarioData['products']>[number];

/** Adds a problem with the value at `path`. */
type AddProblem = (path: Path, message: string) => void;

/** Finds contradictions between the parts of a scenario. */
export function scenarioProblems(
  file: YamlFile,
  data: ScenarioData,
  placed: (path: Path) => Path = (path) => path,
  productsAreWhole = true,
): readonly Problem[] {
  const problems: Problem[] = [];
  const add: AddProblem = (path, message) =>
    problems.push({ file: file.name, at: file.place(path), message: `${dotted(placed(path))}: ${message}` });
  const buyers = Object.keys(data.buyers ?? defaultBuyers);
  checkAccounts(data, add);
  checkProducts(data, buyers, add);
  if (productsAreWhole) checkContracts(data, buyers, add);
  else checkBuyers(data, buyers, add);
  checkFaults(data, add);
  return problems;
}

function checkAccounts({ seller = defaultSeller.accountId, buyers }: ScenarioData, add: AddProblem): void {
  const usual = Object.entries(defaultBuyers).find(([, { accountId }]) => accountId === seller);
  if (usual && !buyers)
    add(['seller'], `${seller} is the usual test buyer ${usual[0]}: use another seller, or define your own "buyers"`);
  const accounts = Object.values(buyers ?? {});
  for (const [index, [name, account]] of Object.entries(buyers ?? {}).entries()) {
    if (account === seller) add(['buyers', name], 'is the seller: a seller cannot buy its own product');
    if (accounts.indexOf(account) < index) add(['buyers', name], `${account} is already another buyer`);
  }
}

function checkProducts({ products = [] }: ScenarioData, buyers: readonly string[], add: AddProblem): void {
  for (const [i, { dimensions, allowlist = [] }] of products.entries()) {
    for (const name of ['title', 'id', 'code'] as const) {
      const value = products[i]?.[name];
      const isTwice = value !== undefined && products.findIndex((other) => other[name] === value) < i;
      if (isTwice) add(['products', i, name], `another product already has this ${name}`);
    }
    const isNamed = products.some(({ id }, other) => other !== i && id === products[i]?.title);
    if (isNamed) add(['products', i, 'title'], 'is the ID of another product, so a name could mean either');
    for (const [j, { key }] of dimensions.entries()) {
      const isTwice = dimensions.findIndex((other) => other.key === key) < j;
      if (isTwice) add(['products', i, 'dimensions', j, 'key'], 'another dimension already has this key');
    }
    for (const [j, buyer] of allowlist.entries())
      checkName(['products', i, 'allowlist', j], 'buyer', buyer, buyers, add);
  }
}

/** Checks only whether the buyers of contracts exist, for a file with an invalid product. */
function checkBuyers({ contracts = [] }: ScenarioData, buyers: readonly string[], add: AddProblem): void {
  for (const [i, { buyer }] of contracts.entries()) checkName(['contracts', i, 'buyer'], 'buyer', buyer, buyers, add);
}

/** Checks for contracts that are not sold, whose buyer is unknown, or that overlap where they must not. */
function checkContracts({ products = [], contracts = [] }: ScenarioData, buyers: readonly string[], add: AddProblem) {
  if (products.length === 0 && contracts.length > 0) add(['contracts'], 'needs "products": what the contracts are for');
  const names = products.flatMap(({ title, id }) => (id === undefined ? [title] : [title, id]));
  for (const [i, contract] of contracts.entries()) {
    checkName(['contracts', i, 'buyer'], 'buyer', contract.buyer, buyers, add);
    if (contract.product !== undefined && names.length > 0)
      checkName(['contracts', i, 'product'], 'product', contract.product, names, add);
    const bought = boughtBy(contract, products);
    if (Object.keys(contract.dimensions).length === 0) add(['contracts', i, 'dimensions'], 'there are no dimensions');
    if (bought === undefined) continue;
    for (const key of Object.keys(contract.dimensions)) checkDimension(key, bought, i, add);
    if (!bought['concurrent-agreements']) checkAlone(i, bought, contracts, products, add);
  }
}

function boughtBy({ product }: Contract, products: readonly ProductData[]): ProductData | undefined {
  return product === undefined ? products[0] : products.find(({ title, id }) => title === product || id === product);
}

function checkDimension(key: string, { title, dimensions }: ProductData, contract: number, add: AddProblem): void {
  const path = ['contracts', contract, 'dimensions', key];
  const sold = dimensions.filter(({ type }) => type === 'Entitled').map((dimension) => dimension.key);
  const metered = dimensions.find((dimension) => dimension.key === key && dimension.type !== 'Entitled');
  if (metered === undefined) checkName(path, 'dimension', key, sold, add);
  else {
    const others = sold.length === 0 ? `, and ${title} has none` : `; there is ${sold.join(', ')}`;
    add(path, `is ${metered.type}, billed by usage: a contract is for Entitled dimensions${others}`);
  }
}

/** A product created before concurrent agreements (2026-06-01) allows one contract per buyer at a time. */
function checkAlone(
  index: number,
  bought: ProductData,
  contracts: readonly Contract[],
  products: readonly ProductData[],
  add: AddProblem,
): void {
  const contract = contracts[index] as Contract;
  const other = contracts
    .slice(0, index)
    .findIndex(
      (each) => each.buyer === contract.buyer && boughtBy(each, products) === bought && overlap(each, contract),
    );
  if (other === -1) return;
  const what = `runs at the same time as contracts[${other}], and ${bought.title} has "concurrent-agreements: false"`;
  add(
    ['contracts', index],
    `${what}: one contract per buyer; remove one, or let the older one end first ("started", "months")`,
  );
}

/** Whether both contracts can be active at the same time. */
function overlap(a: Contract, b: Contract): boolean {
  const [{ started: older = 0, months }, { started: newer = 0 }] =
    (a.started ?? 0) > (b.started ?? 0) ? [a, b] : [b, a];
  return older - newer < longest(months);
}

/** The longest that so many months can last, in ms, so that a file is valid on every day of the year or on none. */
function longest(months: number): number {
  const starts = Array.from({ length: 48 }, (_, i) => i);
  return Math.max(...starts.map((i) => Date.UTC(2024, i + months) - Date.UTC(2024, i)));
}

/** Adds a problem if `name` is unknown. */
function checkName(path: Path, what: string, name: string, known: readonly string[], add: AddProblem): void {
  if (!known.includes(name)) add(path, `there is no ${what} ${JSON.stringify(name)}${didYouMean(name, known)}`);
}

/** The faults that only some actions can have. */
const faultActions: Readonly<Record<string, readonly string[]>> = {
  'disabled-api': ['BatchMeterUsage', 'ResolveCustomer'],
  'empty-first-page': ['GetEntitlements'],
  unprocessed: ['BatchMeterUsage'],
};

function checkFaults({ faults = [] }: ScenarioData, add: AddProblem): void {
  for (const [i, { action, fault }] of faults.entries()) {
    const possible = faultActions[fault] ?? [action];
    if (!possible.includes(action))
      add(['faults', i, 'fault'], `${fault} is a fault of ${possible.join(' and ')} only`);
    const before = faults
      .slice(0, i)
      .findIndex((other) => other.action === action && covers(other.call, faults[i]?.call));
    if (before >= 0) add(['faults', i], `has no effect: faults[${before}] already covers those calls of ${action}`);
  }
}

type Calls = number | readonly number[] | undefined;

/** Whether the first includes every call of the second. */
function covers(first: Calls, second: Calls): boolean {
  if (first === undefined) return true;
  return second !== undefined && [second].flat().every((call) => [first].flat().includes(call));
}
