import type { FleetProduct } from '../checklist/entries.ts';
import { suggest } from '../checklist/problems.ts';
import { UserError } from '../errors.ts';
import { productKey } from '../ports/marketplace.ts';
import { configName, findConfig } from './find-config.ts';
import {
  type ConfigOptions,
  type ConfigSource,
  type Configured,
  configured,
  overriddenProfiles,
  readConfig,
} from './load-config.ts';

/** The products of a file with `products:`. */
export interface LoadedFleet<Options> extends Pick<Configured<Options>, 'operator' | 'store'> {
  readonly file: string;
  /** The file for the operator, with what the environment overrides in it. */
  readonly inUse: string;
  /** One for each product, in the order of the file. */
  readonly entries: readonly FleetEntry<Options>[];
}

/** A product of the file, with its settings. */
export interface FleetEntry<Options> {
  readonly product: FleetProduct;
  /** The settings that apply to the product. Its `options` name it. */
  readonly config: Configured<Options>;
  /** Its account is a profile, and other credentials are used in its place. */
  readonly isProfileReplaced: boolean;
}

/** Reads the products of the configuration. Rejects with `UserError` (`no-fleet`) if there are none. */
export async function loadFleet<Options extends ConfigOptions>(
  options: Options,
  host: ConfigSource,
): Promise<LoadedFleet<Options>> {
  if (options.sandbox)
    throw new UserError(
      'no-fleet',
      `A sandbox has none of the products in ${configName}.`,
      'To practice, start a sandbox with your products (mp-verify sandbox --scenario FILE), and use --endpoint-url.',
    );
  const file = options.config ?? (await findConfig(host));
  if (file === null)
    throw new UserError('no-fleet', `There is no ${configName} that lists your products.`, noFleetHint);
  const config = await readConfig(file, host.files);
  if (config.products === null) throw new UserError('no-fleet', `${file} lists no products.`, noFleetHint);
  const { operator, store } = configured(options, config, config, file, host.env);
  const products = [...config.products.values()];
  const entries = products.map((listed) => {
    const { recorded, profile, role } = listed;
    const own = configured({ ...options, product: recorded.product }, config, listed, file, host.env);
    const isProfileReplaced = role === null && profile !== null && own.options.profile !== profile;
    return { product: recorded, config: own, isProfileReplaced };
  });
  const overridden = options.profile === undefined ? overriddenProfiles(products, host.env) : '';
  return { file, inUse: file + overridden, operator, store, entries };
}

const noFleetHint =
  'Create one that does: mp-verify init --all. Or add the products: see docs/configuration.md, "Many products".';

/** Selects products by the names that the file has for them. Throws `UserError` if it does not list one. */
export function selectProducts<Options>(
  { file, entries }: Pick<LoadedFleet<Options>, 'file' | 'entries'>,
  names: readonly string[],
): readonly FleetEntry<Options>[] {
  const keys = new Set(names.map(productKey));
  const selected = entries.filter(({ product }) => keys.delete(productKey(product.product)));
  const [unknown] = keys;
  if (unknown === undefined) return selected;
  const listed = entries.map(({ product }) => product.product);
  const near = suggest(unknown, listed);
  throw new UserError(
    'unknown-product',
    `${file} does not list the product "${unknown}".`,
    near === null ? `Name a product as ${file} does, or add it there.` : `Did you mean "${near}"?`,
  );
}
