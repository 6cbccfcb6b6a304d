import { type Confirmation, confirmedVerdict, defaultMaxAge } from '../checklist/confirmations.ts';
import { age, parseDuration } from '../checklist/fields.ts';
import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { defineCheck } from './check-kind.ts';

/** The results of the use cases, as lists of the same length. Also holds the state of each use case by its id. */
interface UseCaseStates {
  readonly useCases: readonly string[];
  readonly states: readonly Confirmation['state'][];
  /** Run ids. This and the next two are null for a missing use case. */
  readonly runs: readonly (string | null)[];
  /** RFC 3339 UTC. */
  readonly confirmedAt: readonly (string | null)[];
  readonly operators: readonly (string | null)[];
  /** The number of steps seen by the program, on a person's word, and disagreed. */
  readonly byProgram: readonly number[];
  readonly byPerson: readonly number[];
  readonly disagreed: readonly number[];
  /** Ids of newer runs without a result. */
  readonly unfinished: readonly (string | null)[];
}

const reasons = {
  'not-on-aws': () => 'Only runs on AWS confirm a use case; runs in a sandbox or on another endpoint do not count.',
  'use-cases-passed': sentences,
  'use-cases-missing': sentences,
  'use-cases-failed': sentences,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

const codes = { pass: 'use-cases-passed', incomplete: 'use-cases-missing', fail: 'use-cases-failed' } as const;

/** Checks in the saved runs that the three use cases have passed for this product on AWS. */
export const useCases = defineCheck({
  summary: 'the three use cases have passed for this product, and not too long ago',
  fields: { 'max-age': age.optional().describe('Maximum age of a result, such as 12h or 30d. Default: 30d.') },
  needsBuyer: false,
  waits: false,
  reasons,
  async observe({ 'max-age': given }, { target, marketplace, confirmations }) {
    const { caller } = await target();
    if (caller.sandbox !== null || marketplace.endpoint !== null)
      return { status: 'not-applicable', ...because('not-on-aws') };
    const maxAge = (given === undefined ? null : parseDuration(given)) ?? defaultMaxAge;
    const { useCases: known, damaged } = await confirmations(maxAge);
    const verdict = confirmedVerdict(known);
    // The unreadable run may be a newer failure.
    if (verdict !== 'fail' && damaged) throw damaged;
    const states = Object.fromEntries(known.map(({ checklist, state }) => [checklist, state]));
    const reason = because(codes[verdict], useCaseStates(known));
    const reported = { ...reason, values: { ...states, ...reason.values } };
    if (verdict === 'pass') return { status: 'pass', ...reported };
    if (verdict === 'incomplete') return { status: 'skip', acknowledge: true, ...reported };
    return {
      status: 'fail',
      ...reported,
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

function useCaseStates(known: readonly Confirmation[]): UseCaseStates {
  return {
    useCases: known.map(({ checklist }) => checklist),
    states: known.map(({ state }) => state),
    runs: known.map(({ run }) => run),
    confirmedAt: known.map(({ confirmedAt }) => confirmedAt),
    operators: known.map(({ operator }) => operator),
    byProgram: known.map(({ seen }) => seen.byProgram),
    byPerson: known.map(({ seen }) => seen.byPerson),
    disagreed: known.map(({ seen }) => seen.disagreed),
    unfinished: known.map(({ unfinished }) => unfinished),
  };
}

function sentences(stand: UseCaseStates): string {
  return stand.useCases.map((checklist, nth) => sentence(checklist, stand, nth)).join(' ');
}

function sentence(checklist: string, stand: UseCaseStates, nth: number): string {
  const [state, run, unfinished] = [stand.states[nth], stand.runs[nth], stand.unfinished[nth] ?? null];
  const open = unfinished === null ? '' : `, or resume: ${resumeCommand(unfinished)}`;
  if (state === 'missing') return `${checklist} has not passed yet: ${printedCommand(`run ${checklist}`)}${open}.`;
  const when = `on ${stand.confirmedAt[nth]?.slice(0, 10)}`;
  const who = [run, stand.operators[nth]].filter(Boolean).join(', ');
  if (state === 'fail') return `${checklist} failed ${when} (${who}): ${resumeCommand(unfinished ?? run ?? '')}.`;
  if (state === 'too-old')
    return `${checklist} passed too long ago, ${when} (${who}): ${printedCommand(`run ${checklist}`)}${open}.`;
  const seen = `by the program ${stand.byProgram[nth]}, on a person's word ${stand.byPerson[nth]}, disagreed ${stand.disagreed[nth]}`;
  return `${checklist} passed ${when} (${who}; ${seen}).`;
}
