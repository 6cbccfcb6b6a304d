import { z } from 'zod';
import type { StoredProduct } from '../world.ts';
import { AwsError } from './aws-error.ts';
import { locale, word } from './discovery-query.ts';
import { maySee } from './may-see.ts';
import { defineOperation } from './operation.ts';
import { sellerProfile } from './seller-profile.ts';

const input = z.object({ productId: word, locale: locale.optional() });

/**
 * Discovery, apiVersion 2026-02-05. Whether AWS shows a Limited product to its seller or its allowlist is unproven: here
 * it does, unless the product is not `discoverable`.
 */
export const getProduct = defineOperation('discovery', 'GetProduct', input, ({ productId }, { world, caller }) => {
  const product = world.products.find(({ id }) => id === productId);
  const invited = [...(product?.allowlist ?? []), product?.ownerAccountId ?? ''];
  if (product === undefined || !maySee(caller.accountId, { ...product, allowlist: invited })) {
    throw new AwsError('not-found', `Product ${productId} was not found.`);
  }
  return found(product);
});

function found({ id, title, listingId, engagementUrl }: StoredProduct) {
  const engagement = { engagementType: 'REQUEST_FOR_DEMO', contentType: 'LINK', value: engagementUrl };
  return {
    catalog: 'AWSMarketplace',
    productId: id,
    productName: title,
    ...(listingId === null ? {} : { listingId }),
    manufacturer: sellerProfile,
    deployedOnAws: 'DEPLOYED',
    shortDescription: `${title}, a product of mp-verify's sandbox`,
    longDescription: 'It exists on this machine only.',
    logoThumbnailUrl: 'https://acme.example/logo.png',
    fulfillmentOptionSummaries: [{ fulfillmentOptionType: 'SAAS', displayName: 'SaaS' }],
    categories: [],
    highlights: [],
    promotionalMedia: [],
    resources: [],
    sellerEngagements: engagementUrl === null ? [] : [engagement],
  };
}
