import { compareRuns, isWorse } from '../checklist/compare-fleets.ts';
import type { ComparedProduct, ComparedRun, ComparedStep, ReportComparison } from '../checklist/compare-reports.ts';
import type { AnyReport } from '../checklist/fleet-report.ts';
import { utcMinute } from '../checklist/reasons.ts';
import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { anyReportOf, plannedOf } from '../run/run-facts.ts';
import { findRuns, isInUse } from '../run/saved-runs.ts';
import { block, warning } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import { jsonText } from '../text/safe.ts';
import { markOf, type Style, type Styles, verdictMarks } from '../text/styles.ts';

export interface RunsCompareOptions {
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Compares two runs of the same checklists, or two fleet runs. The outcome is `fail` if something is worse in the second one. */
export async function runsCompare(
  a: string,
  b: string,
  { json, color }: RunsCompareOptions,
  host: Host,
): Promise<Outcome> {
  const [idOfA = a, idOfB = b] = await findRuns([a, b], host.runs);
  const terminal = await host.openTerminal({ input: false, color });
  const compared = compareRuns(await readReport(idOfA, host), await readReport(idOfB, host));
  for (const body of warningsOf(compared)) terminal.write(warning(terminal.styles(), body));
  host.stdout.write(json ? jsonText(compared) : comparisonText(host.stdout.styles(color), compared));
  return compared.worse ? 'fail' : 'pass';
}

async function readReport(id: string, { runs }: Host): Promise<AnyReport> {
  const saved = await runs.read(id);
  return anyReportOf(saved, await plannedOf(saved), await isInUse(id, runs));
}

/** Returns why the two runs may not be comparable, in whole sentences. */
function warningsOf({ a, b }: ReportComparison): readonly string[] {
  const differs = (what: string, one: string | null, other: string | null) =>
    one === other || one === null || other === null ? [] : [`The ${what} differs: ${one} and ${other}.`];
  const changed = a.checklists.filter(({ id, sha256 }) =>
    b.checklists.some((each) => each.id === id && each.sha256 !== sha256),
  );
  return [
    ...(a.id === b.id ? [`${a.id} was compared with itself.`] : []),
    ...differs('product', a.productId, b.productId),
    ...differs('account', a.accountId, b.accountId),
    ...(placeOf(a) === placeOf(b) ? [] : [`${a.id} was on ${placeOf(a)}, ${b.id} on ${placeOf(b)}.`]),
    ...changed.map(({ id }) => `The checklist ${id} was changed between the two runs.`),
    ...[a, b].filter(({ walkingNow }) => walkingNow).map(({ id }) => `${id} is still in progress.`),
  ];
}

function placeOf({ sandbox, endpoint }: ComparedRun): string {
  return sandbox ? 'a sandbox' : (endpoint ?? 'AWS');
}

const groups = {
  'newly-failing': { title: 'Newly failing', tally: 'newly failing' },
  fixed: { title: 'Fixed', tally: 'fixed' },
  changed: { title: 'Changed', tally: 'changed' },
  came: { title: 'Steps that came', tally: 'came' },
  went: { title: 'Steps that went', tally: 'went' },
} as const satisfies Record<ComparedStep['kind'], unknown>;
const kinds = Object.keys(groups) as readonly ComparedStep['kind'][];

function comparisonText(styles: Styles, compared: ReportComparison): string {
  const { a, b, worse, tally, products } = compared;
  const counts = kinds.filter((kind) => tally[kind] > 0).map((kind) => `${tally[kind]} ${groups[kind].tally}`);
  const what = products ? countWords(tally.worseProducts ?? 0, 'product') : countWords(tally.worse, 'step');
  const result = worse ? `WORSE: ${what}` : 'Nothing is worse';
  return [
    runLine(styles, 'A', a),
    runLine(styles, 'B', b),
    ...(products ? productParts(styles, compared, products) : kindParts(styles, compared)),
    '\n',
    block(styles, {
      lead: worse ? '✗ ' : '✓ ',
      leadStyle: worse ? 'bad' : 'good',
      body: `${result}. ${products ? 'Steps: ' : ''}${[...counts, `${tally.unchanged} unchanged`].join(', ')}.`,
    }),
  ].join('');
}

function kindParts(styles: Styles, { a, steps }: ReportComparison): readonly string[] {
  return kinds.map((kind) => {
    const found = steps.filter((step) => step.kind === kind);
    if (found.length === 0) return '';
    const lines = found.map((step) => stepText(styles, step, a.checklists.length > 1));
    return `\n${block(styles, { body: groups[kind].title, style: 'bold' })}${lines.join('')}`;
  });
}

/** A part for each product that differs: first those that are worse. */
function productParts(
  styles: Styles,
  { a, steps }: ReportComparison,
  products: readonly ComparedProduct[],
): readonly string[] {
  const stepsOf = new Map<string, ComparedStep[]>();
  for (const step of steps) stepsOf.set(step.product ?? '', [...(stepsOf.get(step.product ?? '') ?? []), step]);
  const known = new Map(products.map((each) => [each.id, each]));
  const parts = [...new Set([...known.keys(), ...stepsOf.keys()])].map((id) => {
    const found = stepsOf.get(id) ?? [];
    const product = known.get(id) ?? null;
    const lines = found.map((step) => stepText(styles, step, a.checklists.length > 1));
    return {
      worse: isWorse(product, found),
      text: `\n${productText(styles, id, product)}${lines.join('')}`,
    };
  });
  const sorted = [...parts.filter(({ worse }) => worse), ...parts.filter(({ worse }) => !worse)];
  return sorted.map(({ text }) => text);
}

function productText(styles: Styles, id: string, product: ComparedProduct | null): string {
  if (product === null) return block(styles, { body: id, style: 'bold' });
  const { title, owner, a, b, worse } = product;
  const words = [a, b].map((side, i) => {
    if (side === null) return `not in ${i === 0 ? 'A' : 'B'}`;
    return `${verdictMarks[side.verdict].word}${side.waived ? ', waived' : ''}`;
  });
  const name = title === id ? id : `${title}  ${id}`;
  return [
    block(styles, { body: name, style: 'bold', right: owner ?? '' }),
    block(styles, { lead: '  ', body: words.join(' → ') + worseIn(worse) }),
    b?.reason ? block(styles, { lead: '  ', body: b.reason, style: 'dim' }) : '',
  ].join('');
}

function runLine(styles: Styles, name: string, run: ComparedRun): string {
  const { symbol, word, style } = verdictMarks[run.verdict];
  const place = run.sandbox ? ', SANDBOX' : run.endpoint === null ? '' : ', not AWS';
  return block(styles, {
    lead: `${name}  ${symbol} `,
    leadStyle: style,
    body: `${run.id}  ${word}${place}${run.products === undefined ? '' : `, ${countWords(run.products, 'product')}`}`,
    right: utcMinute(run.startedAt),
  });
}

const worseWords = {
  'not-passed': 'worse',
  went: 'worse: it had passed',
  'weaker-proof': 'worse: weaker proof',
  'not-on-aws': 'worse: no longer on AWS',
} as const satisfies Record<NonNullable<ComparedStep['worse']>, string>;

function stepText(styles: Styles, step: ComparedStep, several: boolean): string {
  const { a, b, worse } = step;
  const now = b ?? a;
  const required = a?.required || b?.required;
  const { symbol, style } = now === null ? { symbol: ' ', style: 'plain' as const } : markOf(now);
  const more = (body: string, style: Style = 'plain') => block(styles, { lead: '      ', body, style });
  const name = `${several ? `${step.checklist}/` : ''}${step.step}`;
  return [
    block(styles, {
      lead: `  ${symbol} `,
      leadStyle: style,
      body: `${name}  ${step.title}${required ? '' : ' (advisory)'}`,
    }),
    more([a, b].map((side) => (side === null ? 'none' : markOf(side).word)).join(' → ') + worseIn(worse)),
    b?.reason ? more(b.reason, 'dim') : '',
    ...step.differences
      .filter(({ field }) => field !== 'status')
      .map(({ field, a, b }) => more(`${fieldNames[field] ?? field}: ${a ?? '-'} → ${b ?? '-'}`)),
  ].join('');
}

function worseIn(worse: ComparedStep['worse']): string {
  return worse === null ? '' : `  (${worseWords[worse]})`;
}

const fieldNames: Readonly<Record<string, string>> = { by: 'confirmed by' };
