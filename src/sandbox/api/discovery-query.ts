import { z } from 'zod';

/** What Discovery's model has ids and the values of filters be. */
export const word = z
  .string()
  .max(255)
  .regex(/^[\w-]+$/);

/** One or two languages, in the order of preference. The sandbox answers in English. */
export const locale = z
  .string()
  .max(256)
  .regex(/^[^;,]+(\s*,\s*[^;,]+)?$/);
