import type { By } from '../checklist/model.ts';
import { utcMinute } from '../checklist/reasons.ts';
import {
  type AttemptReport,
  type ChecklistReport,
  endedAt,
  type Report,
  type StepReport,
} from '../checklist/report-document.ts';
import { block } from '../text/block.ts';
import { lead, markOf, marks, type Styles } from '../text/styles.ts';
import { endWords, pageOf, type Reporter, reportTitle, sittingWords, unseenSteps } from './report-words.ts';
import { summary } from './summary.ts';

/** A plain-text report to pass on: what was run, one line per step, the summary. */
export const textReport: Reporter = (report, { styles }) => {
  const { checklists, run } = report;
  const unseen = unseenSteps(report);
  return [
    heading(report, styles),
    checklistsText(checklists, run.startedAt, styles),
    ...(unseen.length > 0 ? ['\n', ...unseen.map((each) => unseenLines(each, styles))] : []),
    summary(report, styles),
  ].join('');
};

/** One line per step, with its notes and earlier attempts. */
export function checklistsText(checklists: readonly ChecklistReport[], runStart: string, styles: Styles): string {
  const several = checklists.length > 1;
  const used = checklists.flatMap(({ steps }) => steps.map((step) => markOf(step).word.length));
  const width = Math.max(...used);
  return checklists
    .flatMap(({ title, steps }) => [
      '\n',
      several ? block(styles, { body: title, style: 'bold' }) : '',
      ...steps.flatMap((step, index) => {
        const { symbol, word, style } = markOf(step);
        const head = lead({ symbol, word: word.padEnd(width) }, index + 1, steps.length);
        const title = block(styles, {
          lead: head,
          leadStyle: style,
          body: `${step.title}${step.required ? '' : ' (advisory)'}`,
          right: confirmedBy(step, runStart),
        });
        const notes = step.note?.split('\n') ?? [];
        const remarks = [
          ...notes.map((note) => `note: ${note}`),
          ...earlierAttempts(step).map((attempt) => earlierWords(attempt, runStart)),
        ];
        return [title, ...remarks.map((body) => block(styles, { lead: ' '.repeat(head.length), body }))];
      }),
    ])
    .join('');
}

/** Returns the attempts that no longer count and differ from the result, oldest first. */
function earlierAttempts({ attempts = [], ...step }: StepReport): readonly AttemptReport[] {
  return attempts.filter(
    ({ stale, status, code, reason, by, operator, note }) =>
      stale &&
      (status !== step.status ||
        code !== step.code ||
        reason !== step.reason ||
        by !== step.by ||
        operator !== step.operator ||
        (note ? !step.note?.includes(note) : false)),
  );
}

/** One line for each step, so that a title cannot pass for a line of the report. */
function unseenLines({ words, steps }: ReturnType<typeof unseenSteps>[number], styles: Styles): string {
  return [
    block(styles, { lead: '  ', body: `${words}:` }),
    ...steps.map((body) => block(styles, { lead: '    ', body })),
  ].join('');
}

/** `earlier: FAIL, kim 09:07: The form rejects the address.` */
function earlierWords(attempt: AttemptReport, runStart: string): string {
  const why = [attempt.reason, attempt.note].filter(Boolean).join(' ');
  const who = confirmedBy(attempt, runStart);
  return `earlier: ${[marks[attempt.status].word, who].filter(Boolean).join(', ')}${why === '' ? '' : `: ${why}`}`;
}

function heading(report: Report, styles: Styles): string {
  const { target, checklists } = report;
  const { product } = target;
  return headingText(reportTitle(report), report, styles, [
    ['product', product ? [product.title, product.id, product.visibility].filter(Boolean).join('  ') : 'unknown'],
    ['page', pageOf(report)],
    ['seller', target.accountId ?? 'unknown'],
    ['endpoint', report.run.endpoint],
    ['buyer', buyers(checklists)],
  ]);
}

/** Shows what a report is of. `facts` stand before those that every run has. */
export function headingText(
  title: string,
  { run, tool }: Pick<Report, 'run' | 'tool'>,
  styles: Styles,
  facts: readonly (readonly [string, string | null])[],
): string {
  const where = run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? 'AWS (not a sandbox)' : 'not AWS';
  const rows: typeof facts = [
    ...facts,
    ['run', `${run.id}, ${tool.name} ${tool.version}`],
    ...run.sittings.map((sitting, index) => [index === 0 ? 'started' : 'resumed', sittingWords(sitting)] as const),
    ['changed', run.acceptedChanges?.join(', ') ?? null],
    [
      'ended',
      run.walkingNow ? endWords({ run }) : [utcMinute(run.endedAt), endWords({ run })].filter(Boolean).join(', '),
    ],
  ];
  return [
    block(styles, { body: title, style: 'bold', right: where, rightStyle: run.sandbox ? 'warn' : 'dim' }),
    ...rows.flatMap(([label, body]) =>
      body === null || body === '' ? [] : [block(styles, { lead: `  ${label.padEnd(8)}  `, leadStyle: 'dim', body })],
    ),
  ].join('');
}

function buyers(checklists: readonly ChecklistReport[]): string {
  return checklists
    .flatMap(({ id, buyer }) => (buyer === null ? [] : [checklists.length > 1 ? `${id} ${buyer}` : buyer]))
    .join(', ');
}

const confirmedByWords = {
  operator: 'a person',
  check: 'program',
  both: 'a person',
  answers: 'a person',
  rehearsal: 'rehearsal',
} as const satisfies Record<By, string>;

/** Who or what confirmed a step, and when (UTC). Includes the day if it is not the day the run started. */
function confirmedBy(
  { by, operator, startedAt, durationMs }: Pick<StepReport, 'by' | 'operator' | 'startedAt' | 'durationMs'>,
  runStart: string,
): string {
  if (by === null || startedAt === null) return '';
  const beside = by === 'both' ? ', program' : by === 'answers' ? ', answers file' : '';
  const [day, time] = endedAt({ startedAt, durationMs }).slice(0, 16).split('T');
  return `${operator ?? confirmedByWords[by]}${beside} ${runStart.startsWith(`${day}T`) ? '' : `${day} `}${time}`;
}
