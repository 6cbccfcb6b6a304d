import { type FleetReport, type ProductReport, worstFirst } from '../checklist/fleet-report.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { countWords } from '../text/counts.ts';
import { shellWord } from '../text/safe.ts';
import { isWarning, type Mark, markOf, marks, stateMarks } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import {
  type ReportMaterial,
  type ResumeWay,
  reportTitle,
  type StepToRead,
  stepsToRead,
  stepWords,
} from './report-words.ts';

/** Formats the report of a fleet run. Counts and verdicts come from `buildFleetReport`. */
export type FleetReporter = (report: FleetReport, material: ReportMaterial) => string;

/** The groups in which products are listed, the worst first. */
const groups: readonly ((product: ProductReport) => boolean)[] = [
  ...worstFirst.flatMap((verdict) => (verdict === 'pass' ? [] : [(each: ProductReport) => isOpen(each, verdict)])),
  ({ waived }) => waived,
  // What a reader may want to act on must not be lost among many that have passed.
  hasWarning,
  ({ waiver }) => waiver !== null,
  () => true,
];

function isOpen({ verdict, waived }: ProductReport, of: ProductReport['verdict']): boolean {
  return verdict === of && !waived;
}

function hasWarning({ checklists }: ProductReport): boolean {
  return checklists.some(({ steps }) => steps.some(isWarning));
}

/** Returns the products, the worst first. Those of a group stay in the order of mp-verify.yaml. */
export function sortedProducts(products: readonly ProductReport[]): readonly ProductReport[] {
  return groups.flatMap((matches, index) =>
    products.filter((each) => matches(each) && !groups.slice(0, index).some((earlier) => earlier(each))),
  );
}

/** A product's verdict as a word, a symbol and a color. */
export function verdictMark({ verdict, waived }: Pick<ProductReport, 'verdict' | 'waived'>): Mark {
  if (waived) return { ...marks.skip, word: 'waived' };
  return verdict === 'incomplete' ? { ...stateMarks.missing, word: 'incomplete' } : marks[verdict];
}

/** The mark of a product's verdict: that of a pass says if a step has a warning. */
export function productMark(product: ProductReport): Mark {
  if (product.verdict === 'pass' && hasWarning(product)) return markOf({ status: 'pass', code: 'ends-soon' });
  return verdictMark(product);
}

/** Returns the title that AWS has for a product, otherwise what mp-verify.yaml names it. */
export function productName({ target, listedAs }: ProductReport): string {
  return target.product?.title ?? listedAs;
}

/** Returns the test buyers of a product. */
export function buyersOf({ checklists }: ProductReport): readonly string[] {
  return [...new Set(checklists.flatMap(({ buyer }) => buyer ?? []))];
}

/** Whether a step of the product has a result. */
export function hasResults({ checklists }: ProductReport): boolean {
  return checklists.some(({ steps }) => steps.some(({ by }) => by !== null));
}

/** `111122223333 (main)`: returns the accounts that AWS named, with their names in mp-verify.yaml. */
export function sellersOf({ products }: FleetReport): readonly string[] {
  const found = products.flatMap(({ target: { accountId }, account }) =>
    accountId === null ? [] : [account === null ? accountId : `${accountId} (${account})`],
  );
  return [...new Set(found)];
}

/** `Automated regression, 300 products` */
export function fleetTitle({ products }: FleetReport): string {
  const [first] = products;
  const count = countWords(products.length, 'product');
  return first ? `${reportTitle(first)}, ${count}` : count;
}

/** `2 fail, 1 could not check, 1 waived, 296 pass` */
export function fleetTallyWords({ tally, products }: Pick<FleetReport, 'tally' | 'products'>): string {
  const { fail, error, incomplete, waived, pass } = tally;
  const warnings = products.filter((each) => productMark(each).word === 'pass, warning').length;
  return [
    fail > 0 ? `${fail} fail` : '',
    error > 0 ? `${error} could not check` : '',
    incomplete > 0 ? `${incomplete} incomplete` : '',
    waived > 0 ? `${waived} waived` : '',
    pass > 0 ? `${pass} pass${warnings > 0 ? ` (${warnings} with a warning)` : ''}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** `waived until 2027-01-15: MP-412`; null without a waiver. */
export function waiverWords({ waiver, verdict }: Pick<ProductReport, 'waiver' | 'verdict'>): string | null {
  if (waiver === null) return null;
  const remove = verdict === 'pass' ? ' (passed: remove the waiver)' : '';
  return `${waiver.ended ? 'waiver ended' : 'waived until'} ${waiver.until}: ${waiver.reason}${remove}`;
}

/** `carried over from 2026-11-28 09:02 UTC (23 h 5 min old)`; null for a result of the last session. */
export function carriedOverWords({ carriedOver, endedAt }: ProductReport, { run }: FleetReport): string | null {
  if (!carriedOver || endedAt === null) return null;
  return `carried over from ${utcMinute(endedAt)} (${roughly(Date.parse(run.endedAt) - Date.parse(endedAt))} old)`;
}

/** Says what becomes of the verdict of a product: its waiver, and from when it is. */
export function remarksOf(product: ProductReport, report: FleetReport): readonly string[] {
  return [waiverWords(product), carriedOverWords(product, report)].filter((words) => words !== null);
}

/**
 * Returns the steps that explain the verdict of a product: of one that has passed, only those with a warning. If the
 * product has a reason of its own, steps without a result only repeat it.
 */
export function stepsOfProduct(product: ProductReport): readonly StepToRead[] {
  return stepsToRead(product).filter(({ step }) => {
    if (product.verdict === 'pass') return isWarning(step);
    return product.reason === null || step.status !== 'pending';
  });
}

/** Says why a product has its verdict, and what becomes of that, one text a line. */
export function whyWords(product: ProductReport, report: FleetReport): readonly string[] {
  const { reason } = product;
  const steps = stepsOfProduct(product).map(stepWords);
  return [...(reason === null ? [] : [reason]), ...steps, ...remarksOf(product, report)];
}

/** `2 products passed although an advisory step did not: registration`; null if there are none. */
export function advisoryWords({ products }: FleetReport): string | null {
  const found = products.flatMap((product) => {
    const steps = product.verdict === 'pass' ? stepsToRead(product).filter(({ step }) => !isWarning(step)) : [];
    return steps.length === 0
      ? []
      : [steps.map(({ checklist, step, several }) => (several ? `${checklist.id}/${step.id}` : step.id))];
  });
  if (found.length === 0) return null;
  const many = found.length === 1 ? 'One product' : `${found.length} products`;
  return `${many} passed although an advisory step did not: ${[...new Set(found.flat())].join(', ')}`;
}

/** The flags of more products would fill the screen. */
const maxFlags = 20;

/**
 * Returns how to check a fleet again that has not passed: the command that resumes its run, and, if only some products
 * have not passed, the flags that check these in a new run.
 */
export function fleetWays({ run, products }: FleetReport): readonly ResumeWay[] {
  if (!run.resume || run.walkingNow) return [];
  const resume = { command: run.resume, does: 'checks all products again, first those that have not passed' };
  const open = products.filter(({ verdict, waived }) => verdict !== 'pass' && !waived);
  if (open.length > maxFlags || open.length === products.length) return [resume];
  const flags = open.map(({ listedAs }) => `--product ${shellWord(listedAs)}`).join(' ');
  return [resume, { command: flags, does: 'added to the command of a new run, checks only what has not passed' }];
}
