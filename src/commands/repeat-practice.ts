import { currentResults } from '../checklist/current-results.ts';
import type { Entry } from '../checklist/entries.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import type { Session } from './session.ts';

/** A sandbox forgets everything when it stops: what people did there, as far as it counts, is done again in the new one. */
export async function repeatPractice(
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  { rehearsal }: Session,
  terminal: Terminal,
): Promise<void> {
  const rehearse = rehearsal();
  if (rehearse === null) return;
  const say = (body: string) => terminal.write(block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body }));
  for (const { checklist, buyer } of planned) {
    const { current } = currentResults(checklist, entries);
    for (const { id, title, sandbox } of checklist.steps) {
      if (sandbox === null || sandbox === 'product-page' || sandbox === 'inspect') continue;
      if (buyer === null || current.get(id)?.status !== 'pass') continue;
      const { passed, words } = await rehearse(sandbox, buyer);
      const done = passed ? 'done again in it' : 'in it could not be done again';
      say(`The sandbox is a new one; ${done} for ${buyer}: ${title}${passed ? '' : ` (${words})`}`);
    }
  }
}
