import { didYouMean } from './problems.ts';

/** The names that `${…}` accepts, and the words shown for a value that is not known yet. */
const names = {
  'product.id': 'the product ID',
  'product.code': 'the product code',
  'product.title': 'your product',
  'product.visibility': "the product's visibility",
  'product.url': 'the product page URL',
  'product.purchaseUrl': 'the purchase page URL',
  'product.managementUrl': "the product's page in the AWS Marketplace Management Portal",
  'product.fulfillmentUrl': 'the fulfillment URL',
  'seller.account': "the seller's account",
  'seller.arn': "the seller's identity",
  buyer: 'the test buyer',
  'config.saas.sign-in': 'the sign-in page of the SaaS',
  'config.saas.contract-page': 'the contract page of the SaaS',
} as const;

type ReferenceName = keyof typeof names;
export type Values = Readonly<Partial<Record<ReferenceName, string | null>>> & {
  readonly inputs: Readonly<Record<string, string>>;
};

const reference = /\$\{([^{}]*)\}/g;
const input = /^inputs\.([a-z0-9]+(?:-[a-z0-9]+)*)$/;

/** Returns the names in `${…}` of a text. */
export function referencesIn(text: string): readonly string[] {
  return [...text.matchAll(reference)].map((match) => match[1] ?? '');
}

/** Returns what is wrong with `${name}`, or null if it is known. */
export function unknownReference(name: string): string | null {
  if (Object.hasOwn(names, name) || input.test(name)) return null;
  const hint = didYouMean(name, [...Object.keys(names)]);
  return `unknown reference \${${name}}${hint || '; use product.*, seller.*, buyer, inputs.* or config.*'}`;
}

/** Returns the names of the inputs in a text. */
export function inputsIn(text: string): readonly string[] {
  return referencesIn(text).flatMap((name) => input.exec(name)?.[1] ?? []);
}

/** Replaces every `${…}` with its value, or with words for it (`‹the product page URL›`). */
export function fillIn(text: string, values: Values): string {
  return text.replace(reference, (_, name: string) => valueFor(name, values) ?? `‹${wordsFor(name)}›`);
}

/** Like `fillIn`, but null if a value is missing. For links, which must be complete. */
export function fillInAll(text: string, values: Values): string | null {
  return referencesIn(text).every((name) => valueFor(name, values) !== null) ? fillIn(text, values) : null;
}

function valueFor(name: string, values: Values): string | null {
  const key = input.exec(name)?.[1];
  if (key !== undefined) return lookUp(values.inputs, key) ?? null;
  return values[name as ReferenceName] ?? null;
}

function wordsFor(name: string): string {
  return Object.hasOwn(names, name) ? names[name as ReferenceName] : name;
}

/** Looks up a name from outside, which may equal an inherited property such as `constructor`. */
export function lookUp<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
