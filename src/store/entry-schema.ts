import { z } from 'zod';
import { changeable, type Entry } from '../checklist/entries.ts';
import { bySchema, factsSchema, outputSchema, productSchema, statusSchema } from '../checklist/report-document.ts';
import { runOptionsSchema } from './run-document.ts';

/** The entries of `results.jsonl`, version 4, as a closed schema. A test compares it with the model's types. */
const time = z.iso.datetime();
const text = z.string();
const nullableText = text.nullable();
const count = z.int().nonnegative();
const place = { checklist: text, step: text };
const value = z.union([text, z.number(), z.boolean(), z.null()]);
const reason = {
  code: nullableText,
  values: z.record(text, z.union([value, z.array(value)])),
  reason: nullableText,
};

export const entrySchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('attempt'),
    ...place,
    status: statusSchema.exclude(['pending']),
    ...reason,
    advisory: z.boolean().optional(),
    expected: factsSchema.optional(),
    actual: factsSchema.optional(),
    output: outputSchema.optional(),
    by: bySchema,
    operator: nullableText,
    note: nullableText,
    disagreed: z.boolean(),
    startedAt: time,
    durationMs: count,
  }),
  z.strictObject({
    type: z.literal('claimed'),
    ...place,
    status: statusSchema.extract(['pass', 'fail']),
    reason: nullableText,
    by: bySchema.extract(['operator', 'rehearsal']),
    operator: nullableText,
    at: time,
  }),
  z.strictObject({
    type: z.literal('looked-again'),
    ...place,
    status: statusSchema.extract(['pass', 'fail', 'error']),
    ...reason,
    expected: factsSchema.optional(),
    actual: factsSchema.optional(),
    at: time,
  }),
  z.strictObject({ type: z.literal('note'), ...place, text, operator: nullableText, at: time }),
  z.strictObject({
    type: z.literal('evidence'),
    ...place,
    name: text,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: count,
    mediaType: z.enum(['image/png', 'image/jpeg', 'application/pdf', 'text/plain', 'application/json']),
    redacted: count,
    operator: nullableText,
    at: time,
  }),
  z.strictObject({
    type: z.literal('reopened'),
    ...place,
    because: z.enum(['checklist', 'sandbox']).optional(),
    at: time,
  }),
  z.strictObject({
    type: z.literal('revisited'),
    ...place,
    from: z.strictObject(place).nullable(),
    at: time,
  }),
  z.strictObject({ type: z.literal('kept'), ...place, at: time }),
  z.strictObject({ type: z.literal('decided'), ...place, decision: z.enum(['continue', 'finish']), at: time }),
  z.strictObject({ type: z.literal('buyer'), checklist: text, buyer: text, was: nullableText.optional(), at: time }),
  z.strictObject({
    type: z.literal('checklist'),
    checklist: text,
    source: text,
    changedFrom: nullableText,
    inputs: z.record(z.string(), text).optional(),
    at: time,
  }),
  z.strictObject({
    type: z.literal('began'),
    at: time,
    operator: nullableText,
    version: text,
    accepted: z.array(z.enum(changeable)),
    options: runOptionsSchema,
  }),
  z.strictObject({
    type: z.literal('target'),
    at: time,
    target: z.strictObject({
      sandbox: z.boolean(),
      instance: text.optional(),
      endpoint: nullableText,
      accountId: nullableText,
      arn: nullableText,
      product: productSchema.nullable(),
    }),
  }),
  z.strictObject({
    type: z.literal('ended'),
    at: time,
    interrupted: z.boolean(),
    unreached: z.record(
      text,
      z.strictObject({ reasons: z.record(text, z.strictObject(reason)), rest: z.strictObject(reason).nullable() }),
    ),
  }),
]);

export function isEntry(value: unknown): value is Entry {
  return entrySchema.safeParse(value).success;
}
