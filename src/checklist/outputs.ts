import * as z from 'zod';
import { utcMinute } from './reasons.ts';

/**
 * What checks find: the schemas, which also give the types, and how an output reads. Fields of the JSON document are
 * only added; a new output also needs a new version of `src/store/journal.ts`.
 */
const nullableText = z.string().nullable();
export const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const urlSourceSchema = z.enum(['operator', 'discovery']);

export const productSchema = z.strictObject({
  productId: z.string(),
  productCode: nullableText,
  title: z.string(),
  visibility: nullableText,
  state: nullableText,
  /** `https://aws.amazon.com/marketplace/pp/prodview-…`; null if unknown. */
  url: nullableText,
  urlSource: urlSourceSchema.nullable(),
  purchaseUrl: z.string(),
  managementUrl: z.string(),
  fulfillmentUrl: nullableText,
  accountId: z.string(),
});

const entitlement = z.strictObject({
  dimension: z.string(),
  value: scalar,
  /** RFC 3339 UTC; null if AWS returns none. */
  expirationDate: nullableText,
  licenseArn: nullableText,
  customerAwsAccountId: nullableText,
  /** Null for products under concurrent agreements (new SaaS products since 2026-06-01). */
  customerIdentifier: nullableText,
  plan: nullableText.describe("The dimension's name in the product."),
  /** False after its end date. */
  active: z.boolean(),
});

const agreement = z.strictObject({
  /** `agmt-…` */
  id: z.string(),
  /** ACTIVE, REPLACED, SUPERSEDED, RENEWED, EXPIRED, CANCELLED, TERMINATED, ARCHIVED, ROLLED_BACK. */
  status: z.string(),
  buyerAccountId: z.string(),
  acceptedAt: nullableText,
  updatedAt: nullableText,
  /** Absent if AWS does not say. */
  startsAt: z.string().optional(),
  /** The status is ACTIVE, but the start is later than AWS's answer. AWS grants nothing before the start. */
  startsLater: z.literal(true).optional().describe('ACTIVE, but not started yet.'),
  /** Null for pay-as-you-go. */
  endsAt: nullableText,
  /** The first agreement in the chain of renewals and replacements that this one belongs to. */
  initialAgreementId: nullableText,
  /**
   * What was bought, according to the accepted terms. Empty for usage-based products and inactive agreements; null
   * without permission to read the terms.
   */
  dimensions: z
    .array(z.strictObject({ key: z.string(), quantity: z.number() }))
    .nullable()
    .describe('From the accepted terms; null without permission to read them.'),
  /** Types of accepted terms whose selection `dimensions` does not include; absent if there are none. */
  notCompared: z
    .array(z.string())
    .optional()
    .describe('Types of accepted terms that buy something the dimensions do not show.'),
  /** Keys of dimensions accepted without a quantity; absent if there are none. */
  unlimited: z.array(z.string()).optional().describe('Keys of the dimensions that were accepted without a quantity.'),
  licenseArns: z.array(z.string()),
});

const offer = z.strictObject({
  id: z.string(),
  /** Currency code, such as `USD`; several are separated by commas. */
  currency: z.string(),
  /** Price per duration, in units of the currency. ISO 8601, such as `P1M`; null for a price without a duration. */
  prices: z.array(z.strictObject({ dimension: z.string(), price: z.number(), duration: nullableText })),
  /** Dimensions whose price is missing or invalid; absent if there are none. */
  unread: z.array(z.string()).optional().describe('Dimensions with a price that could not be read.'),
  /** Whether the buyer can choose, and later change, a quantity; null if the offer does not say. */
  quantityCanChange: z.boolean().nullable(),
});

const saasContract = z.strictObject({ plan: nullableText, quantity: z.number().nullable(), endDate: nullableText });

export const outputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('product'), product: productSchema }),
  z.strictObject({
    kind: z.literal('entitlements'),
    entitlements: z.array(entitlement),
    /** The buyer's agreements in a baseline; null without permission to read them. */
    agreements: z.array(agreement).nullable().optional(),
  }),
  z.strictObject({ kind: z.literal('agreements'), agreements: z.array(agreement) }),
  z.strictObject({ kind: z.literal('offer'), offer }),
  z.strictObject({
    kind: z.literal('saas-contract'),
    contract: saasContract,
    /** All contracts, if the SaaS shows several. */
    contracts: z.array(saasContract).optional(),
  }),
]);

/** A type of which nothing can be changed. */
export type Deep<T> = T extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Deep<T[Key]> }
    : T;

/** What a check found, for `show:` and reports. */
export type Output = Deep<z.output<typeof outputSchema>>;
export type UrlSource = z.output<typeof urlSourceSchema>;
export type ProductPage = Deep<z.output<typeof productSchema>>;
/** One row of GetEntitlements, with its plan. A dimension under two licenses has two rows. */
export type EntitlementRow = Deep<z.output<typeof entitlement>>;
/** As AWS returns it. */
export type Entitlement = Omit<EntitlementRow, 'plan' | 'active'>;
/** A purchase agreement between the seller (proposer) and a buyer (acceptor). */
export type Agreement = Deep<z.output<typeof agreement>>;
/** What a buyer should know of the public offer before a purchase. */
export type Offer = Deep<z.output<typeof offer>>;
/** A buyer's contract as the SaaS shows it. */
export type SaasContract = Deep<z.output<typeof saasContract>>;

/** An output to print: a table, or lines. */
export type OutputText =
  | {
      /** What the rows are: `entitlements`. */
      readonly name: string;
      readonly columns: readonly { readonly title: string; readonly align?: 'right' }[];
      readonly rows: readonly (readonly string[])[];
    }
  | {
      readonly lines: readonly string[];
      /** The head of every report has it. */
      readonly inHead?: true;
    };

/** Returns an output as people read it, on the screen and in every report. The caller escapes it. */
export function outputText(output: Output): OutputText {
  switch (output.kind) {
    case 'product':
      return { lines: [output.product.url ?? output.product.purchaseUrl], inHead: true };
    case 'entitlements':
      return entitlementTable(output.entitlements);
    case 'agreements':
      return { lines: output.agreements.map(agreementWords) };
    case 'offer':
      return { lines: offerWords(output.offer) };
    case 'saas-contract':
      return { lines: (output.contracts ?? [output.contract]).map(saasWords) };
  }
}

/** Returns license, plan, quantity and end date of each row. */
function entitlementTable(entitlements: readonly EntitlementRow[]): OutputText {
  return {
    name: 'entitlements',
    columns: [{ title: 'license' }, { title: 'plan' }, { title: 'quantity', align: 'right' }, { title: 'ends' }],
    rows: entitlements.map((row) => {
      const ends = row.expirationDate === null ? 'no end' : utcMinute(row.expirationDate);
      return [
        shortLicense(row.licenseArn),
        row.plan === null || row.plan === row.dimension ? row.dimension : `${row.plan} (${row.dimension})`,
        String(row.value ?? '-'),
        row.active ? ends : `${ends}, expired`,
      ];
    }),
  };
}

function shortLicense(arn: string | null): string {
  const id = licenseId(arn);
  return id === null ? '-' : id.length > 12 ? id.slice(0, 12) : id;
}

/** Returns the part of a license ARN that is the same in all APIs and in EventBridge. */
export function licenseId(licenseArn: string | null): string | null {
  return licenseArn === null ? null : (/(?:^|[:/])(l-[0-9a-z]+)$/i.exec(licenseArn)?.[1]?.toLowerCase() ?? licenseArn);
}

/** `agmt-4mwg1nev: pro 10, until 2026-12-23 14:44 UTC` */
export function agreementWords({ id, dimensions, startsAt, startsLater, endsAt, status }: Agreement): string {
  const bought =
    dimensions === null
      ? 'terms unknown'
      : dimensions.map(({ key, quantity }) => `${key} ${quantity}`).join(', ') || 'usage-based';
  const start = startsLater && startsAt ? `, starts ${utcMinute(startsAt)}` : '';
  const state = status === 'ACTIVE' ? start : `, ${status.toLowerCase()}`;
  return `${id}: ${bought}${endsAt === null ? '' : `, until ${utcMinute(endsAt)}`}${state}`;
}

/** Returns a line for each price, then whether the buyer can choose a quantity. */
function offerWords({ prices, unread = [], currency, quantityCanChange }: Offer): readonly string[] {
  const lines = prices.map(
    ({ dimension, price, duration }) =>
      `${dimension} ${price} ${currency}${duration === null ? '' : ` for ${durationWords(duration)}`}`,
  );
  const quantity =
    quantityCanChange === null ? [] : [`The buyer ${quantityCanChange ? 'can' : 'cannot'} choose the quantity.`];
  return [...lines, ...unread.map((dimension) => `${dimension}: the price could not be read`), ...quantity];
}

const units = { D: 'day', W: 'week', M: 'month', Y: 'year' } as const;

/** Returns `12 months` for `P12M`. Other formats stay unchanged. */
function durationWords(duration: string): string {
  const [, count, unit] = /^P(\d+)([DWMY])$/.exec(duration) ?? [];
  if (!count || !unit) return duration;
  return `${count} ${units[unit as keyof typeof units]}${count === '1' ? '' : 's'}`;
}

function saasWords({ plan, quantity, endDate }: SaasContract): string {
  return `plan ${plan ?? '-'}, quantity ${quantity ?? '-'}, ends ${utcMinute(endDate ?? '-')}`;
}
