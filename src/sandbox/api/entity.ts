export type EntityType = 'SaaSProduct' | 'Offer';

/** Of every entity: the sandbox changes none. */
const lastModified = '2026-11-02T09:30:00Z';

/** What every answer of the Catalog API says of an entity. The ARN's account is how a tool learns whose it is. */
export function entity(type: EntityType, id: string, ownerAccountId: string) {
  return {
    EntityArn: `arn:aws:aws-marketplace:us-east-1:${ownerAccountId}:AWSMarketplace/${type}/${id}`,
    LastModifiedDate: lastModified,
  };
}
