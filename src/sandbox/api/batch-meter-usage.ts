import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import { type CheckedUsage, checkUsage } from './check-usage.ts';
import { type Call, defineOperation } from './operation.ts';
import { proposedAgreements } from './proposed-agreements.ts';
import { usageRecord } from './usage-record.ts';

const input = z.object({
  ProductCode: z
    .string()
    .regex(/^[-a-zA-Z0-9/=:_.@]{0,255}$/)
    .optional(),
  UsageRecords: z.array(usageRecord).max(25),
});

/**
 * Takes usage, of one product per call. The same record again is a success with the id of the first; one that differs in
 * its quantity alone is a duplicate, and not honoured. On AWS it bills: a verifier never calls it. AWS's guide says that
 * ProductCode beside LicenseArn bills twice; that it is a ValidationException is this sandbox's way to say so at once.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
export const batchMeterUsage = defineOperation('metering', 'BatchMeterUsage', input, (asked, call) => {
  if (asked.ProductCode !== undefined && asked.UsageRecords.some(({ LicenseArn }) => LicenseArn !== undefined)) {
    const why = 'usage that names both can be billed twice: leave ProductCode out';
    throw new AwsError('invalid', `ProductCode and LicenseArn can not be specified together, ${why}.`);
  }
  const checked = asked.UsageRecords.map((record) => checkUsage(record, asked.ProductCode, call));
  if (new Set(checked.map(({ product }) => product.id)).size > 1) {
    throw new AwsError('InvalidLicenseException', 'The records of one call are for one product.');
  }
  if (call.oddly === 'unprocessed') return { Results: [], UnprocessedRecords: asked.UsageRecords };
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
