import { z } from 'zod';
import type { RunRecord } from '../ports/runs.ts';
import { saidOptions } from './said-options.ts';

/** The record of version 1 of `run.json`, closed. A test holds it to the port's types. */
const nullableText = z.string().nullable();

export const recordSchema = z.strictObject({
  tool: z.strictObject({ name: z.literal('mp-verify'), version: z.string() }),
  startedAt: z.iso.datetime(),
  checklists: z.array(
    z.strictObject({
      id: z.string(),
      from: z.union([z.strictObject({ builtIn: z.string() }), z.strictObject({ path: z.string() })]),
      source: z.string(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      buyer: nullableText,
      buyerFrom: nullableText,
    }),
  ),
  inputs: z.record(z.string(), z.string()),
  options: saidOptions,
  id: z.string(),
});

export function isRecord(value: unknown): value is RunRecord {
  return recordSchema.safeParse(value).success;
}
