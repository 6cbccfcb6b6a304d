import { UserError } from '../errors.ts';
import type { Session } from './session.ts';

/** Throws where `--rehearse` was said and what is asked is no sandbox: nobody buys by program on AWS. */
export function refuseRehearsal(rehearse: boolean, { marketplace, known }: Session): void {
  if (!rehearse || ((known.caller?.sandbox ?? null) !== null && marketplace.endpoint !== null)) return;
  throw new UserError(
    'not-a-sandbox',
    '--rehearse is for the sandbox: on AWS people buy, sign up and look for themselves.',
    'Add --sandbox, or leave --rehearse out.',
  );
}
