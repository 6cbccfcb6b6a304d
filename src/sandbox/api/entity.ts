import type { StoredProduct } from '../world.ts';

/** What every answer of the Catalog API says of a product. The ARN's account is how a tool learns whose product it is. */
export function entity({ id, ownerAccountId }: StoredProduct) {
  return {
    EntityArn: `arn:aws:aws-marketplace:us-east-1:${ownerAccountId}:AWSMarketplace/SaaSProduct/${id}`,
    LastModifiedDate: '2026-11-02T09:30:00Z',
  };
}

/** `SaaSProduct@1.0`: https://github.com/awslabs/aws-marketplace-catalog-api-shapes-for-python */
export function details({ id, title, code, visibility, fulfillmentUrl, dimensions, allowlist }: StoredProduct) {
  const delivery = { Id: `do-${id}`, Type: 'SoftwareRegistration', FulfillmentUrl: fulfillmentUrl };
  return {
    Description: {
      ProductTitle: title,
      ...(code === null ? {} : { ProductCode: code }),
      ShortDescription: `${title}, a product of mp-verify's sandbox`,
      LongDescription: 'It exists on this machine only.',
      Manufacturer: 'Acme',
      Sku: null,
      Highlights: ['Not for sale'],
      AssociatedProducts: null,
      SearchKeywords: ['sandbox'],
      Visibility: visibility,
      ProductState: 'Active',
      Categories: ['Application Development'],
    },
    PromotionalResources: { LogoUrl: 'https://acme.example/logo.png', Videos: [], AdditionalResources: [] },
    SupportInformation: { Description: 'support@acme.example', Resources: [] },
    Dimensions: dimensions.map(({ key, name, types }) => {
      return { Name: name, Description: `${name} plan`, Key: key, Unit: 'Units', Types: types };
    }),
    Versions: [{ Id: `version-${id}`, DeliveryOptions: fulfillmentUrl === null ? [] : [delivery] }],
    Targeting: { PositiveTargeting: { BuyerAccounts: allowlist } },
  };
}
