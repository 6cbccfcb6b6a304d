import type { Buyer } from '../checklist/buyers.ts';
import type { Checklist } from '../checklist/model.ts';
import { InvalidFiles } from '../checklist/problems.ts';
import { UserError } from '../errors.ts';
import type { Host, Program } from '../ports/host.ts';
import { type ProductSummary, productKey, type RoleToAssume } from '../ports/marketplace.ts';
import { isLoopback, noSettings, type Settings } from '../ports/saas.ts';
import { localStore, parseAddress, type StoreLocation } from '../ports/storage.ts';
import { someOf } from '../text/counts.ts';
import { shellWord } from '../text/safe.ts';
import type { Config, ConfiguredStore, ListedConfig, ProductConfig } from './config-file.ts';
import { findConfig, requireText } from './find-config.ts';
import { fillHeaders } from './saas-settings.ts';

/** The options that a configuration can set, and where to find it. */
export interface ConfigOptions {
  /** Path of the configuration file. Default: the one that `findConfig` finds. */
  readonly config?: string | undefined;
  readonly product?: string | undefined;
  /** URL of the product page. */
  readonly url?: string | undefined;
  readonly profile?: string | undefined;
  /** The file, if it names the profile in use. */
  readonly profileFrom?: string | undefined;
  /** Only the file has it. */
  readonly role?: RoleToAssume | undefined;
  readonly buyerProfile?: string | undefined;
  /** Use a sandbox inside the process. */
  readonly sandbox?: boolean | undefined;
  /** Where runs are saved: `s3://…`, or `local`. */
  readonly store?: string | undefined;
  readonly operator?: string | undefined;
}

/** The options of a command, together with the configuration. */
export interface Configured<Options> {
  /** The flags, completed from the file for options that neither a flag nor the environment sets. */
  readonly options: Options;
  /** Path of the file; null if there is none. */
  readonly file: string | null;
  /** The file for the operator, with the account in it, and what the environment overrides; null if there is none. */
  readonly inUse: string | null;
  /** Test buyers by checklist id. */
  readonly buyers: Readonly<Record<string, Buyer>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly operator: string | null;
  /** The shared store of runs; null for the local one. */
  readonly store: StoreLocation | null;
  /** The account of the file that owns the product; null if it names none. */
  readonly account: string | null;
  /** The accounts of the listed products, each with its first product. */
  readonly accounts: readonly { readonly account: string | null; readonly product: string }[];
  /** Every role that the file names for a seller. */
  readonly roles: readonly RoleToAssume[];
  /**
   * Returns the settings for the checks of these checklists. Throws `UserError` if an environment variable that they
   * need is not set.
   */
  settings(checklists: readonly Checklist[]): Settings;
  /**
   * Throws `UserError` if the file lists the product that AWS has found under another name, with settings that are not
   * used.
   */
  assertProduct(found: FoundProduct): void;
}

/** A product that AWS has identified. */
type FoundProduct = Pick<ProductSummary, 'id' | 'title'> & { readonly code: string | null };

/** What reads a configuration. */
export type ConfigSource = Pick<Host, 'absolute' | 'files' | 'env'>;

const nothing = {
  ...{ file: null, inUse: null, buyers: {}, inputs: {}, operator: null, account: null, accounts: [], roles: [] },
  settings: () => noSettings,
  assertProduct: () => undefined,
};

/**
 * Reads the configuration. Precedence: flag, environment, file, default. If the file lists the product, its settings
 * apply. `found`: the product of a resumed run.
 */
export async function loadConfig<Options extends ConfigOptions>(
  options: Options,
  host: ConfigSource,
  found: FoundProduct | null = null,
): Promise<Configured<Options>> {
  const file = options.config ?? (await findConfig(host));
  if (file === null) return { ...nothing, options, store: chosenStore(options, null, null, host.env) };
  const config = await readConfig(file, host.files);
  if (options.sandbox) return configured(options, config, config, file, host.env);
  const named = options.product ?? (found === null ? config.product : null);
  const listed = named !== null ? config.products?.get(productKey(named)) : found && listedAs(found, config)[0];
  return configured(options, config, listed ?? config, file, host.env);
}

/** The options and settings for one product of the file, or for one that it does not list (`of` is `config`). */
export function configured<Options extends ConfigOptions>(
  options: Options,
  config: Config,
  of: Config | ListedConfig,
  file: string,
  env: Host['env'],
): Configured<Options> {
  // The seller, product and buyers in the file are real. They do not exist in a sandbox inside the process.
  const real = !options.sandbox;
  const { contractApi } = of.settings;
  // A SaaS on this machine may be connected to a sandbox.
  const api = contractApi && (real || isLoopback(contractApi.url)) ? contractApi : null;
  return {
    options: real ? { ...options, ...target(options, config, of, file, env) } : options,
    file,
    inUse: file + (real ? inUse(options, of, env) : ''),
    buyers: real ? of.buyers : {},
    inputs: of.inputs,
    operator: config.operator,
    store: chosenStore(options, config, file, env),
    account: real ? of.account : null,
    accounts: real ? config.accounts : [],
    roles: real ? config.roles : [],
    settings: (checklists) => ({
      ...of.settings,
      contractApi:
        comparesWithSaas(checklists) && api ? { ...api, headers: fillHeaders(api.headers, file, env) } : null,
    }),
    assertProduct: (found) => (real ? assertSettings(found, config, of, file) : undefined),
  };
}

/** Without this, a product that was found by its title, or a part of it, would have the settings of another product. */
function assertSettings(found: FoundProduct, config: Config, used: Config | ListedConfig, file: string): void {
  if ('recorded' in used && !isNamed(used.recorded.product, found))
    throw new UserError(
      'ambiguous-product',
      `${file} lists "${used.recorded.product}", which is not the ID, product code or whole title of what AWS found: ${found.title} (${found.id}).`,
      'List the product by its ID.',
    );
  const settings = ({ account, buyerProfile, buyers, inputs, settings }: ProductConfig) =>
    JSON.stringify([account, buyerProfile, buyers, inputs, settings]);
  const other = listedAs(found, config).find((each) => each !== used);
  if (other === undefined || settings(other) === settings(used)) return;
  const name = other.recorded.product;
  throw new UserError(
    'ambiguous-product',
    `${file} lists ${found.title} (${found.id}) as "${name}", with settings that this command does not use.`,
    `To use them: --product ${shellWord(name)}`,
  );
}

function isNamed(name: string, { id, code, title }: FoundProduct): boolean {
  const key = productKey(name);
  return key === id || key === code || key.toLowerCase() === title.toLowerCase();
}

/**
 * Returns what the file lists under the entity ID, the product code or the title. Part of a title is not enough. A title
 * in another case counts if no other product has it as it is: then AWS finds the product by it.
 */
function listedAs({ id, code, title }: FoundProduct, { products }: Config): readonly ListedConfig[] {
  if (products === null) return [];
  const exact = [id, code, title].flatMap((name) => (name === null ? [] : (products.get(productKey(name)) ?? [])));
  if (products.has(productKey(title))) return exact;
  const lower = title.toLowerCase();
  return [...exact, ...[...products].flatMap(([key, each]) => (key.toLowerCase() === lower ? each : []))];
}

function comparesWithSaas(checklists: readonly Checklist[]): boolean {
  return checklists.some(({ steps }) => steps.some(({ check }) => check?.callsContractApi));
}

/** Returns the host with the runs of the chosen store. Every command that uses runs gets its host from here. */
export async function withStore(options: ConfigOptions, program: Program): Promise<Host> {
  // Without the file, which may be wrong.
  const isLocal = (options.store ?? program.env('MP_VERIFY_STORE')) === localStore;
  const store = isLocal ? null : (await loadConfig(options, program)).store;
  return { ...program, ...program.openStore(store) };
}

/** Reads and parses the file. Rejects with `InvalidFiles`, which names all its problems. */
export async function readConfig(path: string, files: Host['files']): Promise<Config> {
  // Imported only if there is a file, because it loads JMESPath.
  const { parseConfig } = await import('./config-file.ts');
  const config = parseConfig(path, await requireText(path, files));
  if (!('buyers' in config)) throw new InvalidFiles(config);
  return config;
}

function target(
  flags: ConfigOptions,
  config: Config,
  of: Config | ListedConfig,
  file: string,
  env: Host['env'],
): ConfigOptions {
  // The URL of the file itself belongs to the product of the file itself.
  const hasPage = of !== config || flags.product === undefined || isSame(flags.product, config.product);
  const profile = credentialVariable(env) === null ? of.profile : null;
  return {
    product: flags.product ?? ('recorded' in of ? of.recorded.product : config.product) ?? undefined,
    url: flags.url ?? (hasPage ? of.url : null) ?? undefined,
    profile: flags.profile ?? profile ?? undefined,
    profileFrom: flags.profile === undefined && profile !== null ? file : undefined,
    role: of.role ?? undefined,
    buyerProfile: flags.buyerProfile ?? of.buyerProfile ?? undefined,
  };
}

function isSame(product: string, other: string | null): boolean {
  return other !== null && productKey(product) === productKey(other);
}

const nothingSet = { profile: null, role: null, region: null, endpointUrl: null };

/**
 * Decides where runs are saved, for every command. An address from the flag or the environment replaces all of `store`
 * in the file, so it is asked with the seller's credentials, whichever product is chosen. In a sandbox too: a run must
 * be found where it was saved.
 */
function chosenStore(
  flags: ConfigOptions,
  config: Config | null,
  file: string | null,
  env: Host['env'],
): StoreLocation | null {
  const named = flags.store ?? env('MP_VERIFY_STORE');
  const { url, profile, role, region, endpointUrl }: ConfiguredStore =
    named === null ? (config?.store ?? { ...nothingSet, url: localStore }) : { ...nothingSet, url: named };
  if (url === localStore) return null;
  if (parseAddress(url) === null)
    throw new UserError(
      'bad-store',
      `${flags.store === undefined ? 'MP_VERIFY_STORE' : '--store'} is "${url.replace(/\/\/[^/]*@/, '//…@')}", which is not the address of a shared store.`,
      `Write s3://BUCKET/PREFIX, or ${localStore} for the runs on this machine.`,
    );
  const seller = config === null ? flags : target(flags, config, config, file ?? '', env);
  const own = profile === null ? null : { profile, profileFrom: file };
  return {
    url,
    region: region ?? env('AWS_REGION') ?? env('AWS_DEFAULT_REGION') ?? 'us-east-1',
    endpointUrl: endpointUrl ?? env('AWS_ENDPOINT_URL_S3') ?? env('AWS_ENDPOINT_URL'),
    credentials: {
      profile: seller.profile ?? null,
      profileFrom: seller.profileFrom ?? null,
      ...own,
      // The seller's role is assumed with the seller's profile.
      role: role ?? (own === null ? (seller.role ?? null) : null),
    },
    operator: flags.operator ?? config?.operator ?? null,
  };
}

/** The account of the file whose credentials are used, and the profile that is not used because of the environment. */
function inUse(flags: ConfigOptions, of: ProductConfig, env: Host['env']): string {
  const overridden = flags.profile === undefined ? overriddenProfiles([of], env) : '';
  const usesAccount = of.role !== null || (flags.profile === undefined && overridden === '');
  return (of.account !== null && usesAccount ? `, account ${of.account}` : '') + overridden;
}

/** Says which profiles of the file are not used because of the environment; empty if all are. */
export function overriddenProfiles(products: readonly ProductConfig[], env: Host['env']): string {
  const variable = credentialVariable(env);
  const profiles = [...new Set(products.flatMap(({ profile }) => profile ?? []))];
  if (variable === null || profiles.length === 0) return '';
  const named = someOf(profiles, 3);
  return profiles.length === 1
    ? `; its profile ${named} is not used: ${variable} is set`
    : `; its profiles ${named} are not used: ${variable} is set`;
}

/** Returns the variable that says where the seller's credentials come from; null if none is set. */
function credentialVariable(env: Host['env']): string | null {
  // An access key without its secret is no credentials: the SDK goes on to the next source.
  const isUsed = (name: string) =>
    env(name) !== null && (name !== 'AWS_ACCESS_KEY_ID' || env('AWS_SECRET_ACCESS_KEY') !== null);
  return credentialVariables.find(isUsed) ?? null;
}

/**
 * Credentials in the environment are the seller's:
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
const credentialVariables = [
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];
