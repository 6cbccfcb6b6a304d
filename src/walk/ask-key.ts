import type { KeyQuestion } from '../ports/terminal.ts';
import type { Leave, Place, WalkContext } from './context.ts';
import { takeNote } from './take-note.ts';

/**
 * One key at a step. Beside the keys of its own a question takes a note, goes back to an earlier answer, and ends the walk;
 * a note is taken here, and the question goes on.
 */
export async function askKey<Key extends string>(
  own: Readonly<Partial<Record<Key | 'n', string>>>,
  step: string,
  place: Place,
  context: WalkContext,
  status?: KeyQuestion<string>['status'],
): Promise<Exclude<Key, 'n'> | Leave> {
  const back = place.before === null ? {} : { b: 'back' };
  const keys: Readonly<Partial<Record<string, string>>> = { ...own, n: 'note', ...back, q: 'quit' };
  for (;;) {
    const key = await context.terminal.key({ keys, step, ...(status ? { status } : {}) });
    if (key === 'q') return 'quit';
    if (key === 'b') return 'back';
    if (key !== 'n') return key as Exclude<Key, 'n'>;
    await takeNote(step, place.planned.checklist.id, context);
  }
}
