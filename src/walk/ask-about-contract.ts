import { parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Look } from '../checks/check-kind.ts';
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
    if (key === 'c') {
      // Nothing counts as known, so what is there is found as new.
      return {
        status: 'pass',
        ...because('earlier-contract', { buyer: planned.buyer ?? '' }),
        output: { ...output, entitlements: [], agreements: output.agreements ? [] : null },
      };
    }
    if (key === 'a') {
      return { status: 'pass', ...because('contract-beside', { buyer: planned.buyer ?? '' }), output };
    }
    const buyer = await terminal.line({ message: 'Test buyer (AWS account id, 12 digits):', check: wrongBuyer });
    if (buyer === null) continue;
    await context.record({
      type: 'buyer',
      checklist: planned.checklist.id,
      buyer: parseBuyer(buyer),
      was: planned.buyer,
      at: host.clock.now().toISOString(),
    });
    return 'anew';
  }
}
