import { parseBuyer, wrongBuyer } from '../checklist/buyer.ts';
import type { Look } from '../steps/check-kind.ts';
import { block } from '../text/block.ts';
import { askKey } from './ask-key.ts';
import type { Leave, Place, WalkContext } from './context.ts';

/** A purchase is to be confirmed, and the buyer has a contract already: what is that contract? */
export async function askAboutContract(
  found: Look,
  step: string,
  place: Place,
  context: WalkContext,
): Promise<Look | 'anew' | Leave> {
  const { output } = found;
  const { planned } = place;
  const { terminal, host } = context;
  terminal.write(block(terminal.look(), { lead: '! ', leadStyle: 'warn', body: found.reason ?? '' }));
  const keys = {
    c: 'confirm this contract',
    a: 'another one is bought beside it',
    o: 'other buyer',
    f: 'fail',
  };
  for (;;) {
    const key = await askKey(keys, step, place, context);
    if (key === 'quit' || key === 'back') return key;
    if (key === 'f' || output?.kind !== 'entitlements') return found;
    const held = `The buyer ${planned.buyer} already has a contract`;
    if (key === 'c') {
      const reason = `${held}; the operator says that it is the purchase to confirm, made before this run.`;
      // Nothing counts as known, so what is there is found as new.
      return {
        status: 'pass',
        reason,
        output: { ...output, entitlements: [], agreements: output.agreements ? [] : null },
      };
    }
    if (key === 'a') {
      const reason = `${held}; the operator buys another one beside it (concurrent agreements).`;
      return { status: 'pass', reason, output };
    }
    const buyer = await terminal.line({ message: 'Test buyer (AWS account id, 12 digits):', check: wrongBuyer });
    if (buyer === null) continue;
    const was = planned.buyer;
    planned.buyer = parseBuyer(buyer);
    await context.record({
      type: 'buyer',
      checklist: planned.checklist.id,
      buyer: planned.buyer,
      was,
      at: host.clock.now().toISOString(),
    });
    return 'anew';
  }
}
