import { endedAt } from '../checklist/ended-at.ts';
import type { By } from '../checklist/model.ts';
import type { ChecklistReport, Report, StepReport } from '../checklist/report-document.ts';
import { utcMinute } from '../checklist/utc-minute.ts';
import { block } from '../text/block.ts';
import type { Look } from '../text/look.ts';
import { lead, markOf } from '../text/marks.ts';
import type { Reporter } from './reporter.ts';
import { summary } from './summary.ts';
import { endWords, pageOf, sittingWords, subject } from './verdict-words.ts';

/** To be handed on as plain text: what was walked, a line a step, the summary. */
export const text: Reporter = (report, look) => {
  const { checklists, run } = report;
  const several = checklists.length > 1;
  const used = checklists.flatMap(({ steps }) => steps.map((step) => markOf(step).word.length));
  const width = Math.max(...used);
  return [
    heading(report, look),
    ...checklists.flatMap(({ title, steps }) => [
      '\n',
      several ? block(look, { body: title, style: 'bold' }) : '',
      ...steps.flatMap((step, index) => {
        const { symbol, word, style } = markOf(step);
        const head = lead({ symbol, word: word.padEnd(width) }, index + 1, steps.length);
        const title = block(look, {
          lead: head,
          leadStyle: style,
          body: `${step.title}${step.required ? '' : ' (advisory)'}`,
          right: whose(step, run.startedAt),
        });
        const notes = step.note?.split('\n') ?? [];
        const margin = ' '.repeat(Math.min(head.length, 14));
        return [title, ...notes.map((note) => block(look, { lead: margin, body: `note: ${note}` }))];
      }),
    ]),
    summary(report, look),
  ].join('');
};

function heading(report: Report, look: Look): string {
  const { run, target, checklists, tool } = report;
  const { product } = target;
  const where = run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? 'AWS (not a sandbox)' : 'not AWS';
  const changed = run.acceptedChanges ? `resumed with another ${run.acceptedChanges.join(', ')}` : null;
  const rows: readonly (readonly [string, string | null])[] = [
    ['product', product ? [product.title, product.id, product.visibility].filter(Boolean).join('  ') : 'not known'],
    ['page', pageOf(report)],
    ['seller', target.accountId ?? 'not known'],
    ['endpoint', run.endpoint],
    ['buyer', buyers(checklists)],
    ['run', `${run.id}, ${tool.name} ${tool.version}`],
    ...run.sittings.map((sitting, index) => [index === 0 ? 'began' : 'resumed', sittingWords(sitting)] as const),
    ['changed', changed],
    [
      'ended',
      run.walkingNow ? endWords(report) : [utcMinute(run.endedAt), endWords(report)].filter(Boolean).join(', '),
    ],
  ];
  return [
    block(look, { body: subject(report), style: 'bold', right: where, rightStyle: run.sandbox ? 'warn' : 'dim' }),
    ...rows.flatMap(([label, body]) =>
      body === null || body === '' ? [] : [block(look, { lead: `  ${label.padEnd(8)}  `, leadStyle: 'dim', body })],
    ),
  ].join('');
}

function buyers(checklists: readonly ChecklistReport[]): string {
  return checklists
    .flatMap(({ id, buyer }) => (buyer === null ? [] : [checklists.length > 1 ? `${id} ${buyer}` : buyer]))
    .join(', ');
}

const words = {
  operator: 'a person',
  check: 'program',
  both: 'a person',
  answers: 'a person',
  rehearsal: 'rehearsal',
} as const satisfies Record<By, string>;

/** On whose word, and at what time of day, UTC; with the day where the run began on another. */
function whose({ by, operator, startedAt, durationMs }: StepReport, began: string): string {
  if (by === null || startedAt === null) return '';
  const beside = by === 'both' ? ', program' : by === 'answers' ? ', answers file' : '';
  const [day, time] = endedAt({ startedAt, durationMs }).slice(0, 16).split('T');
  return `${operator ?? words[by]}${beside} ${began.startsWith(`${day}T`) ? '' : `${day} `}${time}`;
}
