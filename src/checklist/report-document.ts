import * as z from 'zod';
import { changeable } from './entries.ts';
import { type Deep, outputSchema, scalar, urlSourceSchema } from './outputs.ts';

/**
 * The JSON document, `schemaVersion` 1, as a closed schema: it gives the types, and is published as
 * `checklists/report.schema.json`. Fields are only added within a version. Times are RFC 3339 UTC.
 */
const time = z.iso.datetime();
const nullableText = z.string().nullable();
const count = z.int().nonnegative();
export const factsSchema = z.record(z.string(), scalar);

const mediaType = z.enum(['image/png', 'image/jpeg', 'application/pdf', 'application/json', 'text/plain']);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const statusSchema = z.enum(['pass', 'fail', 'error', 'skip', 'pending', 'not-applicable']);
const verdict = z.enum(['pass', 'fail', 'error', 'incomplete']);
export const bySchema = z.enum(['operator', 'check', 'both', 'answers', 'rehearsal']);
const tally = z.strictObject({
  pass: count,
  fail: count,
  error: count,
  skip: count,
  pending: count,
  'not-applicable': count,
});

const code = nullableText.describe(
  'Why, for programs: checklists/README.md explains each code. Null if there is no reason, or the run is older than codes.',
);
const attempt = z.strictObject({
  status: statusSchema,
  code,
  reason: nullableText,
  by: bySchema,
  operator: nullableText,
  startedAt: time,
  durationMs: count,
  note: nullableText.optional(),
  stale: z.literal(true).optional().describe('It no longer counts: see the reason of its step.'),
});
const evidence = z.strictObject({
  name: z.string().describe("The file's own name."),
  sha256,
  bytes: count,
  mediaType,
  redacted: count.optional().describe('Number of secrets that were redacted before it was saved.'),
  at: time.optional().describe('When it was attached.'),
});
const step = z.strictObject({
  id: z.string(),
  title: z.string(),
  who: z.enum(['seller', 'buyer', 'saas-user']),
  manual: z.boolean(),
  check: nullableText,
  required: z.boolean(),
  status: statusSchema,
  code,
  reason: nullableText,
  note: nullableText,
  by: bySchema.nullable(),
  operator: nullableText,
  startedAt: time.nullable(),
  durationMs: count.nullable(),
  expected: factsSchema.optional(),
  actual: factsSchema.optional(),
  output: outputSchema.optional(),
  carriedOver: z.literal(true).optional().describe('The result is from before the run was last resumed.'),
  checkedAgainAt: time
    .optional()
    .describe('When its check ran again after the run was resumed. If it no longer passed, that is the result.'),
  evidence: z.array(evidence).optional(),
  attempts: z
    .array(attempt)
    .optional()
    .describe('Oldest first. Present only if there were several, or if none counts anymore.'),
});
const checklist = z.strictObject({
  id: z.string(),
  title: z.string(),
  sha256,
  buyer: nullableText,
  verdict,
  tally,
  steps: z.array(step),
});

export const reportDocument = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z.strictObject({ name: z.literal('mp-verify'), version: z.string() }),
  run: z.strictObject({
    id: z.string(),
    startedAt: time,
    endedAt: time,
    interrupted: z.boolean().describe('A signal or Ctrl+C stopped the run.'),
    walkingNow: z.literal(true).optional().describe('The run was in progress when this was written.'),
    operator: nullableText,
    sandbox: z.boolean(),
    endpoint: nullableText.describe('Null means AWS itself.'),
    resumedAt: z.array(time).optional().describe('When it was resumed.'),
    sittings: z
      .array(z.strictObject({ startedAt: time, operator: nullableText, arn: nullableText }))
      .describe(
        'Each start and resume of the run. The operator is named by a person, the ARN by AWS; null if AWS was not called.',
      ),
    acceptedChanges: z
      .array(z.enum(changeable))
      .optional()
      .describe('What had changed when the run was resumed, and was accepted.'),
    journalSha256: sha256
      .nullable()
      .describe('SHA-256 of the journal that this was made from, such as results.jsonl; null if there is none.'),
    resume: nullableText.optional().describe('The command that resumes the run; null if it has passed.'),
  }),
  target: z.strictObject({
    accountId: nullableText,
    arn: nullableText,
    product: z
      .strictObject({
        id: z.string(),
        code: nullableText,
        title: z.string(),
        visibility: nullableText,
        url: nullableText,
        urlSource: urlSourceSchema.nullable(),
      })
      .nullable(),
  }),
  verdict,
  tally,
  seen: z
    .strictObject({ byProgram: count, byPerson: count, rehearsed: count, disagreed: count })
    .describe(
      'Who confirmed the steps that passed or failed. Each step counts once; a rehearsed step counts only as rehearsed.',
    ),
  checklists: z.array(checklist),
});

export type Report = Deep<z.output<typeof reportDocument>>;
export type ChecklistReport = Report['checklists'][number];
export type StepReport = ChecklistReport['steps'][number];
export type AttemptReport = NonNullable<StepReport['attempts']>[number];
export type EvidenceReport = NonNullable<StepReport['evidence']>[number];
export type Tally = Report['tally'];
export type Seen = Report['seen'];

/** Returns when a result was made, RFC 3339 UTC. `startedAt` is when its step started. */
export function endedAt({ startedAt, durationMs }: { readonly startedAt: string; readonly durationMs: number | null }) {
  return new Date(Date.parse(startedAt) + (durationMs ?? 0)).toISOString();
}
