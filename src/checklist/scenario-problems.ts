import type { Problem } from './problems.ts';
import { checkBuyers, checkContracts } from './scenario-contract-problems.ts';
import { checkName, type Say, type ScenarioData } from './scenario-say.ts';
import { dotted, type Path, type YamlFile } from './yaml-file.ts';

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
