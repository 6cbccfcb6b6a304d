import type { StoredProduct } from '../world.ts';

/** `SaaSProduct@1.0`: https://github.com/awslabs/aws-marketplace-catalog-api-shapes-for-python */
export function productDetails(product: StoredProduct, origin: string) {
  const { id, title, code, visibility, state, fulfillmentUrl, dimensions, allowlist } = product;
  const delivery = {
    Id: `do-${id}`,
    Type: 'SoftwareRegistration',
    FulfillmentUrl: fulfillmentUrl?.startsWith('/') ? `${origin}${fulfillmentUrl}` : fulfillmentUrl,
  };
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
      ...(state === null ? {} : { ProductState: state }),
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
