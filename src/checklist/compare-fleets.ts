import { UserError } from '../errors.ts';
import {
  type ComparedProduct,
  type ComparedRun,
  type ComparedStep,
  comparedRunOf,
  compareReports,
  compareSteps,
  hasMoved,
  type ReportComparison,
  tallyOf,
} from './compare-reports.ts';
import { type AnyReport, type FleetReport, isFleet, type ProductReport } from './fleet-report.ts';
import { printedCommand } from './printed-command.ts';

/** Compares two runs. Throws `UserError` if only one is a fleet run, or for different checklists. */
export function compareRuns(a: AnyReport, b: AnyReport): ReportComparison {
  if (isFleet(a) && isFleet(b)) return compareFleets(a, b);
  if (!isFleet(a) && !isFleet(b)) return compareReports(a, b);
  const [fleet, other] = isFleet(a) ? [a, b] : [b, a];
  throw new UserError(
    'different-checklists',
    `Cannot compare a fleet run with a run of one product: ${fleet.run.id} is a fleet run, ${other.run.id} is not.`,
    `Choose two fleet runs, or two others: ${printedCommand('runs')}`,
  );
}

/** Compares the products of two fleet runs, by ID; by what mp-verify.yaml names them if AWS did not return one. */
function compareFleets(a: FleetReport, b: FleetReport): ReportComparison {
  const moved = hasMoved(a, b);
  const pairs = pairsOf(a.products, b.products);
  const compared = pairs.map((pair) => {
    const [before, after] = pair;
    if (before === null || after === null) return { product: comparedProduct(pair), steps: [], unchanged: 0 };
    const { steps, tally } = compareSteps({ ...before, run: a.run }, { ...after, run: b.run }, moved);
    const found = steps.map((step) => ({ ...step, product: after.id }));
    return { product: comparedProduct(pair), steps: found, unchanged: tally.unchanged };
  });
  const steps = compared.flatMap((each) => each.steps);
  const products = compared.flatMap(({ product }) => product ?? []);
  const worse = compared.filter(({ product, steps }) => isWorse(product, steps));
  const unchanged = compared.reduce((sum, each) => sum + each.unchanged, 0);
  return {
    schemaVersion: 1,
    a: fleetRunOf(a),
    b: fleetRunOf(b),
    worse: worse.length > 0,
    tally: { ...tallyOf(steps, unchanged), worseProducts: worse.length },
    steps,
    products,
  };
}

/** Whether a product is worse in the second run, or one of its steps that differ. */
export function isWorse(product: ComparedProduct | null, steps: readonly ComparedStep[]): boolean {
  return (product !== null && product.worse !== null) || steps.some(({ worse }) => worse !== null);
}

type Pair = readonly [a: ProductReport | null, b: ProductReport | null];

function pairsOf(a: readonly ProductReport[], b: readonly ProductReport[]): readonly Pair[] {
  const byId = new Map(b.map((each) => [each.id, each]));
  const byName = new Map(b.map((each) => [each.listedAs, each]));
  const named = (each: ProductReport) => {
    const other = byName.get(each.listedAs) ?? null;
    // A title can belong to another product now.
    const areKnown = each.target.product !== null && other !== null && other.target.product !== null;
    return areKnown ? null : other;
  };
  const pairs = a.map((each): Pair => [each, byId.get(each.id) ?? named(each)]);
  const paired = new Set(pairs.map(([, other]) => other));
  return [...pairs, ...b.filter((each) => !paired.has(each)).map((each): Pair => [null, each])];
}

/** Null if neither its verdict nor its waiver differs. */
function comparedProduct([a, b]: Pair): ComparedProduct | null {
  const product = b ?? a;
  if (product === null) return null;
  const isSame = a?.verdict === b?.verdict && a?.waived === b?.waived && a?.code === b?.code;
  if (isSame) return null;
  return {
    id: product.id,
    title: product.target.product?.title ?? product.listedAs,
    owner: product.owner,
    kind: kindOf(a, b),
    worse: a?.verdict !== 'pass' || b?.verdict === 'pass' ? null : b === null ? 'went' : 'not-passed',
    a: a && sideOf(a),
    b: b && sideOf(b),
  };
}

function kindOf(a: ProductReport | null, b: ProductReport | null): ComparedProduct['kind'] {
  if (a === null) return 'came';
  if (b === null) return 'went';
  const [before, after] = [a.verdict, b.verdict];
  if ((before === 'pass' && after !== 'pass') || (after === 'fail' && before !== 'fail')) return 'newly-failing';
  return after === 'pass' && before !== 'pass' ? 'fixed' : 'changed';
}

function sideOf({ verdict, waived, code, reason }: ProductReport): NonNullable<ComparedProduct['a']> {
  return { verdict, waived, code, reason };
}

function fleetRunOf(report: FleetReport): ComparedRun {
  const checklists = (report.products[0]?.checklists ?? []).map((each) => ({ ...each, buyer: null }));
  return {
    ...comparedRunOf({ ...report, checklists }),
    accountId: null,
    productId: null,
    products: report.products.length,
  };
}
