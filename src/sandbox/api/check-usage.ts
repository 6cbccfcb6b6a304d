import { customerIdentifier } from '../customer-identifier.ts';
import type { StoredProduct } from '../world.ts';
import { AwsError, type ModelledError } from './aws-error.ts';
import { checkTags } from './check-tags.ts';
import type { Call } from './operation.ts';
import { proposedAgreements } from './proposed-agreements.ts';
import type { UsageRecord } from './usage-record.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** A record that makes sense: whose it is, and of what product. */
export interface CheckedUsage {
  readonly record: UsageRecord;
  readonly product: StoredProduct;
  readonly buyerAccountId: string;
}

/**
 * Throws where one bad record has the whole batch refused. The errors are the model's; which comes first is not known.
 * How far back a time may lie is given as 24 hours and, in older models, as six: here 24, and a month ends for good six
 * hours after its end. That a time of the future is refused is inferred.
 */
export function checkUsage(record: UsageRecord, productCode: string | undefined, call: Call): CheckedUsage {
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
  checkLicence(record, buyerAccountId, call);
  checkTags(record);
  const allocated = record.UsageAllocations?.reduce((sum, { AllocatedUsageQuantity: part }) => sum + part, 0);
  if (allocated !== undefined && allocated !== (record.Quantity ?? 0)) {
    refuse('InvalidUsageAllocationsException', 'The sum of the usage allocations is not the quantity of the record.');
  }
  return { record, product, buyerAccountId };
}

/** Epoch ms at which usage is already too old. */
function earliest(now: number): number {
  const today = new Date(now);
  const month = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1);
  const dayAgo = now - dayMs;
  return now < month + dayMs / 4 ? dayAgo : Math.max(dayAgo, month - 1);
}

/** By the request's product code or, as since concurrent agreements, by the record's licence. */
function productOf(record: UsageRecord, productCode: string | undefined, call: Call): StoredProduct {
  const agreement = proposedAgreements(call).find(({ licenseArn }) => licenseArn === record.LicenseArn);
  const product = call.world.products.find(({ id, code }) =>
    productCode === undefined ? id === agreement?.productId : code === productCode,
  );
  if (product?.ownerAccountId === call.caller.accountId) return product;
  if (productCode === undefined && record.LicenseArn !== undefined) return refuseLicence(record.LicenseArn);
  return refuse('InvalidProductCodeException', 'The product code does not match a product of this account.');
}

/** An account that is no customer is no error; a customer identifier that does not exist is. */
function buyerOf(
  { CustomerAWSAccountId: account, CustomerIdentifier: id }: UsageRecord,
  product: StoredProduct,
  call: Call,
) {
  const known = Object.values(call.world.buyers).find(({ accountId }) => customerIdentifier(product, accountId) === id);
  // That both, or neither, are refused like this is inferred.
  const buyer = id === undefined ? account : account === undefined ? known?.accountId : undefined;
  return buyer ?? refuse('InvalidCustomerIdentifierException', 'The record names no customer that exists.');
}

function checkLicence({ LicenseArn: arn, Timestamp }: UsageRecord, buyerAccountId: string, call: Call): void {
  if (arn === undefined) return;
  const agreement = proposedAgreements(call).find(({ licenseArn }) => licenseArn === arn);
  const { startsAt = Number.POSITIVE_INFINITY, endsAt = null } = agreement ?? {};
  // Whole seconds, as clients send them: the second of the start is not before it.
  const within = Timestamp >= Math.floor(startsAt / 1000) && (endsAt === null || Timestamp * 1000 <= endsAt);
  if (agreement?.buyerAccountId !== buyerAccountId || !within) refuseLicence(arn);
}

function refuseLicence(arn: string): never {
  return refuse('InvalidLicenseException', `The licence ${arn} is not valid, or not this customer's.`);
}

function refuse(name: ModelledError, message: string): never {
  throw new AwsError(name, message);
}
