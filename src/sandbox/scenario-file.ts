import type * as z from 'zod';
import { InvalidFiles, inOrder, type Problem } from '../checklist/problems.ts';
import { type Path, readYaml, shapeProblems, versionProblem, type YamlFile } from '../checklist/yaml-file.ts';
import type { ScenarioFile } from '../ports/sandbox.ts';
import type { Fault } from './api/fault.ts';
import { scenarioProblems } from './scenario-problems.ts';
import {
  type ScenarioData,
  scenarioContract,
  scenarioDelays,
  scenarioDimension,
  scenarioFault,
  scenarioFile,
  scenarioProduct,
} from './scenario-schema.ts';
import type { Delays, StoredChangeSet, StoredDimension, StoredOffer, StoredProduct } from './world.ts';

/** What a scenario file sets; null keeps the default. The names in it are known to exist. */
export interface Scenario {
  /** Account id. */
  readonly seller: string | null;
  /** Account ids by name. */
  readonly buyers: Readonly<Record<string, string>> | null;
  readonly products: readonly ScenarioProduct[] | null;
  readonly contracts: readonly ScenarioContract[] | null;
  /** In ms. An undefined one is derived from the sandbox's delay. */
  readonly delays: { readonly [Name in keyof Delays]: number | undefined } | null;
  /** Lifetime of a registration token. */
  readonly tokenLifetimeMs: number | null;
  readonly faults: readonly ScenarioFault[];
  /** Quotas as a multiple of AWS's. */
  readonly quotas: number | null;
}

export interface ScenarioProduct
  extends Pick<StoredProduct, 'title' | 'visibility' | 'fulfillmentUrl' | 'discoverable' | 'concurrentAgreements'>,
    Pick<StoredOffer, 'currency' | 'quantities'> {
  readonly id: string | null;
  readonly code: string | null;
  readonly dimensions: readonly ScenarioDimension[];
  /** The contract durations to choose from, in months. */
  readonly months: readonly number[];
  /** Names of buyers; null for all buyers. */
  readonly allowlist: readonly string[] | null;
  /** Null if the product has no change set. */
  readonly changeSet: StoredChangeSet['status'] | null;
}

interface ScenarioDimension extends Pick<StoredDimension, 'key' | 'name'> {
  readonly type: StoredDimension['types'][number];
  readonly price: number;
}

export interface ScenarioContract {
  /** Name of the buyer. */
  readonly buyer: string;
  /** Title or id; null for the first product. */
  readonly product: string | null;
  /** Quantities by dimension key. */
  readonly dimensions: Readonly<Record<string, number>>;
  readonly months: number;
  readonly startedMsAgo: number;
  readonly autoRenew: boolean;
  readonly granted: boolean;
}

export interface ScenarioFault {
  readonly action: string;
  readonly fault: Fault;
  /** Which calls of the action have the fault, from 1; null for every call. */
  readonly calls: readonly number[] | null;
}

/** Parses a scenario, or returns all problems of the file. */
export function parseScenario(name: string, source: string): Scenario | readonly Problem[] {
  const file = readYaml(name, source);
  if (!('value' in file)) return file;
  const version = versionProblem(file);
  if (version) return [version];
  const { data, error } = scenarioFile.safeParse(file.value, { reportInput: true });
  if (error) return inOrder([...shapeProblems(file, [], error, knownFields), ...otherProblems(file)]);
  const problems = scenarioProblems(file, data);
  return problems.length > 0 ? inOrder(problems) : scenario(data);
}

/** Like `parseScenario`, but throws problems as `InvalidFiles`. */
export function readScenario({ path, source }: ScenarioFile): Scenario {
  const scenario = parseScenario(path, source);
  if (!('faults' in scenario)) throw new InvalidFiles(scenario);
  return scenario;
}

/** Finds contradictions in the parts with a valid shape. */
function otherProblems(file: YamlFile): readonly Problem[] {
  const readable = readableScenario(file.value);
  if (readable === null) return [];
  const { data, placed, productsAreWhole } = readable;
  const place: YamlFile['place'] = (path, key) => file.place(placed(path), key);
  return scenarioProblems({ ...file, place }, data, placed, productsAreWhole);
}

function scenario({ seller, buyers, products, contracts, delays, faults, ...rest }: ScenarioData): Scenario {
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
    quotas: rest.quotas ?? null,
  };
}

function product(given: z.infer<typeof scenarioProduct>): ScenarioProduct {
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

function contract(given: z.infer<typeof scenarioContract>): ScenarioContract {
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

type Fields = Readonly<Record<string, unknown>>;

const lists = { products: scenarioProduct, contracts: scenarioContract, faults: scenarioFault };

/** The parts of a scenario with a valid shape, so that one attempt reports every problem. */
interface ReadableScenario {
  readonly data: ScenarioData;
  /** Maps a path in `data` to the path in the file. */
  placed(path: Path): Path;
  /** False if a product is invalid. Contracts cannot be checked against the products then. */
  readonly productsAreWhole: boolean;
}

/** Null if too little is valid for a scenario. */
function readableScenario(value: unknown): ReadableScenario | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const given = value as Fields;
  const kept = new Map<string, readonly number[]>();
  const parts = Object.entries(scenarioFile.shape).flatMap(([name, schema]): readonly [string, unknown][] => {
    const part = given[name];
    if (Array.isArray(part) && Object.hasOwn(lists, name)) {
      const item = lists[name as keyof typeof lists];
      const readable = [...part.keys()].filter((index) => item.safeParse(part[index]).success);
      kept.set(name, readable);
      return readable.length === 0 ? [] : [[name, readable.map((index) => part[index])]];
    }
    return schema.safeParse(part).success ? [[name, part]] : [];
  });
  const { data } = scenarioFile.safeParse(Object.fromEntries(parts));
  if (data === undefined) return null;
  const products = given.products;
  return {
    data,
    placed: ([list, index, ...rest]) => {
      const found = typeof index === 'number' ? kept.get(String(list))?.[index] : undefined;
      return found === undefined
        ? [list, index, ...rest].filter((part) => part !== undefined)
        : [list ?? '', found, ...rest];
    },
    productsAreWhole: !Array.isArray(products) || kept.get('products')?.length === products.length,
  };
}
