import { createHash } from 'node:crypto';
import * as z from 'zod';
import { duration, id, textLine } from './fields.ts';
import { type CheckFacts, type Checklist, type Step, sandboxActions } from './model.ts';
import { didYouMean, inOrder, type Problem } from './problems.ts';
import { lookUp, referencesIn, unknownReference } from './references.ts';
import { dotted, type Path, readYaml, shapeProblems, versionProblem, type YamlFile } from './yaml-file.ts';

/** What the parser must know about a kind of check. */
export interface CheckSchema extends CheckFacts {
  readonly summary: string;
  readonly fields: z.ZodRawShape;
  readonly needsBuyer: boolean;
  /** The check can repeat until a deadline, so it accepts `within`. */
  readonly waits: boolean;
}
export type CheckSchemas = Readonly<Record<string, CheckSchema>>;

const header = {
  version: z.literal(1),
  id,
  title: textLine,
  summary: textLine.optional(),
  needs: z.array(textLine).optional(),
};

const stepFields = {
  id,
  title: textLine,
  who: z.enum(['seller', 'buyer', 'saas-user']).default('seller'),
  do: z.union([textLine, z.array(textLine).min(1, 'must have at least one line')]).optional(),
  open: textLine.optional(),
  expect: textLine.optional(),
  show: id.optional(),
  'if-it-fails': textLine.optional(),
  sandbox: z.enum(sandboxActions).optional(),
  required: z.boolean().default(true),
};

const manualStep = z.strictObject(stepFields);

/** The fields of a step with a check: the common ones, and those of its kind. */
function checkStep(kind: string, { fields, waits }: CheckSchema) {
  return z.strictObject({
    ...stepFields,
    check: z.literal(kind),
    ...fields,
    ...(waits ? { within: duration.optional() } : {}),
  });
}

/** By kind, because making a schema takes longer than using it. */
const checkSteps = new WeakMap<CheckSchema, ReturnType<typeof checkStep>>();

/** The file without its steps. Steps are parsed one by one, so that an error names the fields of the right kind. */
const checklistHeader = z.strictObject({
  ...header,
  steps: z.array(z.unknown()).min(1, 'must have at least one step'),
});

/** Returns one schema for the whole file, for publication. */
export function checklistSchema(checks: CheckSchemas) {
  const kinds = Object.entries(checks).map(([kind, check]) => checkStep(kind, check));
  return z.strictObject({
    ...header,
    steps: z.array(z.union([manualStep.required({ do: true }), ...kinds])).min(1),
  });
}

/** Returns a checklist, or all problems of the file. `file`: `source`, if it has been read already. */
export function parseChecklist(
  name: string,
  source: string,
  checks: CheckSchemas,
  file = readYaml(name, source),
): Checklist | readonly Problem[] {
  if (!('value' in file)) return file;
  const version = versionProblem(file);
  if (version) return [version];

  const header = checklistHeader.safeParse(file.value, { reportInput: true });
  const steps = rawSteps(file.value).map((raw, index) => parseStep(file, raw, index, checks));
  const problems = [
    ...(header.success ? [] : shapeProblems(file, [], header.error, () => Object.keys(checklistHeader.shape))),
    ...steps.flatMap((step) => ('id' in step ? [] : step)),
  ];
  const good = steps.map((step) => ('id' in step ? step : null));
  const all = problems.concat(referenceProblems(file, checks));
  if (all.length > 0 || !header.success) return inOrder(all);

  const { id, title, summary, needs } = header.data;
  return {
    id,
    title,
    summary: summary ?? null,
    needs: needs ?? [],
    steps: good.filter((step) => step !== null),
    sha256: createHash('sha256').update(source).digest('hex'),
  };
}

function rawSteps(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null && 'steps' in value && Array.isArray(value.steps)
    ? value.steps
    : [];
}

function parseStep(file: YamlFile, raw: unknown, index: number, checks: CheckSchemas): Step | readonly Problem[] {
  const path = ['steps', index];
  const problem = (message: string, ...more: readonly string[]): readonly Problem[] => [
    {
      file: file.name,
      at: file.place([...path, ...more]),
      message: `${['steps[', index, ']'].join('')}${more.map((key) => `.${key}`).join('')}: ${message}`,
    },
  ];
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return problem('must be a group of fields');

  const kind = 'check' in raw ? raw.check : undefined;
  if (kind === undefined) {
    const parsed = manualStep.safeParse(raw, { reportInput: true });
    if (!parsed.success)
      return shapeProblems(file, path, parsed.error, () => [...Object.keys(manualStep.shape), 'check']);
    if (!parsed.data.do) return problem('needs "do" (what a person does) or "check" (what the program checks)');
    return toStep(parsed.data, null);
  }
  const check = typeof kind === 'string' && Object.hasOwn(checks, kind) ? checks[kind] : undefined;
  if (!check || typeof kind !== 'string') {
    return problem(`unknown check ${JSON.stringify(kind)}${didYouMean(String(kind), Object.keys(checks))}`, 'check');
  }
  const schema = checkSteps.get(check) ?? checkStep(kind, check);
  checkSteps.set(check, schema);
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (!parsed.success) return shapeProblems(file, path, parsed.error, () => Object.keys(schema.shape));
  const data: Readonly<Record<string, unknown>> = parsed.data;
  const given = Object.keys(check.fields).filter((key) => data[key] !== undefined);
  const fields = Object.fromEntries(given.map((key) => [key, data[key]]));
  const within = typeof data.within === 'number' ? data.within : null;
  return toStep(parsed.data, { kind, fields, within, ...factsOf(check) });
}

function factsOf({ baseline, findsGrants, observes, callsContractApi }: CheckFacts): CheckFacts {
  return {
    ...(baseline && { baseline }),
    ...(findsGrants && { findsGrants }),
    ...(observes && { observes }),
    ...(callsContractApi && { callsContractApi }),
  };
}

function toStep(fields: StepFields, check: Step['check']): Step {
  return {
    id: fields.id,
    title: fields.title,
    who: fields.who,
    required: fields.required,
    do: typeof fields.do === 'string' ? [fields.do] : (fields.do ?? []),
    open: fields.open ?? null,
    expect: fields.expect ?? null,
    show: fields.show ?? null,
    ifItFails: fields['if-it-fails'] ?? null,
    sandbox: fields.sandbox ?? null,
    check,
  };
}

type StepFields = ReturnType<typeof manualStep.parse>;

/**
 * Finds problems between parts of a checklist that are valid on their own. Reads the unparsed file, so that steps with
 * other problems are included.
 */
function referenceProblems(file: YamlFile, checks: CheckSchemas): readonly Problem[] {
  const steps = stepsIn(file.value);
  const first = new Map<string, number>();
  for (const [index, { id }] of steps.entries()) if (typeof id === 'string' && !first.has(id)) first.set(id, index);
  const baseline = steps.findIndex(({ check }) => lookUp(checks, String(check))?.baseline);
  const problem = (path: Path, message: string): Problem => {
    return { file: file.name, at: file.place(path), message: `${dotted(path)}: ${message}` };
  };

  const between = steps.flatMap(({ id, show, is }, index) => {
    const found: Problem[] = [];
    const before = typeof id === 'string' ? first.get(id) : undefined;
    if (before !== undefined && before < index) {
      found.push(problem(['steps', index, 'id'], `"${id}" is already the ID of steps[${before}]`));
    }
    if (typeof show === 'string' && !((first.get(show) ?? index) < index)) {
      found.push(problem(['steps', index, 'show'], wrongShow(show, id === show, first)));
    }
    if ((is === 'new' || is === 'changed') && (baseline < 0 || baseline > index)) {
      const message = `"${is}" needs a baseline to compare with: add a step with "check: baseline" before it`;
      found.push(problem(['steps', index, 'is'], message));
    }
    return found;
  });
  const unknown = textsIn(file.value).flatMap(({ path, text }) =>
    referencesIn(text).flatMap((name) => {
      const message = unknownReference(name);
      return message === null ? [] : [problem(path, message)];
    }),
  );
  return between.concat(unknown);
}

function wrongShow(show: string, itself: boolean, ids: ReadonlyMap<string, number>): string {
  if (itself) return `"${show}" is this step; only an earlier step can be shown`;
  if (ids.has(show)) return `"${show}" comes later; only an earlier step can be shown`;
  const hint = didYouMean(show, [...ids.keys()]);
  return `there is no step "${show}"${hint.startsWith(', did') ? hint : ''}`;
}

function stepsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const steps = (value as { readonly steps?: unknown } | null)?.steps;
  return Array.isArray(steps) ? steps.map((step) => (typeof step === 'object' && step !== null ? step : {})) : [];
}

function textsIn(value: unknown, path: Path = []): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}
