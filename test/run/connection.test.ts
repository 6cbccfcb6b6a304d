import { expect, test } from 'vitest';
import { openMachine } from '../commands/machine.ts';
import type { Move } from '../support/script-terminal.ts';

const buyer = '444455556666';

/** What the terminal shows while AWS is asked for the first time in each command. */
async function shownFirst(commands: readonly (readonly [string, readonly Move[] | null])[]) {
  const shown: (string | null)[] = [];
  const machine = await openMachine({
    fault: () => {
      shown.push(machine.showing());
      return null;
    },
  });
  const first: (string | null | undefined)[] = [];
  for (const [line, moves] of commands) {
    shown.length = 0;
    await machine.run(line, moves);
    expect(machine.showing(), 'after the command').toBeNull();
    first.push(shown[0]);
  }
  return first;
}

test('shows on a terminal that AWS is being asked', async () => {
  const shown = await shownFirst([
    ['run new-signup', ['q']],
    [`run new-signup --buyer ${buyer}`, ['n', 'q']],
    ['resume new-signup-1', ['q']],
    ['run existing-user', ['q']],
  ]);
  for (const text of shown) expect(text).toBe('… Checking your AWS credentials\n');
});

test('writes nothing to a log', async () => {
  expect(await shownFirst([[`run new-signup --buyer ${buyer}`, null]])).toEqual([null]);
});
