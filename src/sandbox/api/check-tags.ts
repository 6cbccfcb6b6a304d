import { AwsError } from './aws-error.ts';
import type { UsageRecord } from './usage-record.ts';

const characters = /^[a-zA-Z0-9+ -=._:/@]+$/;

/**
 * Throws where the tags of an allocation are not valid, or more than five. That the model's limits of a key and a value are
 * meant with "not valid", and that a key may be there once, is inferred.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
export function checkTags({ UsageAllocations = [] }: UsageRecord): void {
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
