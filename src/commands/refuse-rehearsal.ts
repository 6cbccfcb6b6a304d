import { UserError } from '../errors.ts';
import type { Session } from './session.ts';

/** Throws where `--rehearse` was said and what is asked is no sandbox: nobody buys by program on AWS. */
export function refuseRehearsal(rehearse: boolean, { marketplace, known, sandboxSaas }: Session): void {
  if (!rehearse) return;
  const inSandbox = (known.caller?.sandbox ?? null) !== null && marketplace.endpoint !== null;
  if (inSandbox && sandboxSaas() !== null) return;
  if (inSandbox)
    throw new UserError(
      'no-sample-saas',
      '--rehearse knows the pages of the sample SaaS, and the buyers of this sandbox are sent to another one.',
      'Leave --rehearse out, and do the parts of people in your SaaS yourself.',
    );
  throw new UserError(
    'not-a-sandbox',
    '--rehearse is for the sandbox: on AWS people buy, sign up and look for themselves.',
    'Add --sandbox, or leave --rehearse out.',
  );
}
