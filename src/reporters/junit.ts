import XMLBuilder from 'fast-xml-builder';
import { utcMinute } from '../checklist/reasons.ts';
import { type ChecklistReport, endedAt, type Report, type StepReport } from '../checklist/report-document.ts';
import { safe } from '../text/safe.ts';
import { isWarning, markOf } from '../text/styles.ts';
import { confirmedByWords, remarks, resultLines } from './markdown.ts';
import { type Reporter, seenWords } from './report-words.ts';

/**
 * For CI servers, as Jenkins, GitLab and others read it: a suite for each checklist, a case for each step. There are red cases
 * exactly where the run has not passed.
 */
export const junitReport: Reporter = (report) => {
  const suites = report.checklists.map((checklist) => suiteOf(checklist, report));
  return xml.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': line(`mp-verify ${report.run.id}${report.run.sandbox ? ' SANDBOX' : ''}`),
      ...counts(suites.flatMap(({ testcase }) => testcase)),
      '@time': seconds(report.checklists.flatMap(({ steps }) => steps)),
      testsuite: suites,
    },
  });
};

const xml = new XMLBuilder({
  attributeNamePrefix: '@',
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

function suiteOf(checklist: ChecklistReport, report: Report) {
  const { id, verdict, buyer, steps } = checklist;
  const { run, target, tool } = report;
  const classname = line(`${target.product?.id ?? 'unknown-product'}.${id}`);
  const testcase = steps.map((step) => caseOf(step, classname));
  const facts = {
    verdict,
    run: run.id,
    product: target.product?.title ?? null,
    'seller account': target.accountId,
    buyer,
    endpoint: run.sandbox ? `SANDBOX, not AWS (${run.endpoint})` : run.endpoint,
    // Of the whole run: who confirmed its steps.
    'confirmed by': seenWords(report.seen).join(', '),
    tool: `${tool.name} ${tool.version}`,
  };
  return {
    '@name': line(`${id}${run.sandbox ? ' SANDBOX' : ''}`),
    ...counts(testcase),
    '@skipped': testcase.filter(({ skipped }) => skipped).length,
    '@time': seconds(steps),
    '@timestamp': `${(steps.find(({ startedAt }) => startedAt !== null)?.startedAt ?? run.startedAt).slice(0, 19)}Z`,
    properties: {
      property: Object.entries(facts).flatMap(([name, value]) =>
        value === null ? [] : [{ '@name': name, '@value': line(value) }],
      ),
    },
    testcase,
  };
}

/**
 * Counts elements of the document, as its readers expect, and judges nothing. The report's tally is another number: it counts
 * failed advisory steps as failed.
 */
function counts(cases: readonly ReturnType<typeof caseOf>[]) {
  return {
    '@tests': cases.length,
    '@failures': cases.filter(({ failure }) => failure).length,
    '@errors': cases.filter(({ error }) => error).length,
  };
}

function caseOf(step: StepReport, classname: string) {
  const { id, title, required, status, code, reason } = step;
  const heading = isWarning(step) ? `${title} (${markOf(step).word})` : title;
  const details = lines([heading, ...resultLines(step), ...confirmedBy(step), ...remarks(step)]);
  const problem = {
    '@type': line(code ?? status),
    '@message': line(`${markOf(step).word}${required ? '' : ' (advisory)'}: ${title}${reason ? `: ${reason}` : ''}`),
    '#text': details,
  };
  const tag = problemTag(step);
  return {
    '@classname': classname,
    // The id, not the title: the history of a case survives when its title is reworded.
    '@name': line(id),
    '@time': seconds([step]),
    failure: tag === 'failure' ? problem : undefined,
    error: tag === 'error' ? problem : undefined,
    skipped: tag === 'skipped' ? problem : undefined,
    'system-out': tag === null ? details : undefined,
  };
}

/**
 * CI servers paint `skipped` as harmless, so a required step that was not confirmed is never skipped: it is an error. An
 * advisory step is: it must not turn a run red that has passed, but without `skipped` its failure would look like a pass.
 */
function problemTag({ status, required }: StepReport): 'failure' | 'error' | 'skipped' | null {
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
