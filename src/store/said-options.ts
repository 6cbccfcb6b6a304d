import { z } from 'zod';

const nullableText = z.string().nullable();

/** Flags of a walk, as version 1 keeps them. */
export const saidOptions = z.strictObject({
  product: nullableText,
  profile: nullableText,
  buyerProfile: nullableText,
  endpointUrl: nullableText,
  sandbox: z.boolean(),
  url: nullableText,
  config: nullableText,
});
