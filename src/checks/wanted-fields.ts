import { z } from 'zod';
import { text } from '../checklist/parse-checklist.ts';

/** What a checklist can want of a purchase or a change, whichever API tells of it. */
export const wantedFields = {
  is: z.enum(['active', 'new', 'changed']).default('active'),
  dimension: text.optional(),
  quantity: z.int().nonnegative().optional(),
};
