import { type Confirmation, confirmedVerdict, defaultMaxAge } from '../checklist/confirmations.ts';
import { age, parseDuration } from '../checklist/duration.ts';
import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { resumeCommand } from '../checklist/report.ts';
import { defineCheck } from './check-kind.ts';

/** The values of the last three: each use case, and where it stands (`pass`, `fail`, `missing`, `too-old`). */
const reasons = {
  'not-on-aws': () => 'Only runs on AWS confirm a use case: those in a sandbox or on another endpoint do not count.',
  'use-cases-passed': ({ words }: { readonly words: string }) => words,
  'use-cases-missing': ({ words }: { readonly words: string }) => words,
  'use-cases-failed': ({ words }: { readonly words: string }) => words,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

const codes = { pass: 'use-cases-passed', incomplete: 'use-cases-missing', fail: 'use-cases-failed' } as const;

/** The three use cases have passed for this product on AWS, by the runs that are kept. */
export const useCases = defineCheck({
  summary: 'the three use cases have passed for this product, and not too long ago',
  fields: { 'max-age': age.optional().describe('How old a result may be, as in 12h or 30d. Default: 30d.') },
  needsBuyer: false,
  waits: false,
  reasons,
  async look({ 'max-age': given }, { target, marketplace, confirmations }) {
    const { caller } = await target();
    if (caller.sandbox !== null || marketplace.endpoint !== null)
      return {
        status: 'not-applicable',
        ...because('not-on-aws'),
      };
    const maxAge = (given === undefined ? null : parseDuration(given)) ?? defaultMaxAge;
    const { useCases: known, damaged } = await confirmations(maxAge);
    const verdict = confirmedVerdict(known);
    // What can't be read may be a newer failure.
    if (verdict !== 'fail' && damaged) throw damaged;
    const states = Object.fromEntries(known.map(({ checklist, state }) => [checklist, state]));
    const said = { ...because(codes[verdict], { words: known.map(words).join(' ') }), values: states };
    if (verdict === 'pass') return { status: 'pass', ...said };
    if (verdict === 'incomplete') return { status: 'skip', acknowledge: true, ...said };
    return {
      status: 'fail',
      ...said,
      expected: Object.fromEntries(known.map(({ checklist }) => [checklist, 'passed'])),
      actual: Object.fromEntries(known.map(({ checklist, state }) => [checklist, stateWords[state]])),
    };
  },
});

const stateWords = {
  pass: 'passed',
  fail: 'failed',
  missing: 'not passed yet',
  'too-old': 'passed too long ago',
} as const satisfies Record<Confirmation['state'], string>;

function words({ checklist, state, run, confirmedAt, operator, seen, unfinished }: Confirmation): string {
  const open = unfinished === null ? '' : `, or go on: ${resumeCommand(unfinished)}`;
  if (state === 'missing') return `${checklist} has not passed yet: mp-verify run ${checklist}${open}.`;
  const when = `on ${confirmedAt?.slice(0, 10)}`;
  const who = [run, operator].filter(Boolean).join(', ');
  if (state === 'fail') return `${checklist} failed ${when} (${who}): ${resumeCommand(unfinished ?? run ?? '')}.`;
  if (state === 'too-old')
    return `${checklist} passed too long ago, ${when} (${who}): mp-verify run ${checklist}${open}.`;
  const { byProgram, byPerson, disagreed } = seen;
  return `${checklist} passed ${when} (${who}; by the program ${byProgram}, on a person's word ${byPerson}, disagreed ${disagreed}).`;
}
