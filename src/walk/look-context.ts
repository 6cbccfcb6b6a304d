import { usesUp } from '../checklist/buyers.ts';
import type { Output, Step } from '../checklist/model.ts';
import { standing } from '../checklist/standing.ts';
import type { LookContext } from '../checks/check-kind.ts';
import type { Place, WalkContext } from './context.ts';

/** The world as a check may see it from this place of the walk. */
export function lookContext(place: Place, context: WalkContext): LookContext {
  const { planned } = place;
  const { marketplace, buyerMarketplace, web, settings, target, page, confirmations, host } = context;
  const baseline = outputOf('baseline', place, context);
  const granted = outputOf('findsGrants', place, context);
  return {
    marketplace,
    buyerMarketplace,
    web,
    settings,
    target,
    page,
    confirmations,
    signal: host.signal,
    now: host.clock.now,
    buyer: planned.buyer,
    beforePurchase: usesUp(planned.checklist),
    baseline: baseline ? { entitlements: baseline.entitlements, agreements: baseline.agreements ?? null } : null,
    granted: granted?.entitlements ?? null,
  };
}

/** What the newest step whose check has this fact found, as long as it holds entitlements. */
function outputOf(fact: 'baseline' | 'findsGrants', { planned: { checklist } }: Place, { entries }: WalkContext) {
  const { current } = standing(checklist, entries);
  const found = (step: Step): Output | undefined => (step.check?.[fact] ? current.get(step.id)?.output : undefined);
  return checklist.steps
    .map(found)
    .filter((output) => output?.kind === 'entitlements')
    .at(-1);
}
