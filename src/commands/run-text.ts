import { join } from 'node:path';
import { extensionOf } from '../checklist/media-type.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { type ChecklistReport, endedAt, type Report, type StepReport } from '../checklist/report-document.ts';
import type { SavedRun } from '../ports/runs.ts';
import { evidenceWords, sittingWords } from '../reporters/report-words.ts';
import { block } from '../text/block.ts';
import { safe } from '../text/safe.ts';
import { outputInSandbox } from '../text/sandbox-address.ts';
import { comparison, findings } from '../text/step-lines.ts';
import { lead, markOf, marks, type Style, type Styles } from '../text/styles.ts';

/** A run as it was walked, without its summary. */
export function runText(look: Styles, report: Report, { record, entries, location: folder }: SavedRun): string {
  const { run, target } = report;
  const where = run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? 'AWS (not a sandbox)' : 'not AWS';
  const row = (label: string, body: string, right = '') =>
    block(look, { lead: `  ${label.padEnd(8)} `, leadStyle: 'dim', body, right });
  const product = target.product;
  const began = entries.filter((entry) => entry.type === 'began');
  return [
    block(look, { body: record.id, style: 'bold', right: where, rightStyle: run.sandbox ? 'warn' : 'dim' }),
    row('product', product ? [product.title, product.id, product.visibility].filter(Boolean).join('  ') : 'not known'),
    row('seller', target.accountId ?? 'not known'),
    run.endpoint === null ? '' : row('endpoint', run.endpoint),
    ...run.sittings.map((sitting, index) => {
      const { version, accepted = [] } = began[index] ?? {};
      const changed = accepted.length === 0 ? '' : `, with another ${accepted.join(', ')}`;
      return row(index === 0 ? 'begun' : 'resumed', `${sittingWords(sitting)}, mp-verify ${version}${changed}`);
    }),
    path(look, '  folder   ', folder),
    ...report.checklists.map((checklist) => checklistText(look, checklist, folder, run.sandbox ? run.endpoint : null)),
  ].join('');
}

function checklistText(
  look: Styles,
  { title, buyer, steps }: ChecklistReport,
  folder: string,
  sandbox: string | null,
): string {
  const right = buyer === null ? '' : `buyer ${buyer}`;
  const head = block(look, { body: title, style: 'bold', right });
  return `\n${head}${steps.map((step, index) => stepText(look, inSandbox(step, sandbox), index + 1, steps.length, folder)).join('')}`;
}

function inSandbox(step: StepReport, sandbox: string | null): StepReport {
  return step.output ? { ...step, output: outputInSandbox(step.output, sandbox) } : step;
}

function stepText(look: Styles, step: StepReport, number: number, of: number, folder: string): string {
  const { status, reason, expected, actual, output, note, evidence = [], attempts = [] } = step;
  const mark = markOf(step);
  const head = lead(mark, number, of);
  const indent = Math.min(head.length, 14);
  const margin = ' '.repeat(indent);
  const more = (body: string, style: Style = 'plain') => block(look, { lead: margin, body, style });
  const failed = status === 'fail' || status === 'error';
  const title = `${step.title}${step.required ? '' : ' (advisory)'}`;
  const who = whose(step);
  return [
    block(look, { lead: head, leadStyle: mark.style, body: title }),
    who === '' ? '' : more(who, 'dim'),
    reason === null ? '' : more(reason),
    failed && expected && actual ? comparison(look, expected, actual, indent) : '',
    output && !failed ? findings(look, output, indent) : '',
    ...(note === null ? [] : note.split('\n').map((line) => more(`note: ${line}`))),
    ...evidence.map(
      (each) =>
        more(`file: ${evidenceWords(each)}`) +
        path(look, margin, join(folder, 'evidence', `${each.sha256}.${extensionOf[each.mediaType]}`)),
    ),
    ...attempts.map((each) => (each.stale ? more(earlier(each), 'dim') : '')),
  ].join('');
}

type AttemptReport = NonNullable<StepReport['attempts']>[number];

function earlier(attempt: AttemptReport): string {
  const said = [attempt.reason, attempt.note].filter(Boolean).join(' ');
  return `before: ${marks[attempt.status].word} (${whose(attempt)}; no longer counts)${said === '' ? '' : `: ${said}`}`;
}

const words = {
  operator: '',
  check: 'the program',
  both: 'with the program',
  answers: 'answers file',
  rehearsal: 'rehearsal',
} as const;

/** Who has said so, and when; the time is that of the result, not of the sitting. */
function whose({ by, operator, startedAt, durationMs, ...step }: StepReport | AttemptReport): string {
  if (by === null || startedAt === null) return '';
  const ended = endedAt({ startedAt, durationMs });
  const carried = 'carriedOver' in step ? 'carried over' : '';
  const again =
    'checkedAgainAt' in step && step.checkedAgainAt ? `checked again ${utcMinute(step.checkedAgainAt)}` : '';
  return [operator ?? '', words[by], utcMinute(ended), carried, again].filter(Boolean).join(', ');
}

/** To be copied: it stays on one line, however long. */
function path(look: Styles, before: string, file: string): string {
  return `${look.paint.dim(before)}${safe(file)}\n`;
}
