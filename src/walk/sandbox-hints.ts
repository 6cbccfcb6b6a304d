import type { Attempt, Step } from '../checklist/model.ts';
import { block } from '../text/block.ts';
import { lead, marks } from '../text/styles.ts';
import type { Place, WalkContext } from './context.ts';
import { sandboxOf } from './values.ts';

/**
 * Why a person's part has failed, as far as a sandbox can tell by the calls that the SaaS made: lines below the result, none
 * where there is no sandbox or nothing to tell.
 */
export async function sandboxHints(
  { sandbox }: Pick<Step, 'sandbox'>,
  { status }: Attempt,
  { number, planned: { checklist, buyer } }: Place,
  context: WalkContext,
): Promise<string> {
  if (status !== 'fail' && status !== 'error') return '';
  const { web, terminal, host } = context;
  const endpoint = sandboxOf(context);
  if (endpoint === null || sandbox === null || buyer === null) return '';
  const url = `${endpoint}/sandbox/hints?${new URLSearchParams({ action: sandbox, buyer })}`;
  const answer = await web.request({ method: 'GET', url, allowLoopback: true }, host.signal);
  const hints = answer.status === 200 ? readHints(answer.body) : [];
  const indent = Math.min(lead(marks[status], number, checklist.steps.length).length, 14);
  const look = terminal.look();
  return hints.map((body) => block(look, { lead: `${' '.repeat(indent)}sandbox: `, leadStyle: 'dim', body })).join('');
}

/** An older sandbox has none. */
function readHints(body: string): readonly string[] {
  try {
    const { hints } = Object(JSON.parse(body)) as { readonly hints?: unknown };
    return Array.isArray(hints) ? hints.filter((hint) => typeof hint === 'string').slice(0, 5) : [];
  } catch {
    return [];
  }
}
