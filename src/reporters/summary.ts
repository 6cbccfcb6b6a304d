import type { Report } from '../checklist/report-document.ts';
import { utcMinute } from '../checklist/utc-minute.ts';
import { block } from '../text/block.ts';
import type { Look } from '../text/look.ts';
import { marks, verdictMarks } from '../text/marks.ts';
import { roughly } from '../text/times.ts';
import { evidenceWords } from './evidence-words.ts';
import type { Reporter } from './reporter.ts';
import { endWords, openSteps, seenWords, subject, tallyWords } from './verdict-words.ts';
import { waysOn } from './ways-on.ts';

/** What ends a walk on the screen. */
export const summary: Reporter = (report, look) => {
  const { run, checklists } = report;
  const mark = verdictMarks[report.verdict];
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const places = [
    run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? '' : `${run.endpoint}, not AWS`,
    endWords(report),
    run.resumedAt ? `begun ${utcMinute(run.startedAt)}, resumed ${run.resumedAt.map(utcMinute).join(', ')}` : '',
    callers(report),
    run.acceptedChanges ? `resumed with another ${run.acceptedChanges.join(', ')}` : '',
  ];
  const perChecklist =
    checklists.length === 1
      ? []
      : checklists.map((checklist) => {
          const { symbol, word, style } = verdictMarks[checklist.verdict];
          return block(look, {
            lead: `  ${symbol} ${word}  `,
            leadStyle: style,
            body: checklist.title,
            right: tallyWords(checklist),
          });
        });
  // What was not reached says nothing that the step which stopped the walk does not say; nor does the same twice.
  const open = openSteps(report).filter(({ checklist, step }) => {
    if (step.status !== 'pending') return true;
    const first = checklist.steps.find(
      ({ status, reason, required }) => status === 'pending' && reason === step.reason && required === step.required,
    );
    return first === step && step.code !== 'stopped-before';
  });
  return [
    '\n',
    block(look, {
      lead: `${mark.word}  `,
      leadStyle: mark.style,
      body: subject(report),
      style: 'bold',
      right: `${tallyWords(report)}    ${roughly(tookMs)}`,
    }),
    ...places.filter(Boolean).map((place) => block(look, { lead: '  ', body: place, style: 'warn' })),
    ...perChecklist,
    ...open.map(({ checklist, step, number }) => {
      const { symbol, style } = marks[step.status];
      const where = checklists.length === 1 ? '' : `${checklist.id} `;
      const advisory = step.required ? '' : ' (advisory)';
      return block(look, {
        lead: `  ${symbol} `,
        leadStyle: style,
        body: `${where}${number} ${step.id}${advisory}: ${step.reason ?? step.title}`,
      });
    }),
    ...checklists.flatMap((checklist) =>
      checklist.steps.flatMap(({ id, evidence = [] }, index) =>
        evidence.map((each) => block(look, { lead: '  + ', body: `${index + 1} ${id}: ${evidenceWords(each)}` })),
      ),
    ),
    ...next(report, look),
    block(look, { lead: '  ', body: seenWords(report.seen).join('   ') }),
    ...goingOn(report, look),
  ].join('');
};

/** The use cases as a seller goes through them, and what comes after them. */
const order = ['new-signup', 'existing-user', 'contract-change', 'before-public'];

/** What comes after a use case that has passed. */
function next({ verdict, run, checklists }: Report, look: Look): readonly string[] {
  const last = Math.max(...checklists.map(({ id }) => order.indexOf(id)));
  const following = order[last + 1];
  if (verdict !== 'pass' || last < 0 || following === undefined) return [];
  const command = `mp-verify run ${following}${run.sandbox ? ' --sandbox' : ''}`;
  const beside = `  next: ${command}`.length <= look.columns;
  return [`${look.paint.dim(beside ? '  next: ' : '  next:\n  ')}${look.paint.accent(command)}\n`];
}

/** What AWS says of who asked, whatever name the operator gave. */
function callers({ run: { sittings, sandbox } }: Report): string {
  const arns = [...new Set(sittings.flatMap(({ arn }) => arn ?? []))];
  return arns.length === 0 || sandbox ? '' : `AWS was asked as ${arns.join(', ')}`;
}

/** The commands are to be copied: each stays on one line, however long. */
function goingOn(report: Report, look: Look): readonly string[] {
  const ways = waysOn(report);
  if (ways.length === 0) return [];
  const head =
    report.verdict !== 'fail'
      ? 'saved; to go on:'
      : ways.length > 1
        ? 'saved; mend it, then (same purchase, no new test buyer is used up):'
        : 'saved; mend it, then:';
  const width = Math.max(...ways.map(({ command }) => command.length));
  return [
    block(look, { lead: '  ', body: head }),
    ...ways.map(({ command, does }) => {
      const beside = `    ${command.padEnd(width)}  ${does}`;
      return beside.length <= look.columns
        ? `${look.paint.accent(`    ${command}`)}${look.paint.dim(beside.slice(4 + command.length))}\n`
        : `${look.paint.accent(`    ${command}`)}\n${block(look, { lead: '      ', body: does, style: 'dim' })}`;
    }),
  ];
}
