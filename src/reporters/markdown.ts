import type { By } from '../checklist/model.ts';
import { type Output, outputText } from '../checklist/outputs.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { type ChecklistReport, endedAt, type Report, type StepReport } from '../checklist/report-document.ts';
import { safe } from '../text/safe.ts';
import { markOf, marks, verdictMarks } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import {
  endWords,
  evidenceWords,
  pageOf,
  type Reporter,
  type ResumeWay,
  reportTitle,
  seenWords,
  sittingWords,
  tallyWords,
  unseenSteps,
  waysToResume,
} from './report-words.ts';

/** The only link in a report: an AWS address without characters that Markdown could misread. */
const awsPage = /^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+$/i;

/** The report for a ticket or a reviewer: the verdict and its basis, then every step. */
export const markdownReport: Reporter = (report) => {
  const { target, checklists } = report;
  const facts: readonly Fact[] = [
    [
      'Product',
      target.product && [target.product.title, target.product.id, target.product.visibility].filter(Boolean).join(', '),
    ],
    ['Product page', pageOf(report)],
    ['Seller account', target.accountId],
    ...runFacts(report, waysToResume(report)),
  ];
  return [
    `${headline(report)} ${inert(reportTitle(report))}: ${tallyWords(report)}; ${seenWords(report.seen).join(', ')}`,
    ...factsTable(facts),
    ...unseenSteps(report).flatMap(({ words, steps }) => [
      '',
      `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${inert(steps.join('; '))}`,
    ]),
    ...checklists.flatMap(checklistPart),
    '',
  ].join('\n');
};

type Fact = readonly [name: string, value: string | null];

/** What every run has. */
export function runFacts({ run, tool }: Pick<Report, 'run' | 'tool'>, ways: readonly ResumeWay[]): readonly Fact[] {
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  return [
    ['Endpoint', run.sandbox ? `SANDBOX, not AWS (${run.endpoint})` : run.endpoint],
    ['Run', [run.id, utcMinute(run.startedAt), roughly(tookMs), endWords({ run })].filter(Boolean).join(', ')],
    ['Sessions', run.sittings.map(sittingWords).join('\n')],
    ['Accepted changes', run.acceptedChanges?.join(', ') ?? null],
    ['To continue', ways.map(({ command, does }) => `${command} (${does})`).join('\n')],
    ['Tool', `${tool.name} ${tool.version}`],
  ];
}

export function factsTable(facts: readonly Fact[]): readonly string[] {
  return [
    '',
    '| | |',
    '|---|---|',
    ...facts.flatMap(([name, value]) =>
      value === null || value === '' ? [] : [`| ${name} | ${awsPage.test(value) ? value : inert(value)} |`],
    ),
  ];
}

/** `**✗ FAIL SANDBOX**` */
export function headline({ verdict, run }: Pick<Report, 'verdict' | 'run'>): string {
  const { symbol, word } = verdictMarks[verdict];
  return `**${symbol} ${word}${run.sandbox ? ' SANDBOX' : ''}**`;
}

function checklistPart(checklist: ChecklistReport): readonly string[] {
  const { title, verdict, buyer, steps } = checklist;
  return [
    '',
    `## ${verdictMarks[verdict].symbol} ${verdictMarks[verdict].word}: ${inert(title)}`,
    '',
    `${tallyWords(checklist)}${buyer === null ? '' : `; buyer ${inert(buyer)}`}`,
    ...stepsTable(steps),
  ];
}

export function stepsTable(steps: readonly StepReport[]): readonly string[] {
  return [
    '',
    '| | Step | Status | Confirmed by | When | Result |',
    '|---:|---|---|---|---|---|',
    ...steps.map((step, index) => stepRow(step, index + 1)),
  ];
}

function stepRow(step: StepReport, number: number): string {
  const { startedAt, durationMs } = step;
  const { symbol, word } = markOf(step);
  const cells = [
    String(number),
    `${inert(step.title)}${step.required ? '' : ' (advisory)'}`,
    `${symbol} ${word}`,
    confirmedBy(step),
    startedAt === null ? '' : utcMinute(endedAt({ startedAt, durationMs })),
    [...resultLines(step), ...remarks(step)].map(inert).join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Notes, evidence and earlier attempts of a step, unescaped. */
export function remarks({ note, evidence = [], attempts = [] }: StepReport): readonly string[] {
  return [
    ...(note === null ? [] : [`Note: ${note}`]),
    ...evidence.map((each) => `Evidence: ${evidenceWords(each)}`),
    ...attempts.flatMap((attempt) => {
      const { stale, status, operator } = attempt;
      const why = [attempt.reason, attempt.note].filter(Boolean).join(' ');
      const who = operator === null ? '' : `, ${operator}`;
      return stale
        ? [`Earlier: ${marks[status].word}, ${utcMinute(endedAt(attempt))}${who}${why === '' ? '' : `: ${why}`}`]
        : [];
    }),
  ];
}

export const confirmedByWords = {
  operator: 'a person',
  check: 'the program',
  both: 'a person and the program',
  answers: 'a person',
  rehearsal: 'rehearsal',
} as const satisfies Record<By, string>;

function confirmedBy({ by, operator, attempts, carriedOver, checkedAgainAt }: StepReport): string {
  const word = by === null ? '' : confirmedByWords[by];
  const name = operator === null ? '' : ` (${inert(operator)}${by === 'answers' ? ', answers file' : ''})`;
  return `${word}${name}${attempts && by !== null ? `, attempt ${attempts.length}` : ''}${carriedOver ? ', carried over' : ''}${checkedAgainAt ? `, checked again ${utcMinute(checkedAgainAt)}` : ''}`;
}

/** Why, expected and actual, and what was found, unescaped. */
export function resultLines({ reason, expected, actual, output }: StepReport): readonly string[] {
  const differences = Object.keys(expected ?? {}).map(
    (name) => `${name}: expected ${expected?.[name] ?? '-'}, actual ${actual?.[name] ?? '-'}`,
  );
  return [...(reason === null ? [] : [reason]), ...differences, ...(output ? outputLines(output) : [])];
}

function outputLines(output: Output): readonly string[] {
  const text = outputText(output);
  if ('lines' in text) return text.inHead ? [] : text.lines;
  return text.rows.map((row) => row.join(', '));
}

/**
 * Returns foreign text that has no effect in Markdown: no markup, no HTML, no new cell. GitHub also turns plain text
 * into links, and even escaped text into mentions; an empty comment prevents that.
 */
export function inert(text: string): string {
  const lines = text.split('\n').map((line) =>
    safe(line)
      .replace(/[\\`*_{}[\]<>()#+!|~&$]/g, (mark) => `\\${mark}`)
      .replace(/:(?=\/\/)|(?<=\bwww)\./gi, (mark) => `\\${mark}`)
      .replaceAll('@', '@<!-- -->'),
  );
  return lines.join('<br>');
}
