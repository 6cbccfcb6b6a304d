import * as z from 'zod';
import { UserError } from '../errors.ts';
import {
  bySchema,
  factsSchema,
  type Report,
  reportDocument,
  type StepReport,
  statusSchema,
} from './report-document.ts';

const { verdict, run } = reportDocument.shape;
const scalar = factsSchema.valueType;
const nullableText = z.string().nullable();
const count = z.int().nonnegative();

const comparedRun = z.strictObject({
  id: z.string(),
  startedAt: run.shape.startedAt,
  verdict,
  accountId: nullableText,
  productId: nullableText,
  sandbox: z.boolean(),
  endpoint: nullableText.describe('Null means AWS itself.'),
  walkingNow: z.boolean().describe('The run was in progress when this was written.'),
  checklists: z.array(z.strictObject({ id: z.string(), sha256: z.string(), buyer: nullableText })),
});

/** What a step of one run says. */
const comparedSide = z.strictObject({
  status: statusSchema,
  required: z.boolean(),
  code: nullableText,
  reason: nullableText,
  by: bySchema.nullable(),
  operator: nullableText,
});

const kind = z.enum(['newly-failing', 'fixed', 'changed', 'came', 'went']);
const worse = z.enum(['not-passed', 'went', 'weaker-proof', 'not-on-aws']);

const comparedStep = z.strictObject({
  checklist: z.string(),
  step: z.string(),
  title: z.string(),
  kind,
  worse: worse
    .nullable()
    .describe(
      'Why it is worse: it no longer passes, is no longer in the checklist, was confirmed by the program (or a person) and now only by a person (or a rehearsal, or not at all), or passed on AWS and now only elsewhere.',
    ),
  a: comparedSide.nullable().describe('Null if the step came.'),
  b: comparedSide.nullable().describe('Null if the step went.'),
  differences: z
    .array(z.strictObject({ field: z.string(), a: scalar, b: scalar }))
    .describe('Fields of the step that differ, such as status or actual.quantity. Null stands for a missing one.'),
});

/**
 * The JSON document of `runs compare`, `schemaVersion` 1, as a closed schema, published as
 * `checklists/comparison.schema.json`. Fields are only added within a version.
 */
export const comparisonDocument = z.strictObject({
  schemaVersion: z.literal(1),
  a: comparedRun,
  b: comparedRun,
  worse: z.boolean().describe('Whether any step is worse in b than in a.'),
  tally: z.strictObject({
    'newly-failing': count,
    fixed: count,
    changed: count,
    came: count,
    went: count,
    unchanged: count,
    worse: count,
  }),
  steps: z.array(comparedStep).describe('The steps that differ, in the order of the checklists.'),
});

export type ReportComparison = z.output<typeof comparisonDocument>;
export type ComparedRun = ReportComparison['a'];
export type ComparedStep = ReportComparison['steps'][number];

/** Compares two runs of the same checklists, by checklist and step id. Throws `UserError` for different checklists. */
export function compareReports(a: Report, b: Report): ReportComparison {
  const [idsOfA, idsOfB] = [idsOf(a), idsOf(b)];
  if (idsOfA.join() !== idsOfB.join())
    throw new UserError(
      'different-checklists',
      `Cannot compare runs of different checklists: ${a.run.id} is of ${idsOfA.join(', ')}, ${b.run.id} of ${idsOfB.join(', ')}.`,
      'Choose two runs of the same checklists: mp-verify runs',
    );
  const stepsOfB = stepsOf(b);
  const stepsOfA = stepsOf(a);
  const moved = isOnAws(a) && !isOnAws(b);
  const all = [
    ...[...stepsOfA].map(([key, each]) => compareSteps(each, stepsOfB.get(key) ?? null, moved)),
    ...[...stepsOfB].flatMap(([key, each]) => (stepsOfA.has(key) ? [] : [compareSteps(null, each, moved)])),
  ];
  const order = [...idsOfA];
  const steps = all
    .filter((each) => each !== null)
    .toSorted((one, two) => order.indexOf(one.checklist) - order.indexOf(two.checklist));
  const number = (kind: ComparedStep['kind']) => steps.filter((each) => each.kind === kind).length;
  const worse = steps.filter((each) => each.worse !== null).length;
  return {
    schemaVersion: 1,
    a: comparedRunOf(a),
    b: comparedRunOf(b),
    worse: worse > 0,
    tally: {
      'newly-failing': number('newly-failing'),
      fixed: number('fixed'),
      changed: number('changed'),
      came: number('came'),
      went: number('went'),
      unchanged: all.length - steps.length,
      worse,
    },
    steps,
  };
}

type Side = Pick<StepReport, 'status' | 'required' | 'by'>;

/**
 * Returns why a step is worse in a later run than in an earlier one; null if it is not. Worse is what the earlier run
 * confirmed and the later one does not confirm, or confirms with weaker proof. A step that had not passed cannot become
 * worse, and an advisory step never is. `moved`: the earlier run was on AWS, the later one was not.
 */
export function worsened(a: Side | null, b: Side | null, moved: boolean): ComparedStep['worse'] {
  // A step that came was never confirmed. One that was required in either run counts.
  if (a === null || !isSatisfied(a) || !(a.required || b?.required)) return null;
  if (b === null) return a.status === 'pass' ? 'went' : null;
  if (!isSatisfied(b)) return 'not-passed';
  if (proof(b) < proof(a)) return 'weaker-proof';
  return moved && a.status === 'pass' ? 'not-on-aws' : null;
}

/** A step is satisfied if a run with it can pass. */
function isSatisfied({ status }: Pick<Side, 'status'>): boolean {
  return status === 'pass' || status === 'not-applicable';
}

const proofs = { check: 3, both: 3, operator: 2, answers: 2, rehearsal: 1 } as const;

/** Ranks who confirmed a satisfied step. A step that does not apply confirms nothing. */
function proof({ status, by }: Pick<Side, 'status' | 'by'>): number {
  return status === 'pass' && by !== null ? proofs[by] : 0;
}

interface PlacedStep {
  readonly checklist: string;
  readonly step: StepReport;
}

function compareSteps(a: PlacedStep | null, b: PlacedStep | null, moved: boolean): ComparedStep | null {
  const [before, after] = [a?.step ?? null, b?.step ?? null];
  const place = b ?? a;
  if (place === null) return null;
  const differences = before && after ? differencesOf(before, after) : [];
  const worse = worsened(before, after, moved);
  if (before && after && differences.length === 0 && worse === null) return null;
  return {
    checklist: place.checklist,
    step: place.step.id,
    title: place.step.title,
    kind: kindOf(before, after),
    worse,
    a: before && sideOf(before),
    b: after && sideOf(after),
    differences,
  };
}

function kindOf(a: StepReport | null, b: StepReport | null): ComparedStep['kind'] {
  if (a === null) return 'came';
  if (b === null) return 'went';
  if ((isSatisfied(a) && !isSatisfied(b)) || (b.status === 'fail' && a.status !== 'fail')) return 'newly-failing';
  return isSatisfied(b) && !isSatisfied(a) ? 'fixed' : 'changed';
}

/** The text of a reason is left out: it has times. Its code is compared. */
function differencesOf(a: StepReport, b: StepReport): ComparedStep['differences'] {
  const [before, after] = [valuesOf(a), valuesOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const pair = { a: before.get(field) ?? null, b: after.get(field) ?? null };
    return pair.a === pair.b ? [] : [{ field, ...pair }];
  });
}

function valuesOf({ status, required, code, by, operator, expected = {}, actual = {} }: StepReport) {
  const facts = (name: string, values: NonNullable<StepReport['actual']>) =>
    Object.entries(values).map(([key, value]) => [`${name}.${key}`, value] as const);
  return new Map<string, string | number | boolean | null>([
    ...Object.entries({ status, required, code, by, operator }),
    ...facts('expected', expected),
    ...facts('actual', actual),
  ]);
}

function sideOf({ status, required, code, reason, by, operator }: StepReport) {
  return { status, required, code, reason, by, operator };
}

function comparedRunOf({ run, target, verdict, checklists }: Report): ComparedRun {
  const { id, startedAt, sandbox, endpoint, walkingNow = false } = run;
  return {
    ...{ id, startedAt, verdict },
    accountId: target.accountId,
    productId: target.product?.id ?? null,
    ...{ sandbox, endpoint, walkingNow },
    checklists: checklists.map(({ id, sha256, buyer }) => ({ id, sha256, buyer })),
  };
}

function isOnAws({ run }: Report): boolean {
  return !run.sandbox && run.endpoint === null;
}

/** The order of the checklists does not matter. */
function idsOf({ checklists }: Report): readonly string[] {
  return checklists.map(({ id }) => id).toSorted();
}

function stepsOf({ checklists }: Report): ReadonlyMap<string, PlacedStep> {
  const placed = checklists.flatMap(({ id, steps }) => steps.map((step) => ({ checklist: id, step })));
  return new Map(placed.map((each) => [`${each.checklist}/${each.step.id}`, each]));
}
