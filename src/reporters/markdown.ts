import { endedAt } from '../checklist/ended-at.ts';
import type { By } from '../checklist/model.ts';
import type { ChecklistReport, StepReport } from '../checklist/report-document.ts';
import { utcMinute } from '../checklist/utc-minute.ts';
import { agreementWords, offerWords, saasWords } from '../text/finding-words.ts';
import { entitlementCells } from '../text/findings.ts';
import { markOf, marks, verdictMarks } from '../text/marks.ts';
import { safe } from '../text/safe.ts';
import { roughly } from '../text/times.ts';
import { evidenceWords } from './evidence-words.ts';
import type { Reporter } from './reporter.ts';
import { endWords, pageOf, seenWords, sittingWords, subject, tallyWords } from './verdict-words.ts';
import { waysOn } from './ways-on.ts';

/** The one link: an address of AWS with nothing in it that Markdown could read otherwise. */
const awsPage = /^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+$/i;

/** For a ticket, or a boss: the verdict with what it rests on, then every step. */
export const markdown: Reporter = (report) => {
  const { run, target, checklists } = report;
  const { symbol, word } = verdictMarks[report.verdict];
  const sandbox = run.sandbox ? ' SANDBOX' : '';
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const facts: readonly (readonly [string, string | null])[] = [
    [
      'Product',
      target.product && [target.product.title, target.product.id, target.product.visibility].filter(Boolean).join(', '),
    ],
    ['Product page', pageOf(report)],
    ['Seller account', target.accountId],
    ['Endpoint', run.sandbox ? `SANDBOX, not AWS (${run.endpoint})` : run.endpoint],
    ['Run', [run.id, utcMinute(run.startedAt), roughly(tookMs), endWords(report)].filter(Boolean).join(', ')],
    ['Sittings', run.sittings.map(sittingWords).join('\n')],
    ['Accepted changes', run.acceptedChanges?.join(', ') ?? null],
    [
      'To go on',
      waysOn(report)
        .map(({ command, does }) => `${command} (${does})`)
        .join('\n') || null,
    ],
    ['Tool', `${report.tool.name} ${report.tool.version}`],
  ];
  return [
    `**${symbol} ${word}${sandbox}** ${inert(subject(report))}: ${tallyWords(report)}; ${seenWords(report.seen).join(', ')}`,
    '',
    '| | |',
    '|---|---|',
    ...facts.flatMap(([name, value]) =>
      value === null || value === '' ? [] : [`| ${name} | ${awsPage.test(value) ? value : inert(value)} |`],
    ),
    ...checklists.flatMap(checklistPart),
    '',
  ].join('\n');
};

function checklistPart(checklist: ChecklistReport): readonly string[] {
  const { title, verdict, buyer, steps } = checklist;
  return [
    '',
    `## ${verdictMarks[verdict].symbol} ${verdictMarks[verdict].word}: ${inert(title)}`,
    '',
    `${tallyWords(checklist)}${buyer === null ? '' : `; buyer ${inert(buyer)}`}`,
    '',
    '| | Step | Status | On whose word | When | What was found |',
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
    whose(step),
    startedAt === null ? '' : utcMinute(endedAt({ startedAt, durationMs })),
    [...found(step), ...besides(step)].map(inert).join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Notes, files, and what was said before. */
function besides({ note, evidence = [], attempts = [] }: StepReport): readonly string[] {
  return [
    ...(note === null ? [] : [`Note: ${note}`]),
    ...evidence.map((each) => `File: ${evidenceWords(each)}`),
    ...attempts.flatMap((attempt) => {
      const { stale, status, operator } = attempt;
      const said = [attempt.reason, attempt.note].filter(Boolean).join(' ');
      const who = operator === null ? '' : `, ${operator}`;
      return stale
        ? [`Before: ${marks[status].word}, ${utcMinute(endedAt(attempt))}${who}${said === '' ? '' : `: ${said}`}`]
        : [];
    }),
  ];
}

const words = {
  operator: 'a person',
  check: 'the program',
  both: 'a person and the program',
  answers: 'a person',
  rehearsal: 'rehearsal',
} as const satisfies Record<By, string>;

function whose({ by, operator, attempts, carriedOver, checkedAgainAt }: StepReport): string {
  const word = by === null ? '' : words[by];
  const name = operator === null ? '' : ` (${inert(operator)}${by === 'answers' ? ', answers file' : ''})`;
  return `${word}${name}${attempts && by !== null ? `, attempt ${attempts.length}` : ''}${carriedOver ? ', carried over' : ''}${checkedAgainAt ? `, checked again ${utcMinute(checkedAgainAt)}` : ''}`;
}

function found({ reason, expected, actual, output }: StepReport): readonly string[] {
  const differences = Object.keys(expected ?? {}).map(
    (name) => `${name}: expected ${expected?.[name] ?? '-'}, actual ${actual?.[name] ?? '-'}`,
  );
  return [...(reason === null ? [] : [reason]), ...differences, ...(output ? outputWords(output) : [])];
}

function outputWords(output: NonNullable<StepReport['output']>): readonly string[] {
  switch (output.kind) {
    case 'product':
      return [];
    case 'entitlements':
      return output.entitlements.map((row) => entitlementCells(row).join(', '));
    case 'agreements':
      return output.agreements.map(agreementWords);
    case 'offer':
      return offerWords(output.offer);
    case 'saas-contract':
      return (output.contracts ?? [output.contract]).map(saasWords);
  }
}

/**
 * Foreign text as plain words in Markdown: no markup, no HTML, no new cell. Readers like GitHub make links of plain text
 * too, and mentions even of escaped text: an empty comment keeps them from it.
 */
function inert(text: string): string {
  const lines = text.split('\n').map((line) =>
    safe(line)
      .replace(/[\\`*_{}[\]<>()#+!|~&$]/g, (mark) => `\\${mark}`)
      .replace(/:(?=\/\/)|(?<=\bwww)\./gi, (mark) => `\\${mark}`)
      .replaceAll('@', '@<!-- -->'),
  );
  return lines.join('<br>');
}
