import type { z } from 'zod';
import { inOrder, type Problem } from './problems.ts';
import { readableScenario } from './readable-scenario.ts';
import { scenarioProblems } from './scenario-problems.ts';
import {
  scenarioContract,
  scenarioDelays,
  scenarioDimension,
  scenarioFault,
  scenarioFile,
  scenarioProduct,
} from './scenario-schema.ts';
import { type Path, readYaml, shapeProblems, versionProblem, type YamlFile } from './yaml-file.ts';

/** What a scenario of the sandbox says; null where it says nothing. */
export type Scenario = ReturnType<typeof scenario>;

/** A scenario, or everything that is wrong with the file. */
export function parseScenario(name: string, source: string): Scenario | readonly Problem[] {
  const file = readYaml(name, source);
  if (!('value' in file)) return file;
  const version = versionProblem(file);
  if (version) return [version];
  const { data, error } = scenarioFile.safeParse(file.value, { reportInput: true });
  if (error) return inOrder([...shapeProblems(file, [], error, knownFields), ...problemsBeside(file)]);
  const problems = scenarioProblems(file, data);
  return problems.length > 0 ? inOrder(problems) : scenario(data);
}

/** What else is wrong, in the parts that have the right shape. */
function problemsBeside(file: YamlFile): readonly Problem[] {
  const readable = readableScenario(file.value);
  if (readable === null) return [];
  const { data, placed, productsAreWhole } = readable;
  const place: YamlFile['place'] = (path, key) => file.place(placed(path), key);
  return scenarioProblems({ ...file, place }, data, placed, productsAreWhole);
}

function scenario({ seller, buyers, products, contracts, delays, faults, ...rest }: z.infer<typeof scenarioFile>) {
  return {
    seller: seller ?? null,
    buyers: buyers ?? null,
    products: products?.map(product) ?? null,
    contracts: contracts?.map(contract) ?? null,
    delays: delays
      ? { agreementMs: delays.agreement, licenceMs: delays.licence, entitlementMs: delays.entitlement }
      : null,
    tokenLifetimeMs: rest['registration-tokens'] ?? null,
    faults: (faults ?? []).map(({ action, fault, call }) => ({
      action,
      fault,
      calls: call === undefined ? null : [call].flat(),
    })),
  };
}

function product(given: z.infer<typeof scenarioProduct>) {
  return {
    title: given.title,
    id: given.id ?? null,
    code: given.code ?? null,
    visibility: given.visibility,
    fulfillmentUrl: given['fulfillment-url'] ?? null,
    dimensions: given.dimensions.map(({ key, name, type, price }) => ({ key, name: name ?? key, type, price })),
    currency: given.currency,
    months: given.months ?? [1, 12],
    quantities: given.quantities,
    allowlist: given.allowlist ?? null,
    discoverable: given.discoverable,
    concurrentAgreements: given['concurrent-agreements'],
    changeSet: given['change-set'] ?? null,
  };
}

function contract(given: z.infer<typeof scenarioContract>) {
  return {
    buyer: given.buyer,
    product: given.product ?? null,
    dimensions: given.dimensions,
    months: given.months,
    startedMsAgo: given.started ?? 0,
    autoRenew: given['auto-renew'],
    granted: given.granted,
  };
}

function knownFields(path: Path): readonly string[] {
  const shapes: Readonly<Record<string, object>> = {
    '': scenarioFile.shape,
    products: scenarioProduct.shape,
    'products.dimensions': scenarioDimension.shape,
    contracts: scenarioContract.shape,
    delays: scenarioDelays.shape,
    faults: scenarioFault.shape,
  };
  return Object.keys(shapes[path.filter((part) => typeof part === 'string').join('.')] ?? {});
}
