import type { Claimed, Step } from '../checklist/model.ts';
import { standing } from '../checklist/standing.ts';
import { claimReason } from '../checklist/walk-reasons.ts';
import { block } from '../text/block.ts';
import type { Place, WalkContext } from './context.ts';

/**
 * What was said of a step in an earlier sitting, while the program had still to look; null where it is to be asked. In the
 * sitting in which it was said it is asked again: whoever comes back to a step wants to.
 */
export function keptClaim(step: Step, { planned }: Place, { entries }: WalkContext): Claimed | null {
  const claim = standing(planned.checklist, entries).claims.get(step.id);
  const sitting = entries.findLastIndex(({ type }) => type === 'began');
  return claim && entries.indexOf(claim) < sitting ? claim : null;
}

/** Says that nobody is asked again. */
export function keptClaimLines(claim: Claimed, step: Step, { number, planned }: Place, context: WalkContext): string {
  const look = context.terminal.styles();
  const lead = `… ${number}/${planned.checklist.steps.length}  `;
  return (
    `\n${block(look, { lead, leadStyle: 'accent', body: step.title, style: 'bold' })}` +
    block(look, { lead: '  before  ', leadStyle: 'dim', body: `${claimReason(claim).reason} Checking again now.` })
  );
}
