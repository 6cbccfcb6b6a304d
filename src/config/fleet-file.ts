import * as z from 'zod';
import { textLine } from '../checklist/fields.ts';
import { didYouMean, type Problem } from '../checklist/problems.ts';
import { lookUp } from '../checklist/references.ts';
import { dotted, type Path, type YamlFile } from '../checklist/yaml-file.ts';
import { productKey } from '../ports/marketplace.ts';
import { accountFields, needsRole, pageUrl } from './account-fields.ts';
import { apiFlaws, groupFields, partialSettings, type SettingsLayer } from './product-settings.ts';

const account = z.strictObject(accountFields).superRefine((fields, context) => {
  needsRole(fields, context);
  if (fields.profile === undefined && fields['role-arn'] === undefined)
    context.addIssue({ code: 'custom', message: 'needs "profile" or "role-arn"' });
});

const waive = z.strictObject({
  until: z.iso
    .date('must be a date, such as 2027-01-15')
    .describe('The last day on which the product is waived, in UTC.')
    .optional(),
  reason: textLine.describe('Why, for those who read the report.').optional(),
});

const layerFields = {
  account: textLine.describe('The account that owns the product: a name in "accounts".').optional(),
  owner: textLine.describe('Who takes care of the product, for the report.').optional(),
  ...partialSettings,
  waive: waive.describe('Until then, the result of the product does not count.').optional(),
};
const layer = z.strictObject(layerFields);
/** What the file says in one place about products, or about one product. */
export type FleetLayer = SettingsLayer & Partial<z.output<typeof layer>>;

const product = z.strictObject({
  product: textLine.describe('Entity ID (prod-…), product code or title.'),
  url: pageUrl.optional(),
  ...layerFields,
});

/** The fields of `mp-verify.yaml` that are about several products. */
export const fleetFields = {
  accounts: z
    .record(z.string().regex(/^[a-z0-9][\w.-]*$/i, 'must be letters, digits, _, - and .'), account)
    .describe('The accounts that own the products, by a name of yours.')
    .optional(),
  defaults: layer.describe('Settings of every product that does not have its own.').optional(),
  products: z
    .array(z.union([textLine, product]))
    .min(1, 'is empty: list a product, or remove it')
    .describe('The products of run --all and status --all. Their settings also apply when you run one of them.')
    .optional(),
};

const fleet = z.strictObject(fleetFields);
type FleetData = z.output<typeof fleet>;
type ProductData = z.output<typeof product>;

/** A listed product: what the file says about it, and the settings that apply to it. */
export interface ListedProduct {
  readonly own: ProductData;
  readonly merged: FleetLayer;
}

/** Returns what applies to a product that the file does not list. */
export function unlisted(top: SettingsLayer, { defaults = {} }: FleetData): FleetLayer {
  return mergeLayers(top, defaults);
}

/** Returns the products of the file, in order, each with the settings that apply to it. */
export function listed(top: SettingsLayer, data: FleetData): readonly ListedProduct[] {
  const below = unlisted(top, data);
  return (data.products ?? []).map((entry) => {
    const own = typeof entry === 'string' ? { product: entry } : entry;
    const { product: _, url: __, ...settings } = own;
    return { own, merged: mergeLayers(below, settings) };
  });
}

/** Headers can hold the secret of one server: those from below are not sent to another origin. */
function mergeLayers(below: SettingsLayer, above: FleetLayer): FleetLayer {
  const layer = merge<FleetLayer>(below, above);
  const [old, own] = [apiOf(below), apiOf(above)];
  const isElsewhere = old?.url && own?.url && new URL(old.url).origin !== new URL(own.url).origin;
  if (!isElsewhere || layer.saas === 'none') return layer;
  const api = { ...layer.saas?.['contract-api'], headers: own.headers };
  return { ...layer, saas: { ...layer.saas, 'contract-api': api } };
}

function apiOf({ saas }: SettingsLayer): ContractApiLayer | undefined {
  return saas === 'none' ? undefined : saas?.['contract-api'];
}

type ContractApiLayer = Exclude<SettingsLayer['saas'], 'none' | undefined>['contract-api'];

type Fields = Readonly<Record<string, unknown>>;

/** Merges groups of fields by key. A list or a single value replaces what is below. */
function merge<Layer extends object>(below: Layer, above: Layer): Layer {
  const old = below as Fields;
  const entries = Object.entries(above).filter(([, value]) => value !== undefined);
  const replacing = entries.map(([key, value]) => {
    const replaced = lookUp(old, key);
    return [key, isGroup(replaced) && isGroup(value) ? merge(replaced, value) : value] as const;
  });
  return Object.fromEntries([...Object.entries(old), ...replacing]) as Layer;
}

function isGroup(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the known fields at a path of the fleet fields. */
export function fleetFieldsAt(path: Path): readonly string[] {
  const [field, name, ...rest] = path;
  if (field === 'accounts') return path.length === 2 ? Object.keys(accountFields) : [];
  const isDefaults = field === 'defaults';
  const group = (isDefaults ? path.slice(1) : rest).join('.');
  if (group === 'waive') return Object.keys(waive.shape);
  if (group !== '') return groupFields[group] ?? [];
  if (isDefaults) return Object.keys(layerFields);
  return field === 'products' && name !== undefined ? Object.keys(product.shape) : [];
}

/** Finds what is wrong between the parts of a fleet file: also if some of its parts are wrong in themselves. */
export function fleetProblems(file: YamlFile, top: SettingsLayer | undefined): readonly Problem[] {
  const { accounts, defaults, products } = file.value as Fields;
  const layerBelow = defaults === undefined ? {} : layer.safeParse(defaults).data;
  const entries = (Array.isArray(products) ? products : []).map((entry: unknown) => {
    if (typeof entry === 'string') return { product: entry };
    return product.safeParse(entry).data ?? null;
  });
  const problem = (path: Path, message: string): Problem => {
    return { file: file.name, at: file.place(path), message: `${dotted(path)}: ${message}` };
  };
  const isText = (index: number) => typeof (products as readonly unknown[])[index] === 'string';
  const placeOf = (index: number): Path => (isText(index) ? ['products', index] : ['products', index, 'product']);
  return [
    ...accountProblems(accounts, layerBelow, entries, problem),
    ...duplicates(entries, placeOf, file, problem),
    ...(top && layerBelow ? mergedProblems(merge<FleetLayer>(top, layerBelow), entries, problem) : []),
  ];
}

type MakeProblem = (path: Path, message: string) => Problem;
type Entries = readonly (ProductData | null)[];

/** Only as many problems as are shown have a hint: each hint is compared with every account. */
const maxHints = 100;

function accountProblems(
  accounts: unknown,
  defaults: FleetLayer | undefined,
  entries: Entries,
  problem: MakeProblem,
): readonly Problem[] {
  const names = isGroup(accounts) ? Object.keys(accounts) : [];
  const known = new Set(names);
  const used: readonly (readonly [Path, string | undefined])[] = [
    [['defaults', 'account'], defaults?.account],
    ...entries.map((entry, index) => [['products', index, 'account'], entry?.account] as const),
  ];
  return used
    .filter(([, name]) => name !== undefined && !known.has(name))
    .map(([path, name = ''], index) => {
      const hint = index < maxHints ? didYouMean(name, names) : '';
      return problem(path, `"accounts" has no "${name}"${hint}`);
    });
}

function duplicates(
  entries: Entries,
  placeOf: (index: number) => Path,
  file: YamlFile,
  problem: MakeProblem,
): readonly Problem[] {
  const first = new Map<string, number>();
  return entries.flatMap((entry, index) => {
    if (entry === null) return [];
    const key = productKey(entry.product);
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, index);
      return [];
    }
    const line = file.place(placeOf(before))?.line;
    return [problem(placeOf(index), `${key} is listed twice (also in line ${line})`)];
  });
}

/** What a product lacks when everything that applies to it is put together. What it takes from the defaults counts once. */
function mergedProblems(below: FleetLayer, entries: Entries, problem: MakeProblem): readonly Problem[] {
  const found = new Map<string, Problem>();
  const add = (path: Path, message: string) => {
    const key = JSON.stringify([path, message]);
    if (!found.has(key)) found.set(key, problem(path, message));
  };
  for (const [index, entry] of entries.entries()) {
    if (entry === null) continue;
    const { waive: waiver, saas } = merge<FleetLayer>(below, { saas: entry.saas, waive: entry.waive });
    const at = (own: boolean): Path => (own ? ['products', index] : ['defaults']);
    if (waiver && !waiver.until) add([...at(entry.waive !== undefined), 'waive'], 'needs "until"');
    if (waiver && !waiver.reason) add([...at(entry.waive !== undefined), 'waive'], 'needs "reason"');
    const api = apiOf({ saas });
    for (const { path, message } of api ? apiFlaws(api) : [])
      add([...at(apiOf(entry) !== undefined), 'saas', 'contract-api', ...path], message);
  }
  return [...found.values()];
}
