import { notReached } from '../checklist/report.ts';
import { block } from '../text/block.ts';
import { marks, verdictMarks } from '../text/marks.ts';
import { roughly } from '../text/times.ts';
import type { Reporter } from './reporter.ts';
import { openSteps, seenWords, subject, tallyWords } from './verdict-words.ts';

/** The summary that ends a walk. */
export const text: Reporter = (report, look) => {
  const { run, checklists } = report;
  const mark = verdictMarks[report.verdict];
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const places = [
    run.sandbox ? 'SANDBOX, not AWS' : run.endpoint === null ? '' : `${run.endpoint}, not AWS`,
    run.interrupted ? 'stopped before its end' : '',
  ];
  const perChecklist =
    checklists.length === 1
      ? []
      : checklists.map(({ verdict, title, tally }) => {
          const { symbol, word, style } = verdictMarks[verdict];
          return block(look, {
            lead: `  ${symbol} ${word}  `,
            leadStyle: style,
            body: title,
            right: tallyWords(tally),
          });
        });
  // What was not reached says nothing that the step which stopped the walk does not say; nor does the same twice.
  const open = openSteps(report).filter(({ checklist, step }) => {
    if (step.status !== 'pending') return true;
    const first = checklist.steps.find(
      ({ status, reason, required }) => status === 'pending' && reason === step.reason && required === step.required,
    );
    return first === step && !step.reason?.startsWith(notReached);
  });
  return [
    '\n',
    block(look, {
      lead: `${mark.word}  `,
      leadStyle: mark.style,
      body: subject(report),
      style: 'bold',
      right: `${tallyWords(report.tally)}    ${roughly(tookMs)}`,
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
    block(look, { lead: '  ', body: seenWords(report.seen).join('   ') }),
  ].join('');
};
