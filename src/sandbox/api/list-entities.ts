import { z } from 'zod';
import { listOffers } from './list-offers.ts';
import { listProducts, productsQuery } from './list-products.ts';
import { offersQuery } from './offers-query.ts';
import { defineOperation } from './operation.ts';
import { page } from './page.ts';

const input = z.discriminatedUnion('EntityType', [productsQuery, offersQuery], {
  error: 'the sandbox has the entity types SaaSProduct and Offer only',
});

/** https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_ListEntities.html */
export const listEntities = defineOperation('catalog', 'ListEntities', input, (asked, call) => {
  const summaries = asked.EntityType === 'Offer' ? listOffers(asked, call) : listProducts(asked, call);
  const { rows, NextToken } = page<object>(summaries, asked.MaxResults, asked.NextToken);
  return { EntitySummaryList: rows, NextToken };
});
