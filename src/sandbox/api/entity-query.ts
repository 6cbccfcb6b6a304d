import { z } from 'zod';
import { pageToken } from './page.ts';

export const text = z.string().min(1).max(255);
export const texts = z.array(text).min(1).max(10);
export const sortOrder = z.enum(['ASCENDING', 'DESCENDING']);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
export const dateFilter = z.strictObject({
  DateRange: z.strictObject({ AfterValue: time.optional(), BeforeValue: time.optional() }).optional(),
});
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

/** Both bounds are within the range. */
export function isWithin(
  date: string,
  { DateRange: { AfterValue, BeforeValue } = {} }: z.infer<typeof dateFilter> = {},
) {
  return (AfterValue ?? date) <= date && date <= (BeforeValue ?? date);
}
