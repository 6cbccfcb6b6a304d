import { z } from 'zod';
import { pageToken } from './page.ts';

/** What the questions about one agreement take. The page size is not documented where none is asked for. */
export const agreementQuery = z.object({ agreementId: z.string().regex(/^[A-Za-z0-9_/-]{1,64}$/) });

export const agreementPage = {
  maxResults: z.int().min(1).max(50).default(50),
  nextToken: pageToken.optional(),
};
