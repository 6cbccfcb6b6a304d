import { z } from 'zod';

/** A time as the Catalog API writes it. */
const time = z
  .string()
  .regex(
    /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/,
    'give a date as in 2026-11-23T09:00:00Z',
  );

export const dateFilter = z.strictObject({
  DateRange: z.strictObject({ AfterValue: time.optional(), BeforeValue: time.optional() }).optional(),
});

export function listFilter<Value extends z.ZodType>(value: Value, max = 10) {
  return z.strictObject({ ValueList: z.array(value).min(1).max(max).optional() });
}

/** By whole values, or by a part of them. */
export function textFilter<Value extends z.ZodType>(value: Value) {
  return listFilter(value).extend({ WildCardValue: value.optional() });
}

/**
 * The filters of one type of entity: all of them may be missing. The limits are those of ListEntities' reference.
 * https://docs.aws.amazon.com/marketplace-catalog/latest/api-reference/API_ListEntities.html
 */
export function entityFilters<Filters extends z.ZodRawShape>(filters: Filters) {
  return z
    .strictObject(filters)
    .partial()
    .refine((by) => Object.keys(by).length <= 8, { error: 'at most 8 filters' })
    .refine((by) => Object.values(by).filter(hasWildcard).length <= 1, { error: 'at most one wildcard filter' });
}

function hasWildcard(filter: unknown): boolean {
  return typeof filter === 'object' && filter !== null && 'WildCardValue' in filter;
}
