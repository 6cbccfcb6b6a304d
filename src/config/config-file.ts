import * as z from 'zod';
import type { Buyer } from '../checklist/buyers.ts';
import type { FleetProduct } from '../checklist/entries.ts';
import { textLine } from '../checklist/fields.ts';
import { inOrder, type Problem } from '../checklist/problems.ts';
import { lookUp } from '../checklist/references.ts';
import { type Path, readYaml, shapeProblems, versionProblem } from '../checklist/yaml-file.ts';
import { productKey, type RoleToAssume } from '../ports/marketplace.ts';
import type { Settings } from '../ports/saas.ts';
import { localStore, parseAddress } from '../ports/storage.ts';
import { isWebAddress } from '../text/safe.ts';
import { accountFields, externalIdField, needsRole, pageUrl, roleArn, roleIn } from './account-fields.ts';
import { type FleetLayer, fleetFields, fleetFieldsAt, fleetProblems, listed, unlisted } from './fleet-file.ts';
import { checked, groupFields, settingsOf, wholeSettings } from './product-settings.ts';

const storeUrl = checked((text) =>
  text === localStore || parseAddress(text) !== null ? null : `must be s3://BUCKET/PREFIX, or ${localStore}`,
);

const store = z
  .strictObject({
    url: storeUrl.describe('s3://BUCKET/PREFIX'),
    profile: textLine.describe("AWS profile. Default: the seller's credentials.").optional(),
    'role-arn': roleArn('mp-verify-runs').describe('Role that may use the bucket.').optional(),
    'external-id': externalIdField.describe('External ID, if the trust policy of that role asks for one.').optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be an AWS Region, such as eu-central-1')
      .describe('Region of the bucket. Default: AWS_REGION, otherwise us-east-1.')
      .optional(),
    'endpoint-url': checked((text) =>
      isWebAddress(text) ? null : 'must be a URL that starts with https:// or http://',
    )
      .describe('URL of other storage that speaks S3.')
      .optional(),
  })
  .superRefine(needsRole);

/** All of `mp-verify.yaml`. Every field is optional. */
export const configFile = z
  .strictObject({
    version: z.literal(1).optional(),
    product: textLine.describe('Entity ID (prod-…), product code or title.').optional(),
    url: pageUrl.optional(),
    ...accountFields,
    ...wholeSettings,
    operator: textLine.describe('Your name, for the report.').optional(),
    store: z.union([storeUrl, store]).describe('Shared store of runs: s3://BUCKET/PREFIX. Default: local.').optional(),
    ...fleetFields,
  })
  .superRefine(needsRole);

type ConfigData = z.output<typeof configFile>;

/** The settings in `mp-verify.yaml`; null for a missing one. Those of `ProductConfig` are for a product that is not listed. */
export interface Config extends ProductConfig {
  readonly product: string | null;
  readonly operator: string | null;
  readonly store: ConfiguredStore | null;
  /** The roles of the file and of its accounts, without those of `store`. */
  readonly roles: readonly RoleToAssume[];
  /** By `productKey`, in the order of the file; null without `products:`. */
  readonly products: ReadonlyMap<string, ListedConfig> | null;
  /** The accounts of the listed products, each with its first product. */
  readonly accounts: readonly { readonly account: string | null; readonly product: string }[];
}

/** The settings of one product. */
export interface ProductConfig {
  readonly url: string | null;
  /** The name of the account in the file, if it has one. */
  readonly account: string | null;
  readonly profile: string | null;
  readonly role: RoleToAssume | null;
  readonly buyerProfile: string | null;
  /** Test buyers by checklist id. */
  readonly buyers: Readonly<Record<string, Buyer>>;
  readonly inputs: Readonly<Record<string, string>>;
  /** With defaults. The headers of the contract API are as written in the file: `${env.NAME}` is not filled in. */
  readonly settings: Settings;
}

/** The settings of a product that the file lists. */
export interface ListedConfig extends ProductConfig {
  readonly recorded: FleetProduct;
}

/** Where runs are saved, as the file says it. */
export interface ConfiguredStore {
  /** `s3://…`, or `local`. */
  readonly url: string;
  readonly profile: string | null;
  readonly role: RoleToAssume | null;
  readonly region: string | null;
  readonly endpointUrl: string | null;
}

/** Parses a configuration, or returns all its problems. A file with only comments is an empty configuration. */
export function parseConfig(name: string, source: string): Config | readonly Problem[] {
  const file = readYaml(name, orEmptyMap(source));
  if (!('value' in file)) return file;
  const version = versionProblem(file);
  if (version) return [version];
  const parsed = configFile.safeParse(file.value, { reportInput: true });
  const wrongShape = parsed.success
    ? []
    : shapeProblems(file, [], new z.ZodError(parsed.error.issues.map((issue) => withoutSecrets(issue))), knownFields);
  const top = topSettings.safeParse(file.value).data;
  const problems = [...wrongShape, ...fleetProblems(file, top)];
  if (!parsed.success || top === undefined || problems.length > 0) return inOrder(problems);

  const { data } = parsed;
  const { accounts = {}, store: saved, url = null } = data;
  const pageOf = (product: string) =>
    data.product !== undefined && productKey(data.product) === productKey(product) ? url : null;
  const products = listed(top, data).map(({ own: { product, url }, merged }) => ({
    ...productConfig(merged, url ?? pageOf(product), data),
    recorded: recordedProduct(product, merged),
  }));
  return {
    ...productConfig(unlisted(top, data), url, data),
    product: data.product ?? null,
    operator: data.operator ?? null,
    store: saved === undefined ? null : storeIn(typeof saved === 'string' ? { url: saved } : saved),
    roles: [data, ...Object.values(accounts)].flatMap((fields) => roleIn(fields) ?? []),
    products:
      data.products === undefined
        ? null
        : new Map(products.map((each) => [productKey(each.recorded.product), each] as const)),
    accounts: firstOfAccounts(products),
  };
}

function firstOfAccounts(products: readonly ListedConfig[]): Config['accounts'] {
  const first = new Map<string | null, string>();
  for (const { account, recorded } of products) if (!first.has(account)) first.set(account, recorded.product);
  return [...first].map(([account, product]) => ({ account, product }));
}

/** The settings of the file itself, which are below all others. */
const topSettings = z.object(wholeSettings);

function productConfig(layer: FleetLayer, url: string | null, data: ConfigData): ProductConfig {
  const account = layer.account === undefined ? undefined : lookUp(data.accounts ?? {}, layer.account);
  const credentials = account ?? data;
  return {
    url,
    account: layer.account ?? null,
    profile: credentials.profile ?? null,
    role: roleIn(credentials),
    buyerProfile: layer['buyer-profile'] ?? null,
    buyers: layer.buyers ?? {},
    inputs: layer.inputs ?? {},
    settings: settingsOf(layer),
  };
}

function recordedProduct(product: string, { account, owner, waive, saas }: FleetLayer): FleetProduct {
  const { until, reason } = waive ?? {};
  return {
    product,
    account: account ?? null,
    owner: owner ?? null,
    waiver: until === undefined || reason === undefined ? null : { until, reason },
    withoutSaas: saas === 'none',
  };
}

function storeIn(fields: z.output<typeof store>): ConfiguredStore {
  return {
    url: fields.url,
    profile: fields.profile ?? null,
    role: roleIn(fields),
    region: fields.region ?? null,
    endpointUrl: fields['endpoint-url'] ?? null,
  };
}

/** YAML reads a file with only comments as null. That is not an error here. */
function orEmptyMap(source: string): string {
  return source.split('\n').every((line) => /^\s*(#|$)/.test(line)) ? '{}' : source;
}

/** Removes values from the errors of headers: they may be secret. `above`: the path of the value with this issue. */
function withoutSecrets(issue: z.core.$ZodIssue, above: Path = []): z.core.$ZodIssue {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union')
    return {
      ...issue,
      errors: issue.errors.map((errors) => errors.map((inner) => withoutSecrets(inner, path))),
    } as typeof issue;
  const at = path.findIndex((part, i) => part === 'headers' && path[i - 1] === 'contract-api');
  if (issue.code !== 'invalid_type' || at < 0) return issue;
  const isHeader = at < path.length - 1;
  return {
    code: 'custom',
    path: issue.path,
    message: isHeader ? 'must be text: put it in quotes' : 'must be a group of fields',
  };
}

function knownFields(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(configFile.shape);
  const [field] = path;
  if (field === 'store') return Object.keys(store.shape);
  return groupFields[path.join('.')] ?? fleetFieldsAt(path);
}

export type FileKind = 'answers' | 'checklist' | 'configuration' | 'scenario';

/**
 * Guesses what a file is meant to be: a configuration if it has the name of one, otherwise by its fields.
 * Configurations and scenarios share version, test buyers and products, so the kind with more of the other fields wins.
 */
export function fileKind(name: string, file: ReturnType<typeof readYaml>, scenarioFields: readonly string[]): FileKind {
  const named = /(^|[/\\])mp-verify\.ya?ml$/.test(name);
  if (!('value' in file) || typeof file.value !== 'object' || file.value === null)
    return named ? 'configuration' : 'checklist';
  const fields = Object.keys(file.value).filter((field) => field !== 'version');
  if (fields.includes('steps')) return 'checklist';
  if (named) return 'configuration';
  if (fields.includes('answers')) return 'answers';
  const isMeant = 'products' in file.value ? productsOf(file.value.products) : null;
  const counts = (kind: FileKind, field: string) => field !== 'products' || isMeant === null || isMeant === kind;
  const ofConfig = fields.filter((field) => Object.hasOwn(configFile.shape, field) && counts('configuration', field));
  const ofScenario = fields.filter((field) => scenarioFields.includes(field) && counts('scenario', field));
  if (ofScenario.length > ofConfig.length) return 'scenario';
  return ofConfig.length > 0 ? 'configuration' : 'checklist';
}

/** Tells the products of a configuration, which are names, from those of a scenario. Null for what can be either. */
function productsOf(products: unknown): FileKind | null {
  const [first]: readonly unknown[] = Array.isArray(products) ? products : [];
  if (typeof first === 'string') return 'configuration';
  if (typeof first !== 'object' || first === null) return null;
  return 'product' in first ? 'configuration' : 'scenario';
}
