import * as z from 'zod';
import { UserError } from '../errors.ts';
import { printedCommand } from './printed-command.ts';
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
  checklists: z
    .array(z.strictObject({ id: z.string(), sha256: z.string(), buyer: nullableText }))
    .describe('`buyer` is null for a fleet run.'),
  products: count.optional().describe('Only of a fleet run: the number of its products.'),
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
  product: z.string().optional().describe('Only of a fleet run: the ID of the product.'),
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

/** What one fleet run says of a product. */
const productSide = z.strictObject({ verdict, waived: z.boolean(), code: nullableText, reason: nullableText });

const comparedProduct = z.strictObject({
  id: z.string(),
  title: z.string().describe('What mp-verify.yaml names it if AWS did not return it.'),
  owner: nullableText,
  kind,
  worse: z
    .enum(['not-passed', 'went'])
    .nullable()
    .describe('Why it is worse, apart from its steps: it no longer passes, or is no longer in the fleet.'),
  a: productSide.nullable().describe('Null if the product came. Then none of its steps are listed.'),
  b: productSide.nullable().describe('Null if the product went. Then none of its steps are listed.'),
});

/**
 * The JSON document of `runs compare`, `schemaVersion` 1, as a closed schema, published as
 * `checklists/comparison.schema.json`. Fields are only added within a version.
 */
export const comparisonDocument = z.strictObject({
  schemaVersion: z.literal(1),
  a: comparedRun,
  b: comparedRun,
  worse: z.boolean().describe('Whether any step or product is worse in b than in a.'),
  tally: z.strictObject({
    'newly-failing': count,
    fixed: count,
    changed: count,
    came: count,
    went: count,
    unchanged: count,
    worse: count,
    worseProducts: count
      .optional()
      .describe('Only of a fleet run: the number of products that are worse, or have a step that is.'),
  }),
  steps: z.array(comparedStep).describe('The steps that differ, in the order of the checklists.'),
  products: z
    .array(comparedProduct)
    .optional()
    .describe('Only of a fleet run: the products that came or went, or of which the verdict or the waiver differs.'),
});

export type ReportComparison = z.output<typeof comparisonDocument>;
export type ComparedRun = ReportComparison['a'];
export type ComparedStep = ReportComparison['steps'][number];
export type ComparedProduct = NonNullable<ReportComparison['products']>[number];

/** Compares two runs of the same checklists, by checklist and step id. Throws `UserError` for different checklists. */
export function compareReports(a: Report, b: Report): ReportComparison {
  const { steps, tally } = compareSteps(a, b, hasMoved(a, b));
  return {
    schemaVersion: 1,
    a: { ...comparedRunOf(a), accountId: a.target.accountId, productId: a.target.product?.id ?? null },
    b: { ...comparedRunOf(b), accountId: b.target.accountId, productId: b.target.product?.id ?? null },
    worse: tally.worse > 0,
    tally,
    steps,
  };
}

type Compared = Pick<Report, 'run' | 'checklists'>;

/** Compares the steps of two runs, or of one product in two fleet runs. */
export function compareSteps(a: Compared, b: Compared, moved: boolean): Pick<ReportComparison, 'steps' | 'tally'> {
  const [idsOfA, idsOfB] = [idsOf(a), idsOf(b)];
  if (idsOfA.join() !== idsOfB.join())
    throw new UserError(
      'different-checklists',
      `Cannot compare runs of different checklists: ${a.run.id} is of ${idsOfA.join(', ')}, ${b.run.id} of ${idsOfB.join(', ')}.`,
      `Choose two runs of the same checklists: ${printedCommand('runs')}`,
    );
  const stepsOfB = stepsOf(b);
  const stepsOfA = stepsOf(a);
  const all = [
    ...[...stepsOfA].map(([key, each]) => compareStep(each, stepsOfB.get(key) ?? null, moved)),
    ...[...stepsOfB].flatMap(([key, each]) => (stepsOfA.has(key) ? [] : [compareStep(null, each, moved)])),
  ];
  const order = [...idsOfA];
  const steps = all
    .filter((each) => each !== null)
    .toSorted((one, two) => order.indexOf(one.checklist) - order.indexOf(two.checklist));
  return { steps, tally: tallyOf(steps, all.length - steps.length) };
}

export function tallyOf(steps: readonly ComparedStep[], unchanged: number): ReportComparison['tally'] {
  const number = (kind: ComparedStep['kind']) => steps.filter((each) => each.kind === kind).length;
  return {
    'newly-failing': number('newly-failing'),
    fixed: number('fixed'),
    changed: number('changed'),
    came: number('came'),
    went: number('went'),
    unchanged,
    worse: steps.filter((each) => each.worse !== null).length,
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

function compareStep(a: PlacedStep | null, b: PlacedStep | null, moved: boolean): ComparedStep | null {
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

/** Without the account and product, of which a fleet run has many. */
export function comparedRunOf({
  run,
  verdict,
  checklists,
}: Compared & Pick<Report, 'verdict'>): Omit<ComparedRun, 'accountId' | 'productId'> {
  const { id, startedAt, sandbox, endpoint, walkingNow = false } = run;
  return {
    ...{ id, startedAt, verdict, sandbox, endpoint, walkingNow },
    checklists: checklists.map(({ id, sha256, buyer }) => ({ id, sha256, buyer })),
  };
}

/** Whether the earlier run was on AWS, and the later one was not. */
export function hasMoved(a: Pick<Report, 'run'>, b: Pick<Report, 'run'>): boolean {
  return isOnAws(a) && !isOnAws(b);
}

function isOnAws({ run }: Pick<Report, 'run'>): boolean {
  return !run.sandbox && run.endpoint === null;
}

/** The order of the checklists does not matter. */
function idsOf({ checklists }: Compared): readonly string[] {
  return checklists.map(({ id }) => id).toSorted();
}

function stepsOf({ checklists }: Compared): ReadonlyMap<string, PlacedStep> {
  const placed = checklists.flatMap(({ id, steps }) => steps.map((step) => ({ checklist: id, step })));
  return new Map(placed.map((each) => [`${each.checklist}/${each.step.id}`, each]));
}
