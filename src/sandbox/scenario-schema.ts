import * as z from 'zod';
import { duration, id, textLine } from '../checklist/fields.ts';

/** The API actions of the sandbox. A scenario can give each of them a fault. */
export const scenarioActions = [
  'AssumeRole',
  'BatchDescribeEntities',
  'BatchMeterUsage',
  'DescribeAgreement',
  'DescribeEntity',
  'GetAgreementEntitlements',
  'GetAgreementTerms',
  'GetCallerIdentity',
  'GetEntitlements',
  'GetProduct',
  'ListChangeSets',
  'ListEntities',
  'ListPurchaseOptions',
  'ResolveCustomer',
  'SearchAgreements',
] as const;
export type ScenarioAction = (typeof scenarioActions)[number];

const faults = [
  'access-denied',
  'disabled-api',
  'drop',
  'empty-first-page',
  'expired-token',
  'hang',
  'html',
  'html-403',
  'internal',
  'throttling',
  'unprocessed',
] as const;

const account = z.string().regex(/^\d{12}$/, 'must be an AWS account id: 12 digits, in quotes');
const months = z.int().min(1, 'must be at least 1').max(36, 'must be at most 36');
const quantity = z.int().min(1, 'must be at least 1').max(1_000_000, 'must be at most 1000000');
const key = z
  .string()
  .regex(/^[\w.-]+$/, 'must be letters, digits, _, - and .')
  .max(60, 'must not be longer than 60 characters');

export const scenarioDimension = z.strictObject({
  key: key.describe('The name that entitlements use.'),
  name: textLine.optional(),
  type: z.enum(['Entitled', 'Metered', 'ExternallyMetered']).default('Entitled'),
  price: z
    .number()
    .nonnegative('must not be negative')
    .max(1_000_000, 'must be at most 1000000')
    .describe('Price of a unit, in the currency of the product. Default: 0.01')
    .default(0.01),
});

export const scenarioProduct = z.strictObject({
  title: textLine,
  id: z
    .string()
    .regex(/^prod-[a-z0-9]{1,40}$/, 'must be prod- and letters or digits')
    .optional(),
  code: z
    .string()
    .regex(/^[a-z0-9]{25}$/, 'must be 25 lowercase letters and digits')
    .optional(),
  visibility: z.enum(['Draft', 'Limited', 'Public', 'Restricted']).default('Limited'),
  'fulfillment-url': z
    .string()
    .refine(isWebAddress, { error: 'must be a URL, such as http://localhost:3000/register' })
    .describe('Where buyers register. Default: the sample SaaS')
    .optional(),
  dimensions: z.array(scenarioDimension).min(1, 'there are no dimensions'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three letters, such as USD')
    .default('USD'),
  months: z.array(months).min(1, 'there are no months').describe('Contract durations to choose from.').optional(),
  quantities: z.enum(['Allowed', 'Disallowed']).default('Allowed').describe('Whether buyers choose the quantity.'),
  allowlist: z.array(id).describe('Buyers that may buy while the product is Limited. Default: all').optional(),
  discoverable: z.boolean().default(true).describe('False: the Discovery API does not know the product.'),
  'concurrent-agreements': z
    .boolean()
    .default(true)
    .describe('False: created before 2026-06-01, with customer identifiers and one contract per buyer.'),
  'change-set': z
    .enum(['PREPARING', 'APPLYING', 'SUCCEEDED', 'CANCELLED', 'FAILED'])
    .describe('Status of the newest change set of the product.')
    .optional(),
});

export const scenarioContract = z.strictObject({
  buyer: id,
  product: textLine.describe('Title or ID. Default: the first').optional(),
  dimensions: z.record(key, quantity).describe('What was bought: dimension keys and quantities.'),
  months: months.default(1),
  started: duration.describe('How long ago, such as 40d. Default: now').optional(),
  'auto-renew': z.boolean().default(false),
  granted: z.boolean().default(true).describe('False: there is an agreement, and never an entitlement.'),
});

export const scenarioDelays = z.strictObject({
  agreement: duration.optional(),
  licence: duration.optional(),
  entitlement: duration.optional(),
});

const call = z.int().min(1, 'must be at least 1');
export const scenarioFault = z.strictObject({
  action: z.enum(scenarioActions),
  fault: z
    .enum(faults)
    .describe(
      'What goes wrong. "empty-first-page": GetEntitlements returns a first page with a NextToken and no rows, as AWS can; "unprocessed": BatchMeterUsage processes no record.',
    ),
  call: z
    .union([call, z.array(call).min(1, 'there are no calls')])
    .describe('The first is 1; or a list. Default: every call')
    .optional(),
});

/** A whole scenario file. Omitted fields keep their defaults. */
export const scenarioFile = z.strictObject({
  version: z.literal(1).optional(),
  seller: account.describe('AWS account that owns the products.').optional(),
  buyers: z.record(id, account).describe('Test buyers by the checklist they are for, or any name.').optional(),
  products: z.array(scenarioProduct).min(1, 'there are no products').optional(),
  contracts: z.array(scenarioContract).describe('What buyers have when the sandbox starts.').optional(),
  delays: scenarioDelays.describe('From a purchase or a change until AWS shows it.').optional(),
  'registration-tokens': duration.describe('Lifetime of a registration token. Default: 1h').optional(),
  faults: z.array(scenarioFault).optional(),
  quotas: z
    .int()
    .min(1, 'must be at least 1')
    .max(1000, 'must be at most 1000')
    .describe("Throttles calls at AWS's quotas times this number, for each account. Default: no throttling")
    .optional(),
});

export const scenarioFields: readonly string[] = Object.keys(scenarioFile.shape);

/** A scenario as in the file, with a valid shape. */
export type ScenarioData = z.infer<typeof scenarioFile>;

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}
