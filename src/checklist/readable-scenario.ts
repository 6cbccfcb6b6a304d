import type { ScenarioData } from './scenario-say.ts';
import { scenarioContract, scenarioFault, scenarioFile, scenarioProduct } from './scenario-schema.ts';
import type { Path } from './yaml-file.ts';

type Fields = Readonly<Record<string, unknown>>;

const lists = { products: scenarioProduct, contracts: scenarioContract, faults: scenarioFault };

/** What of a scenario can be read though other parts can't, so that all that is wrong is said at once. */
export interface ReadableScenario {
  readonly data: ScenarioData;
  /** Where something stands in the file that is at `path` of the data. */
  placed(path: Path): Path;
  /** A product can't be read: which one a contract means is not known then. */
  readonly productsAreWhole: boolean;
}

/** Null where not even the parts make a scenario. */
export function readableScenario(value: unknown): ReadableScenario | null {
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
      const own = typeof index === 'number' ? kept.get(String(list))?.[index] : undefined;
      return own === undefined
        ? [list, index, ...rest].filter((part) => part !== undefined)
        : [list ?? '', own, ...rest];
    },
    productsAreWhole: !Array.isArray(products) || kept.get('products')?.length === products.length,
  };
}
