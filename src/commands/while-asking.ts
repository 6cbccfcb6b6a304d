import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';

/** Says so on a terminal while AWS is asked before the walk: one that is silent leaves the screen blank for a minute and more. */
export async function whileAsking<Answer>(terminal: Terminal, question: () => Promise<Answer>): Promise<Answer> {
  if (!terminal.interactive) return question();
  const body = 'Asking AWS who you are';
  const progress = terminal.progress(() => block(terminal.styles(), { lead: '… ', leadStyle: 'accent', body }));
  try {
    return await question();
  } finally {
    progress.stop();
  }
}
