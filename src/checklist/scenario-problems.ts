import type { z } from 'zod';
import type { Problem } from './problems.ts';
import type { scenarioFile } from './scenario-schema.ts';
import { dotted } from './shape-problems.ts';
import { didYouMean } from './suggest.ts';
import type { Path, YamlFile } from './yaml-file.ts';

type Data = z.infer<typeof scenarioFile>;
type Say = (path: Path, message: string) => void;

/** The accounts of a sandbox whose scenario names none. */
const usualSeller = '111122223333';
const usualBuyers = ['new-signup', 'existing-user', 'contract-change'];

/** What the parts of a scenario say of each other that cannot be. */
export function scenarioProblems(file: YamlFile, data: Data): readonly Problem[] {
  const problems: Problem[] = [];
  const say: Say = (path, message) =>
    problems.push({ file: file.name, at: file.place(path), message: `${dotted(path)}: ${message}` });
  const buyers = data.buyers ? Object.keys(data.buyers) : usualBuyers;
  checkAccounts(data, say);
  checkProducts(data, buyers, say);
  checkContracts(data, buyers, say);
  checkFaults(data, say);
  return problems;
}

function checkAccounts({ seller = usualSeller, buyers = {} }: Data, say: Say): void {
  const accounts = Object.values(buyers);
  for (const [index, [name, account]] of Object.entries(buyers).entries()) {
    if (account === seller) say(['buyers', name], 'is the seller: a seller cannot buy its own product');
    if (accounts.indexOf(account) < index) say(['buyers', name], `${account} is another buyer already`);
  }
}

function checkProducts({ products = [] }: Data, buyers: readonly string[], say: Say): void {
  for (const [i, { dimensions, allowlist = [] }] of products.entries()) {
    for (const name of ['title', 'id', 'code'] as const) {
      const value = products[i]?.[name];
      const isTwice = value !== undefined && products.findIndex((other) => other[name] === value) < i;
      if (isTwice) say(['products', i, name], `another product has this ${name} already`);
    }
    for (const [j, { key }] of dimensions.entries()) {
      const isTwice = dimensions.findIndex((other) => other.key === key) < j;
      if (isTwice) say(['products', i, 'dimensions', j, 'key'], 'another dimension has this key already');
    }
    for (const [j, buyer] of allowlist.entries())
      checkName(['products', i, 'allowlist', j], 'buyer', buyer, buyers, say);
  }
}

function checkContracts({ products = [], contracts = [] }: Data, buyers: readonly string[], say: Say): void {
  if (products.length === 0 && contracts.length > 0) say(['contracts'], 'needs "products": what was bought');
  const names = products.flatMap(({ title, id }) => (id === undefined ? [title] : [title, id]));
  for (const [i, { buyer, product, dimensions }] of contracts.entries()) {
    checkName(['contracts', i, 'buyer'], 'buyer', buyer, buyers, say);
    if (product !== undefined && names.length > 0)
      checkName(['contracts', i, 'product'], 'product', product, names, say);
    const bought =
      product === undefined ? products[0] : products.find(({ title, id }) => title === product || id === product);
    const sold = bought?.dimensions.filter(({ type }) => type === 'Entitled').map(({ key }) => key);
    if (Object.keys(dimensions).length === 0) say(['contracts', i, 'dimensions'], 'there are no dimensions');
    for (const key of sold ? Object.keys(dimensions) : [])
      checkName(['contracts', i, 'dimensions', key], 'dimension', key, sold ?? [], say);
  }
}

function checkFaults({ faults = [] }: Data, say: Say): void {
  for (const [i, { action, fault }] of faults.entries()) {
    const of = { unprocessed: ['BatchMeterUsage'], 'disabled-api': ['BatchMeterUsage', 'ResolveCustomer'] };
    const possible = fault === 'unprocessed' || fault === 'disabled-api' ? of[fault] : [action];
    if (!possible.includes(action))
      say(['faults', i, 'fault'], `${fault} is a fault of ${possible.join(' and ')} only`);
  }
}

function checkName(path: Path, what: string, name: string, known: readonly string[], say: Say): void {
  if (!known.includes(name)) say(path, `there is no ${what} ${JSON.stringify(name)}${didYouMean(name, known)}`);
}
