import type { Look } from '../steps/check-kind.ts';
import { block } from '../text/block.ts';
import { askAboutContract } from './ask-about-contract.ts';
import type { Place, WalkContext } from './context.ts';
import type { Looked } from './poll.ts';

/** What a look found may need the operator: fresh credentials, more time, another buyer, a nod. */
export async function askAboutLook(
  found: Looked & { readonly late: boolean },
  waitText: () => string,
  place: Place,
  context: WalkContext,
): Promise<Look | 'again' | 'quit'> {
  const { terminal, marketplace } = context;
  const say = (body: string) => terminal.write(block(terminal.look(), { lead: '! ', leadStyle: 'warn', body }));

  if (found.code === 'expired-credentials') {
    say(found.reason ?? '');
    if ((await terminal.key({ keys: { r: 'renewed, go on', q: 'quit' } })) === 'q') return 'quit';
    await marketplace.renew();
    return 'again';
  }
  if (found.contractInTheWay) return askAboutContract(found, place, context);
  if (found.acknowledge) {
    say(found.reason ?? '');
    return (await terminal.key({ keys: { g: 'go on, I know', q: 'quit' } })) === 'q' ? 'quit' : found;
  }
  if (!found.late) return found;
  terminal.write(waitText());
  const keys = { w: 'wait longer', f: found.status === 'error' ? 'give up' : 'fail', q: 'quit' };
  const key = await terminal.key({ keys });
  if (key === 'w') return 'again';
  return key === 'q' ? 'quit' : found;
}
