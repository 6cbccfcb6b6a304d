import { z } from 'zod';
import type { StoredProduct } from '../world.ts';
import { details, entity } from './entity.ts';
import { type Call, defineOperation } from './operation.ts';
import { AwsError } from './wire.ts';

const catalog = z.literal('AWSMarketplace');
const entityId = z.string().min(1).max(255);

const one = z.object({ catalog, entityId });
const batch = z.object({
  EntityRequestList: z
    .array(z.object({ Catalog: catalog, EntityId: entityId }))
    .min(1)
    .max(20),
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_DescribeEntity.html */
export const describeEntity = defineOperation('catalog', 'DescribeEntity', one, (input, call) => {
  const product = find(input.entityId, call);
  if (product === undefined) throw new AwsError('not-found', missing(input.entityId));
  return { ...described(product), Details: JSON.stringify(details(product)) };
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_BatchDescribeEntities.html */
export const batchDescribeEntities = defineOperation('catalog', 'BatchDescribeEntities', batch, (input, call) => {
  const EntityDetails: Record<string, object> = {};
  const Errors: Record<string, object> = {};
  for (const { EntityId: id } of input.EntityRequestList) {
    const product = find(id, call);
    if (product !== undefined) EntityDetails[id] = described(product);
    else Errors[id] = { ErrorCode: 'ResourceNotFound', ErrorMessage: missing(id) };
  }
  return { EntityDetails, Errors };
});

// That AWS answers "does not exist", not "access denied", for another account's product is an assumption.
function find(id: string, { world, caller }: Call): StoredProduct | undefined {
  const product = world.products.find((candidate) => candidate.id === id);
  return [product?.ownerAccountId, ...(product?.sharedWith ?? [])].includes(caller.accountId) ? product : undefined;
}

function described(product: StoredProduct) {
  const EntityIdentifier = `${product.id}@7`;
  return { EntityType: 'SaaSProduct@1.0', EntityIdentifier, ...entity(product), DetailsDocument: details(product) };
}

function missing(id: string): string {
  return `Requested entity '${id}' does not exist.`;
}
