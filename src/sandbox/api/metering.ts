import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { customerIdentifier, resolveToken } from '../contracts.ts';
import type { StoredProduct } from '../world.ts';
import { proposedAgreements } from './agreement.ts';
import { AwsError, type ModeledError } from './errors.ts';
import { type Call, defineOperation } from './operation.ts';

const resolveInput = z.object({ RegistrationToken: z.string().min(1) });

/**
 * Returns the buyer of a registration token, for every call until the token expires. The caller must be the account
 * that published the product. AWS does not document the error for other accounts: here they get the same error as for
 * an unknown token. An expired token is expired for every caller.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html
 */
export const resolveCustomer = defineOperation(
  'metering',
  'ResolveCustomer',
  resolveInput,
  (input, { world, caller, now }) => {
    const found = resolveToken(world, input.RegistrationToken, now);
    // AWS uses the same error name for expired credentials. Only the message differs.
    if (found === 'expired') throw new AwsError('ExpiredTokenException', 'The registration token has expired.');
    const product = found === 'unknown' ? undefined : world.products.find(({ id }) => id === found.productId);
    if (found === 'unknown' || product?.ownerAccountId !== caller.accountId) {
      throw new AwsError('InvalidTokenException', 'The registration token is invalid.');
    }
    return {
      CustomerIdentifier: customerIdentifier(product, found.buyerAccountId) ?? undefined,
      ProductCode: product.code ?? undefined,
      CustomerAWSAccountId: found.buyerAccountId,
      LicenseArn: found.licenseArn ?? undefined,
    };
  },
);

const quantity = z.int().min(0).max(2147483647);
const tag = z.object({ Key: z.string(), Value: z.string() });
// Partition, service, region, account and resource.
const arn = /^arn:aws[a-zA-Z-]*:[A-Za-z0-9][\w/.-]{0,62}:[\w/.-]{0,63}:[\w/.-]{0,63}:[A-Za-z0-9][\w:/+=,@.-]{0,1023}$/;

/**
 * A record of BatchMeterUsage, with the limits of its model. The time is in epoch seconds. `checkTags` checks tags,
 * which have another error.
 */
const usageRecord = z.object({
  Timestamp: z.number(),
  CustomerIdentifier: z.string().max(255).optional(),
  CustomerAWSAccountId: z
    .string()
    .regex(/^[0-9]{1,255}$/)
    .optional(),
  LicenseArn: z.string().regex(arn).optional(),
  Dimension: z.string().min(1).max(255),
  Quantity: quantity.optional(),
  UsageAllocations: z
    .array(z.object({ AllocatedUsageQuantity: quantity, Tags: z.array(tag).min(1).optional() }))
    .min(1)
    .max(2500)
    .optional(),
});

type UsageRecord = z.infer<typeof usageRecord>;

const usageInput = z.object({
  ProductCode: z
    .string()
    .regex(/^[-a-zA-Z0-9/=:_.@]{0,255}$/)
    .optional(),
  UsageRecords: z.array(usageRecord).max(25),
});

/**
 * Records usage of one product per call. Repeating a record succeeds with the id of the first one; a record that
 * differs only in quantity is a duplicate and is ignored. On AWS this bills, so mp-verify never calls it. AWS's guide
 * says that ProductCode with LicenseArn bills twice; the sandbox answers with a ValidationException, to show the
 * mistake at once.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
export const batchMeterUsage = defineOperation('metering', 'BatchMeterUsage', usageInput, (input, call) => {
  if (input.ProductCode !== undefined && input.UsageRecords.some(({ LicenseArn }) => LicenseArn !== undefined)) {
    const why = 'or the usage can be billed twice: omit ProductCode';
    throw new AwsError('invalid', `ProductCode and LicenseArn cannot be specified together, ${why}.`);
  }
  const checked = input.UsageRecords.map((record) => checkUsage(record, input.ProductCode, call));
  if (new Set(checked.map(({ product }) => product.id)).size > 1) {
    throw new AwsError('InvalidLicenseException', 'The records of one call are for one product.');
  }
  if (call.oddAnswer === 'unprocessed') return { Results: [], UnprocessedRecords: input.UsageRecords };
  return { Results: checked.map((usage) => meter(usage, call)), UnprocessedRecords: [] };
});

function meter({ record, product, buyerAccountId }: CheckedUsage, call: Call) {
  const { LicenseArn = null, Dimension: dimension, Timestamp: timestamp, Quantity: quantity = 0 } = record;
  if (!isSubscribed(buyerAccountId, product.id, LicenseArn, call)) {
    return { UsageRecord: record, Status: 'CustomerNotSubscribed' };
  }
  const same = { productId: product.id, buyerAccountId, licenseArn: LicenseArn, dimension, timestamp };
  const earlier = call.world.usage.find((usage) =>
    Object.entries(same).every(([name, value]) => usage[name as keyof typeof same] === value),
  );
  if (earlier !== undefined && earlier.quantity !== quantity) return { UsageRecord: record, Status: 'DuplicateRecord' };
  const { id } = earlier ?? { id: randomUUID() };
  if (earlier === undefined) call.world.usage.push({ id, ...same, quantity });
  return { UsageRecord: record, MeteringRecordId: id, Status: 'Success' };
}

function isSubscribed(buyer: string, productId: string, licence: string | null, call: Call): boolean {
  return proposedAgreements(call).some(
    (agreement) =>
      agreement.status === 'ACTIVE' &&
      agreement.buyerAccountId === buyer &&
      agreement.productId === productId &&
      (licence === null || agreement.licenseArn === licence) &&
      (agreement.endsAt === null || call.now < agreement.endsAt),
  );
}

const dayMs = 24 * 60 * 60 * 1000;

/** A valid record with its product and its buyer. */
export interface CheckedUsage {
  readonly record: UsageRecord;
  readonly product: StoredProduct;
  readonly buyerAccountId: string;
}

/**
 * Throws if AWS would reject the whole batch for a bad record. The errors are the model's; their order is not known. A
 * timestamp may be 24 hours old (6 in older models), and usage of a month can be sent until 6 hours after its end.
 * Inferred: timestamps in the future are rejected.
 */
function checkUsage(record: UsageRecord, productCode: string | undefined, call: Call): CheckedUsage {
  const product = productOf(record, productCode, call);
  const at = record.Timestamp * 1000;
  if (!(at <= call.now && at > earliest(call.now))) {
    refuse('TimestampOutOfBoundsException', `The timestamp ${record.Timestamp} is out of the allowed range.`);
  }
  const metered = product.dimensions.filter(({ types }) => types.some((type) => type !== 'Entitled'));
  if (!metered.some(({ key }) => key === record.Dimension)) {
    refuse('InvalidUsageDimensionException', `The product has no metered dimension ${record.Dimension}.`);
  }
  const buyerAccountId = buyerOf(record, product, call);
  checkLicense(record, buyerAccountId, call);
  checkTags(record);
  const allocated = record.UsageAllocations?.reduce((sum, { AllocatedUsageQuantity: part }) => sum + part, 0);
  if (allocated !== undefined && allocated !== (record.Quantity ?? 0)) {
    refuse('InvalidUsageAllocationsException', 'The sum of the usage allocations is not the quantity of the record.');
  }
  return { record, product, buyerAccountId };
}

/** Epoch ms. Usage at or before it is too old. */
function earliest(now: number): number {
  const today = new Date(now);
  const month = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1);
  const dayAgo = now - dayMs;
  return now < month + dayMs / 4 ? dayAgo : Math.max(dayAgo, month - 1);
}

/** Finds the product by the request's product code or, for concurrent agreements, by the record's license. */
function productOf(record: UsageRecord, productCode: string | undefined, call: Call): StoredProduct {
  const agreement = proposedAgreements(call).find(({ licenseArn }) => licenseArn === record.LicenseArn);
  const product = call.world.products.find(({ id, code }) =>
    productCode === undefined ? id === agreement?.productId : code === productCode,
  );
  if (product?.ownerAccountId === call.caller.accountId) return product;
  if (productCode === undefined && record.LicenseArn !== undefined) return refuseLicense(record.LicenseArn);
  return refuse('InvalidProductCodeException', 'The product code does not match a product of this account.');
}

/** An account that is not a customer is not an error; an unknown customer identifier is. */
function buyerOf(
  { CustomerAWSAccountId: account, CustomerIdentifier: id }: UsageRecord,
  product: StoredProduct,
  call: Call,
) {
  const known = Object.values(call.world.buyers).find(({ accountId }) => customerIdentifier(product, accountId) === id);
  // Inferred: the error if both or neither are given.
  const buyer = id === undefined ? account : account === undefined ? known?.accountId : undefined;
  return buyer ?? refuse('InvalidCustomerIdentifierException', 'The customer of the record does not exist.');
}

function checkLicense({ LicenseArn: arn, Timestamp }: UsageRecord, buyerAccountId: string, call: Call): void {
  if (arn === undefined) return;
  const agreement = proposedAgreements(call).find(({ licenseArn }) => licenseArn === arn);
  const { startsAt = Number.POSITIVE_INFINITY, endsAt = null } = agreement ?? {};
  // Clients send whole seconds, so the second in which the agreement starts counts.
  const within = Timestamp >= Math.floor(startsAt / 1000) && (endsAt === null || Timestamp * 1000 <= endsAt);
  if (agreement?.buyerAccountId !== buyerAccountId || !within) refuseLicense(arn);
}

function refuseLicense(arn: string): never {
  return refuse('InvalidLicenseException', `The license ${arn} is not valid, or not this customer's.`);
}

function refuse(name: ModeledError, message: string): never {
  throw new AwsError(name, message);
}

const characters = /^[a-zA-Z0-9+ -=._:/@]+$/;

/**
 * Throws if the tags of an allocation are invalid, or more than five. Inferred: "invalid" means beyond the model's
 * limits of keys and values, or with a repeated key.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
function checkTags({ UsageAllocations = [] }: UsageRecord): void {
  for (const { Tags = [] } of UsageAllocations) {
    const keys = Tags.map(({ Key }) => Key);
    const isValid = Tags.every(
      ({ Key, Value }) => characters.test(Key) && characters.test(Value) && Key.length <= 100 && Value.length <= 256,
    );
    if (!isValid) throw new AwsError('InvalidTagException', 'A tag has a key or a value that is not allowed.');
    if (new Set(keys).size < keys.length) throw new AwsError('InvalidTagException', 'A tag key is given twice.');
    if (keys.length > 5) throw new AwsError('InvalidTagException', 'There are more than 5 tags.');
  }
}
