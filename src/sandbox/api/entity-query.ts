import { z } from 'zod';
import { pageToken } from './page.ts';

/** An id as filters and BatchDescribeEntities take it; DescribeEntity has a pattern of its own. */
export const entityId = z
  .string()
  .max(255)
  .regex(/^[a-zA-Z0-9][.a-zA-Z0-9/-]+[a-zA-Z0-9]$/);

/** A text of one line. */
export function line(max: number) {
  return z.string().max(max).regex(/^.+$/);
}

export const texts = z.array(line(255)).min(1).max(10);
export const sortOrder = z.enum(['ASCENDING', 'DESCENDING']);
const absent = z.never({ error: 'not known to the sandbox, use EntityTypeFilters and EntityTypeSort' }).optional();

/** What ListEntities takes whatever the type of the entities. */
export const entityQuery = {
  Catalog: z.literal('AWSMarketplace'),
  FilterList: absent,
  Sort: absent,
  MaxResults: z.int().min(1).max(50).default(20),
  NextToken: pageToken.optional(),
  OwnershipType: z.enum(['SELF', 'SHARED']).default('SELF'),
};
