import { z } from 'zod';
import { AwsError } from './aws-error.ts';
import { type EntityType, entity } from './entity.ts';
import { entityId } from './entity-query.ts';
import { offerDetails } from './offer-details.ts';
import { type Call, defineOperation } from './operation.ts';
import { productDetails } from './product-details.ts';

const catalog = z.literal('AWSMarketplace');

const one = z.object({
  catalog,
  entityId: z
    .string()
    .max(255)
    .regex(/^[\w-]+$/),
});
const batch = z.object({
  EntityRequestList: z
    .array(z.object({ Catalog: catalog, EntityId: entityId }))
    .min(1)
    .max(20),
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_DescribeEntity.html */
export const describeEntity = defineOperation('catalog', 'DescribeEntity', one, (input, call) => {
  const found = find(input.entityId, call);
  if (found === undefined) throw new AwsError('not-found', missing(input.entityId));
  return { ...found, Details: JSON.stringify(found.DetailsDocument) };
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_BatchDescribeEntities.html */
export const batchDescribeEntities = defineOperation('catalog', 'BatchDescribeEntities', batch, (input, call) => {
  const details = new Map<string, object>();
  const errors = new Map<string, object>();
  for (const { EntityId: id } of input.EntityRequestList) {
    const found = find(id, call);
    if (found !== undefined) details.set(id, found);
    else errors.set(id, { ErrorCode: 'ResourceNotFound', ErrorMessage: missing(id) });
  }
  return { EntityDetails: Object.fromEntries(details), Errors: Object.fromEntries(errors) };
});

// That AWS answers "does not exist", not "access denied", for another account's entity is an assumption.
function find(id: string, { world, caller, origin }: Call) {
  const offer = world.offers.find((candidate) => candidate.id === id);
  const product = world.products.find((candidate) => candidate.id === (offer?.productId ?? id));
  if (product === undefined) return undefined;
  const owner = product.ownerAccountId;
  if (offer !== undefined) {
    return owner === caller.accountId ? described('Offer', id, owner, offerDetails(offer, product)) : undefined;
  }
  const mayRead = [owner, ...product.sharedWith].includes(caller.accountId);
  return mayRead ? described('SaaSProduct', id, owner, productDetails(product, origin)) : undefined;
}

function described(type: EntityType, id: string, ownerAccountId: string, DetailsDocument: object) {
  const head = { EntityType: `${type}@1.0`, EntityIdentifier: `${id}@7` };
  return { ...head, ...entity(type, id, ownerAccountId), DetailsDocument };
}

function missing(id: string): string {
  return `Requested entity '${id}' does not exist.`;
}
