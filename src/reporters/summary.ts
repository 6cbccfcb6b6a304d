import { utcMinute } from '../checklist/reasons.ts';
import type { Report } from '../checklist/report-document.ts';
import { block } from '../text/block.ts';
import { isWarning, markOf, type Styles, verdictMarks } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import {
  endWords,
  evidenceWords,
  followingCommand,
  reportTitle,
  seenWords,
  stepsToRead,
  tallyWords,
  waysToResume,
} from './report-words.ts';

/** What the screen shows when a walk ends. */
export function summary(report: Report, styles: Styles): string {
  const { run, checklists } = report;
  const mark = verdictMarks[report.verdict];
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const places = [
    run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? '' : `${run.endpoint}, not AWS`,
    endWords(report),
    run.resumedAt ? `started ${utcMinute(run.startedAt)}, resumed ${run.resumedAt.map(utcMinute).join(', ')}` : '',
    callers(report),
    run.acceptedChanges ? `accepted changes: ${run.acceptedChanges.join(', ')}` : '',
  ];
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
  // Steps not reached, and repeated reasons, add nothing to the step that stopped the walk.
  const repeated = new Set<string>();
  const open = stepsToRead(report).filter(({ checklist, step: { status, reason, required, code } }) => {
    if (status !== 'pending') return true;
    const key = JSON.stringify([checklist.id, reason, required]);
    const isFirst = !repeated.has(key);
    repeated.add(key);
    return isFirst && code !== 'stopped-before';
  });
  return [
    '\n',
    block(styles, {
      lead: `${mark.word}  `,
      leadStyle: mark.style,
      body: reportTitle(report),
      style: 'bold',
      right: `${tallyWords(report)}    ${roughly(tookMs)}`,
    }),
    ...places.filter(Boolean).map((place) => block(styles, { lead: '  ', body: place, style: 'warn' })),
    ...perChecklist,
    ...open.map(({ checklist, step, number }) => {
      const { symbol, style } = markOf(step);
      const where = checklists.length === 1 ? '' : `${checklist.id} `;
      const remark = `${step.required ? '' : ' (advisory)'}${isWarning(step) ? ' (warning)' : ''}`;
      return block(styles, {
        lead: `  ${symbol} `,
        leadStyle: style,
        body: `${where}${number} ${step.id}${remark}: ${step.reason ?? step.title}`,
      });
    }),
    ...checklists.flatMap((checklist) =>
      checklist.steps.flatMap(({ id, evidence = [] }, index) =>
        evidence.map((each) => block(styles, { lead: '  + ', body: `${index + 1} ${id}: ${evidenceWords(each)}` })),
      ),
    ),
    ...nextCommandLine(report, styles),
    block(styles, { lead: '  ', body: seenWords(report.seen).join('   ') }),
    ...resumeLines(report, styles),
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

/** Returns the callers' ARNs from AWS, whatever names the operators gave. */
function callers({ run: { sittings, sandbox } }: Report): string {
  const arns = [...new Set(sittings.flatMap(({ arn }) => arn ?? []))];
  return arns.length === 0 || sandbox ? '' : `signed in to AWS as ${arns.join(', ')}`;
}

/** Each command stays on one line, however long, so that it can be copied. */
function resumeLines(report: Report, styles: Styles): readonly string[] {
  const ways = waysToResume(report);
  if (ways.length === 0) return [];
  const head =
    report.verdict !== 'fail'
      ? 'Saved. To continue:'
      : ways.length > 1
        ? 'Fix it, then resume (same purchase, no new test account needed):'
        : 'Fix it, then resume:';
  const width = Math.max(...ways.map(({ command }) => command.length));
  return [
    block(styles, { lead: '  ', body: head }),
    ...ways.map(({ command, does }) => {
      const beside = `    ${command.padEnd(width)}  ${does}`;
      return beside.length <= styles.columns
        ? `${styles.paint.accent(`    ${command}`)}${styles.paint.dim(beside.slice(4 + command.length))}\n`
        : `${styles.paint.accent(`    ${command}`)}\n${block(styles, { lead: '      ', body: does, style: 'dim' })}`;
    }),
  ];
}
