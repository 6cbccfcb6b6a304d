import { z } from 'zod';
import { duration } from './duration.ts';
import { type CheckFacts, sandboxActions } from './model.ts';

/** What the domain must know about a kind of check to read a file that names it. */
export interface CheckSchema extends CheckFacts {
  readonly summary: string;
  readonly fields: z.ZodRawShape;
  readonly needsBuyer: boolean;
  /** It can look again until a deadline, so it takes `within`. */
  readonly waits: boolean;
}
export type CheckSchemas = Readonly<Record<string, CheckSchema>>;

/** One line of text: a block of YAML is folded. */
export const text = z.string().regex(/\S/, 'must not be empty').transform(fold);
export const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lowercase letters, digits and hyphens, as in "sign-up"')
  .max(60, 'must not be longer than 60 characters');

const header = {
  version: z.literal(1),
  id,
  title: text,
  summary: text.optional(),
  needs: z.array(text).optional(),
};

const stepFields = {
  id,
  title: text,
  who: z.enum(['seller', 'buyer', 'saas-user']).default('seller'),
  do: z.union([text, z.array(text).min(1, 'must have at least one line')]).optional(),
  open: text.optional(),
  expect: text.optional(),
  show: id.optional(),
  'if-it-fails': text.optional(),
  sandbox: z.enum(sandboxActions).optional(),
  required: z.boolean().default(true),
};

export const manualStep = z.strictObject(stepFields);

/** The fields of a step with a check: the common ones, and those of its kind flat beside them. */
export function checkStep(kind: string, { fields, waits }: CheckSchema) {
  return z.strictObject({
    ...stepFields,
    check: z.literal(kind),
    ...fields,
    ...(waits ? { within: duration.optional() } : {}),
  });
}

/** The file without its steps, which are read one by one: so an error speaks of the step's own kind. */
export const checklistHeader = z.strictObject({
  ...header,
  steps: z.array(z.unknown()).min(1, 'there are no steps'),
});

/** The whole file as one schema, for publication. */
export function checklistSchema(checks: CheckSchemas) {
  const kinds = Object.entries(checks).map(([kind, check]) => checkStep(kind, check));
  return z.strictObject({
    ...header,
    steps: z.array(z.union([manualStep.required({ do: true }), ...kinds])).min(1),
  });
}

function fold(value: string): string {
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
}
