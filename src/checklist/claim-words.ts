import type { Claimed } from './model.ts';
import { utcMinute } from './utc-minute.ts';

/** What was said of a step that the program has not looked at to the end, as a sentence. */
export function claimWords({ status, reason, by, operator, at }: Claimed): string {
  const who = by === 'rehearsal' ? 'The rehearsal' : (operator ?? 'The operator');
  const why = reason === null ? '' : `: ${reason.replace(/[.。]$/, '')}`;
  return `${who} said ${status} at ${utcMinute(at)}${why}. What the program sees was not known yet.`;
}
