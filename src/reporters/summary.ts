import { utcMinute } from '../checklist/reasons.ts';
import type { Report } from '../checklist/report-document.ts';
import { block } from '../text/block.ts';
import { isWarning, markOf, type Styles, verdictMarks } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import {
  endWords,
  evidenceWords,
  followingCommand,
  type ResumeWay,
  reportTitle,
  type StepToRead,
  seenWords,
  stepsToRead,
  tallyWords,
  waysToResume,
} from './report-words.ts';

/** What the screen shows when a walk ends. */
export function summary(report: Report, styles: Styles): string {
  const { run, checklists } = report;
  const perChecklist =
    checklists.length === 1
      ? []
      : checklists.map((checklist) => {
          const { symbol, word, style } = verdictMarks[checklist.verdict];
          return block(styles, {
            lead: `  ${symbol} ${word}  `,
            leadStyle: style,
            body: checklist.title,
            right: tallyWords(checklist),
          });
        });
  return [
    '\n',
    headline(report, reportTitle(report), tallyWords(report), styles),
    circumstances(
      report,
      run.sittings.map(({ arn }) => arn),
      styles,
    ),
    ...perChecklist,
    ...stepsToRead(report).map((each) => stepLine(each, styles)),
    ...checklists.flatMap((checklist) =>
      checklist.steps.flatMap(({ id, evidence = [] }, index) =>
        evidence.map((each) => block(styles, { lead: '  + ', body: `${index + 1} ${id}: ${evidenceWords(each)}` })),
      ),
    ),
    ...nextCommandLine(report, styles),
    block(styles, { lead: '  ', body: seenWords(report.seen).join('   ') }),
    resumeLines(report, styles),
  ].join('');
}

/** Returns the command to run after a use case has passed. */
function nextCommandLine(report: Report, styles: Styles): readonly string[] {
  const following = followingCommand(report);
  if (following === null) return [];
  const { command, isOnAws } = following;
  const label = isOnAws ? 'next, on AWS:' : 'next:';
  const fits = `  ${label} ${command}`.length <= styles.columns;
  return [`${styles.paint.dim(fits ? `  ${label} ` : `  ${label}\n  `)}${styles.paint.accent(command)}\n`];
}

/** Shows the verdict of a run, its title, counts, and how long it took. */
export function headline(
  { verdict, run }: Pick<Report, 'verdict' | 'run'>,
  title: string,
  counts: string,
  styles: Styles,
): string {
  const mark = verdictMarks[verdict];
  const took = roughly(Date.parse(run.endedAt) - Date.parse(run.startedAt));
  const right = `${counts}    ${took}`;
  return block(styles, { lead: `${mark.word}  `, leadStyle: mark.style, body: title, style: 'bold', right });
}

/** Shows where, when and how a run was made, if that is worth a warning, and the callers that AWS names. */
export function circumstances({ run }: Pick<Report, 'run'>, arns: readonly (string | null)[], styles: Styles): string {
  const callers = [...new Set(arns.flatMap((arn) => arn ?? []))];
  return [
    run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? '' : `${run.endpoint}, not AWS`,
    endWords({ run }),
    run.resumedAt ? `started ${utcMinute(run.startedAt)}, resumed ${run.resumedAt.map(utcMinute).join(', ')}` : '',
    // Whatever names the operators gave.
    callers.length === 0 || run.sandbox ? '' : `signed in to AWS as ${callers.join(', ')}`,
    run.acceptedChanges ? `accepted changes: ${run.acceptedChanges.join(', ')}` : '',
  ]
    .filter(Boolean)
    .map((body) => block(styles, { lead: '  ', body, style: 'warn' }))
    .join('');
}

/** `✗ 10 inspect: quantity: expected 10, the SaaS shows 1` */
export function stepLine({ checklist, step, number, several }: StepToRead, styles: Styles, margin = '  '): string {
  const { symbol, style } = markOf(step);
  const where = several ? `${checklist.id} ` : '';
  const remark = `${step.required ? '' : ' (advisory)'}${isWarning(step) ? ' (warning)' : ''}`;
  return block(styles, {
    lead: `${margin}${symbol} `,
    leadStyle: style,
    body: `${where}${number} ${step.id}${remark}: ${step.reason ?? step.title}`,
  });
}

function resumeLines(report: Report, styles: Styles): string {
  const ways = waysToResume(report);
  const head =
    report.verdict !== 'fail'
      ? 'Saved. To continue:'
      : ways.length > 1
        ? 'Fix it, then resume (same purchase, no new test account needed):'
        : 'Fix it, then resume:';
  return commandLines(head, ways, styles);
}

/** Each command stays on one line, however long, so that it can be copied. */
export function commandLines(head: string, ways: readonly ResumeWay[], styles: Styles): string {
  if (ways.length === 0) return '';
  const width = Math.max(...ways.map(({ command }) => command.length));
  return [
    block(styles, { lead: '  ', body: head }),
    ...ways.map(({ command, does }) => {
      const beside = `    ${command.padEnd(width)}  ${does}`;
      return beside.length <= styles.columns
        ? `${styles.paint.accent(`    ${command}`)}${styles.paint.dim(beside.slice(4 + command.length))}\n`
        : `${styles.paint.accent(`    ${command}`)}\n${block(styles, { lead: '      ', body: does, style: 'dim' })}`;
    }),
  ].join('');
}
