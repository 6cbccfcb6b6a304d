import XMLBuilder from 'fast-xml-builder';
import type { FleetReport, ProductReport } from '../checklist/fleet-report.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { type ChecklistReport, endedAt, type Report, type StepReport } from '../checklist/report-document.ts';
import { safe } from '../text/safe.ts';
import { isWarning, markOf } from '../text/styles.ts';
import {
  buyersOf,
  carriedOverWords,
  type FleetReporter,
  productMark,
  productName,
  waiverWords,
} from './fleet-words.ts';
import { confirmedByWords, remarks, resultLines } from './markdown.ts';
import { type Reporter, seenWords } from './report-words.ts';

/**
 * For CI servers, as Jenkins, GitLab and others read it: a suite for each checklist, a case for each step. There are red cases
 * exactly where the run has not passed.
 */
export const junitReport: Reporter = (report) =>
  document(
    report,
    report.checklists.map((each) => checklistSuite(each, report)),
  );

/** The same for a fleet run: a suite for each product. Nothing of a product that is waived is red. */
export const fleetJunit: FleetReporter = (report) =>
  document(
    report,
    report.products.map((each) => productSuite(each, report)),
  );

function document({ run }: Pick<Report, 'run'>, suites: readonly Suite[]): string {
  return xml.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': line(`mp-verify ${inPlace(run.id, run)}`),
      ...counts(suites.flatMap(({ cases }) => cases)),
      '@time': seconds(suites.flatMap(({ steps }) => steps)),
      testsuite: suites.map((each) => suiteElement(each, run)),
    },
  });
}

function inPlace(name: string, { sandbox }: Report['run']): string {
  return `${name}${sandbox ? ' SANDBOX' : ''}`;
}

const xml = new XMLBuilder({
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

interface Suite {
  readonly name: string;
  readonly startedAt: string | null;
  readonly steps: readonly StepReport[];
  readonly cases: readonly Case[];
  readonly facts: Readonly<Record<string, string | null>>;
}

function suiteElement({ name, startedAt, steps, cases, facts }: Suite, run: Report['run']) {
  return {
    '@name': line(inPlace(name, run)),
    ...counts(cases),
    '@skipped': cases.filter(({ skipped }) => skipped).length,
    '@time': seconds(steps),
    '@timestamp': `${(startedAt ?? run.startedAt).slice(0, 19)}Z`,
    properties: {
      property: Object.entries(facts).flatMap(([name, value]) =>
        value === null ? [] : [{ '@name': name, '@value': line(value) }],
      ),
    },
    testcase: cases,
  };
}

function checklistSuite({ id, verdict, buyer, steps }: ChecklistReport, { run, target, seen, tool }: Report): Suite {
  return {
    name: id,
    startedAt: steps.find(({ startedAt }) => startedAt !== null)?.startedAt ?? null,
    steps,
    cases: steps.map((step) => caseOf(step, `${target.product?.id ?? 'unknown-product'}.${id}`)),
    facts: {
      verdict,
      run: run.id,
      product: target.product?.title ?? null,
      'seller account': target.accountId,
      buyer,
      endpoint: endpointWords(run),
      // Of the whole run: who confirmed its steps.
      'confirmed by': seenWords(seen).join(', '),
      tool: `${tool.name} ${tool.version}`,
    },
  };
}

function endpointWords({ sandbox, endpoint }: Report['run']): string | null {
  return sandbox ? `SANDBOX, not AWS (${endpoint})` : endpoint;
}

function productSuite(product: ProductReport, report: FleetReport): Suite {
  const { id, verdict, checklists, target, account, owner } = product;
  const steps = checklists.flatMap((checklist) => checklist.steps.map((step) => ({ checklist, step })));
  const waiver = waiverWords(product);
  const { run, tool } = report;
  return {
    name: [id, target.product?.title].filter(Boolean).join(' '),
    startedAt: product.startedAt,
    steps: steps.map(({ step }) => step),
    cases: [
      ...verdictCase(product),
      ...steps.map(({ checklist, step }) => {
        const name = checklists.length > 1 ? `${checklist.id}/${step.id}` : step.id;
        // The case of the verdict says why steps have no result.
        const isSpared = product.waived || (product.code !== null && step.status === 'pending');
        return caseOf(step, `${id}.${checklist.id}`, { name, isSpared, waiver: product.waived ? waiver : null });
      }),
    ],
    facts: {
      verdict,
      run: run.id,
      product: productName(product),
      account,
      'seller account': target.accountId,
      owner,
      buyer: buyersOf(product).join(', ') || null,
      waiver,
      'carried over': carriedOverWords(product, report),
      endpoint: endpointWords(run),
      tool: `${tool.name} ${tool.version}`,
    },
  };
}

/** The case of a product whose verdict is not that of its steps: it was not walked, or nothing was compared. */
function verdictCase(product: ProductReport): readonly Case[] {
  const { id, verdict, waived, code, reason } = product;
  if (code === null) return [];
  const { word } = productMark(product);
  const problem = problemOf(code, `${word}: ${productName(product)}`, reason, waived ? waiverWords(product) : null, []);
  const tag = waived
    ? 'skipped'
    : problemTag({ status: verdict === 'incomplete' ? 'pending' : verdict, required: true });
  return [caseElement(id, 'verdict', [], tag, problem)];
}

/**
 * Counts elements of the document, as its readers expect, and judges nothing. The report's tally is another number: it counts
 * failed advisory steps as failed.
 */
function counts(cases: readonly Case[]) {
  return {
    '@tests': cases.length,
    '@failures': cases.filter(({ failure }) => failure).length,
    '@errors': cases.filter(({ error }) => error).length,
  };
}

type Case = ReturnType<typeof caseElement>;

interface CaseOptions {
  readonly name: string;
  /** Something else says why it has not passed, or excuses that. */
  readonly isSpared: boolean;
  readonly waiver: string | null;
}

function caseOf(step: StepReport, classname: string, given?: CaseOptions): Case {
  const { id, title, required, status, code, reason } = step;
  // The id, not the title: the history of a case survives when its title is reworded.
  const { name, isSpared, waiver } = given ?? { name: id, isSpared: false, waiver: null };
  const heading = isWarning(step) ? `${title} (${markOf(step).word})` : title;
  const details = [heading, ...resultLines(step), ...confirmedBy(step), ...remarks(step)];
  const tag = problemTag(step);
  const word = `${markOf(step).word}${required ? '' : ' (advisory)'}`;
  const problem = problemOf(code ?? status, `${word}: ${title}`, reason, waiver, details);
  return caseElement(classname, name, [step], tag !== null && isSpared ? 'skipped' : tag, problem);
}

function problemOf(
  type: string,
  heading: string,
  reason: string | null,
  waiver: string | null,
  details: readonly string[],
) {
  return {
    '@type': line(type),
    '@message': line(`${heading}${reason ? `: ${reason}` : ''}${waiver === null ? '' : ` (${waiver})`}`),
    '#text': lines(details),
  };
}

function caseElement(
  classname: string,
  name: string,
  steps: readonly StepReport[],
  tag: 'failure' | 'error' | 'skipped' | null,
  problem: ReturnType<typeof problemOf>,
) {
  return {
    '@classname': line(classname),
    '@name': line(name),
    '@time': seconds(steps),
    failure: tag === 'failure' ? problem : undefined,
    error: tag === 'error' ? problem : undefined,
    skipped: tag === 'skipped' ? problem : undefined,
    'system-out': tag === null ? problem['#text'] : undefined,
  };
}

/**
 * CI servers paint `skipped` as harmless, so a required step that was not confirmed is never skipped: it is an error. An
 * advisory step is: it must not turn a run red that has passed, but without `skipped` its failure would look like a pass.
 */
function problemTag({
  status,
  required,
}: Pick<StepReport, 'status' | 'required'>): 'failure' | 'error' | 'skipped' | null {
  if (status === 'pass') return null;
  if (status === 'not-applicable' || !required) return 'skipped';
  return status === 'fail' ? 'failure' : 'error';
}

function confirmedBy(step: StepReport): readonly string[] {
  const { by, operator, startedAt, durationMs, carriedOver, checkedAgainAt } = step;
  if (by === null || startedAt === null) return [];
  const name = operator === null ? '' : ` (${operator}${by === 'answers' ? ', answers file' : ''})`;
  const later = `${carriedOver ? ', carried over' : ''}${checkedAgainAt ? `, checked again ${utcMinute(checkedAgainAt)}` : ''}`;
  return [`Confirmed by ${confirmedByWords[by]}${name}, ${utcMinute(endedAt({ startedAt, durationMs }))}${later}`];
}

/** The time that steps took, as readers accept it: at most three decimals, no exponent. */
function seconds(steps: readonly Pick<StepReport, 'durationMs'>[]): string {
  return (steps.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0) / 1000).toFixed(3);
}

/** Foreign text for an attribute: on one line, without colors, and with characters that XML 1.0 forbids shown escaped. */
function line(text: string): string {
  return safe(text).replace(/[\ufffe\uffff]/g, (found) => `\\u${found.charCodeAt(0).toString(16)}`);
}

/** One text a line. Further lines of a text are marked, so that a note cannot look like a line of the report. */
function lines(texts: readonly string[]): string {
  return texts.map((text) => text.split('\n').map(line).join('\n| ')).join('\n');
}
