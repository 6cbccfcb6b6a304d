import type { Entry } from '../checklist/model.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { standing } from '../checklist/standing.ts';
import { CouldNotTell } from '../errors.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import type { Session } from './session.ts';

/** The sandbox of a process ends with it: what was bought and changed there is bought and changed again in the new one. */
export async function repeatPractice(
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  { practise }: Session,
  terminal: Terminal,
): Promise<void> {
  if (practise === null) return;
  const say = (body: string) => terminal.write(block(terminal.look(), { lead: '! ', leadStyle: 'warn', body }));
  for (const { checklist, buyer } of planned) {
    const { current } = standing(checklist, entries);
    for (const { id, title, sandbox } of checklist.steps) {
      if ((sandbox !== 'purchase' && sandbox !== 'change') || buyer === null || current.get(id)?.status !== 'pass')
        continue;
      try {
        await practise(sandbox, buyer);
        say(`The sandbox is a new one; done again in it for ${buyer}: ${title}`);
      } catch (error) {
        if (!(error instanceof CouldNotTell)) throw error;
        say(`The sandbox is a new one, and in it could not be done again for ${buyer}: ${title} (${error.message})`);
      }
    }
  }
}
