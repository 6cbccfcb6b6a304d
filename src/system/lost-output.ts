import { CouldNotTell, type CouldNotTellCode, type Outcome } from '../errors.ts';

const code = 'cannot-write-output' satisfies CouldNotTellCode;

/** For what could not be written on stdout. `why` as in `the disk is full (ENOSPC)`; `run` is what was walked meanwhile. */
export function lostOutput(why: string, run: string | null): CouldNotTell {
  const next =
    run === null
      ? 'Make room there or choose another place, then run the command again.'
      : `Run ${run} is saved: mp-verify report ${run} --format json`;
  return new CouldNotTell(code, `the output could not be written: ${why}. ${next}`);
}

export function isLostOutput(error: unknown): boolean {
  return error instanceof CouldNotTell && error.code === code;
}

/** A verdict that nobody can read is none. What ended the command in another way is still so. */
export function withoutOutput(outcome: Outcome): Outcome {
  return ['pass', 'fail', 'incomplete'].includes(outcome) ? 'error' : outcome;
}
