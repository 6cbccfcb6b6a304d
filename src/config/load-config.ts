import type { Buyer } from '../checklist/buyers.ts';
import type { Checklist } from '../checklist/model.ts';
import { InvalidFiles, type Problem } from '../checklist/problems.ts';
import { UserError } from '../errors.ts';
import type { Files, Host } from '../ports/host.ts';
import { isLoopback, noSettings, type Settings } from '../ports/saas.ts';
import type { Config } from './config-file.ts';
import { fillHeaders } from './saas-settings.ts';

/** The default configuration file, in the working directory. */
export const configName = 'mp-verify.yaml';

/** The options that a configuration can set, and where to find it. */
export interface ConfigOptions {
  /** Path of the configuration file. Default: mp-verify.yaml in the working directory, if it exists. */
  readonly config?: string | undefined;
  readonly product?: string | undefined;
  /** URL of the product page. */
  readonly url?: string | undefined;
  readonly profile?: string | undefined;
  readonly buyerProfile?: string | undefined;
  /** Use a sandbox inside the process. */
  readonly sandbox?: boolean | undefined;
}

/** The options of a command, together with the configuration. */
export interface Configured<Options> {
  /** The flags, completed from the file for options that neither a flag nor the environment sets. */
  readonly options: Options;
  /** Path of the file; null if there is none. */
  readonly file: string | null;
  /** Test buyers by checklist id. */
  readonly buyers: Readonly<Record<string, Buyer>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly operator: string | null;
  /**
   * Returns the settings for the checks of these checklists. Throws `UserError` if an environment variable that they
   * need is not set.
   */
  settings(checklists: readonly Checklist[]): Settings;
}

type ConfigSource = Pick<Host, 'files' | 'env'>;

/** Reads the configuration. Precedence: flag, environment, file, default. */
export async function loadConfig<Options extends ConfigOptions>(
  options: Options,
  { files, env }: ConfigSource,
): Promise<Configured<Options>> {
  const file = options.config ?? ((await files.exists(configName)) ? configName : null);
  if (file === null) return { options, file, buyers: {}, inputs: {}, operator: null, settings: () => noSettings };
  const config = await readConfig(file, files);
  // The seller, product and buyers in the file are real. They do not exist in a sandbox inside the process.
  const real = !options.sandbox;
  const { contractApi } = config.settings;
  // A SaaS on this machine may be connected to a sandbox.
  const api = contractApi && (real || isLoopback(contractApi.url)) ? contractApi : null;
  return {
    options: real ? { ...options, ...target(options, config, env) } : options,
    file,
    buyers: real ? config.buyers : {},
    inputs: config.inputs,
    operator: config.operator,
    settings: (checklists) => ({
      ...config.settings,
      contractApi:
        comparesWithSaas(checklists) && api ? { ...api, headers: fillHeaders(api.headers, file, env) } : null,
    }),
  };
}

function comparesWithSaas(checklists: readonly Checklist[]): boolean {
  return checklists.some(({ steps }) => steps.some(({ check }) => check?.callsContractApi));
}

async function readConfig(path: string, files: Host['files']): Promise<Config> {
  // Imported only if there is a file, because it loads JMESPath.
  const { parseConfig } = await import('./config-file.ts');
  const config = parseConfig(path, await requireText(path, files));
  if (!('buyers' in config)) throw new InvalidFiles(config);
  return config;
}

function target(flags: ConfigOptions, config: Config, env: Host['env']): ConfigOptions {
  // The URL in the file belongs to the product in the file.
  const sameProduct = flags.product === undefined || flags.product === config.product;
  const credentials = credentialVariables.some((name) => env(name) !== null);
  return {
    product: flags.product ?? config.product ?? undefined,
    url: flags.url ?? (sameProduct ? config.url : null) ?? undefined,
    profile: flags.profile ?? (credentials ? null : config.profile) ?? undefined,
    buyerProfile: flags.buyerProfile ?? config.buyerProfile ?? undefined,
  };
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

/** More than any checklist needs. */
const maxBytes = 1024 * 1024;

/** Returns the text of a file. Rejects with `InvalidFiles` if it cannot be read. */
export async function requireText(path: string, files: Files): Promise<string> {
  const source = await readText(path, files);
  if (typeof source !== 'string') throw new InvalidFiles([source]);
  return source;
}

/** Returns the text of a file, or why it cannot be read. */
export async function readText(path: string, files: Files): Promise<string | Problem> {
  const problem = (message: string): Problem => ({ file: path, at: null, message });
  try {
    const bytes = await files.read(path, maxBytes);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? problem('the file is empty') : text;
  } catch (error) {
    if (error instanceof UserError) return problem(error.message);
    if (error instanceof TypeError) return problem('the file is not UTF-8 text: save it as UTF-8');
    throw error;
  }
}
