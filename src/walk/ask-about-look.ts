import type { Look } from '../checks/check-kind.ts';
import { block } from '../text/block.ts';
import { askAboutContract } from './ask-about-contract.ts';
import { askKey } from './ask-key.ts';
import type { Leave, Place, WalkContext } from './context.ts';

/** What a look found may need the operator: fresh credentials, more time, another buyer, a nod. */
export async function askAboutLook(
  found: Look & { readonly late: boolean },
  waitText: () => string,
  step: string,
  place: Place,
  context: WalkContext,
): Promise<Look | 'again' | 'anew' | Leave> {
  const { terminal, marketplace } = context;
  const say = (body: string) => terminal.write(block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body }));

  if (found.code === 'expired-credentials') {
    say(found.reason ?? '');
    const key = await askKey({ r: 'renewed, go on' }, step, place, context);
    if (key !== 'r') return key;
    await marketplace.refreshCredentials();
    return 'again';
  }
  if (found.contractInTheWay) return askAboutContract(found, step, place, context);
  if (found.acknowledge) {
    say(found.reason ?? '');
    const key = await askKey({ g: 'go on, I know' }, step, place, context);
    return key === 'g' ? found : key;
  }
  if (!found.late) return found;
  terminal.write(waitText());
  const keys = { w: 'wait longer', f: found.status === 'error' ? 'give up' : 'fail' };
  const key = await askKey(keys, step, place, context);
  if (key === 'w') return 'again';
  return key === 'f' ? found : key;
}
