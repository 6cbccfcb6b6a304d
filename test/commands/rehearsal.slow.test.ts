import { expect, test } from 'vitest';
import { documentOf, openMachine } from './machine.ts';

test('twenty rehearsals in a row pass, none of them by luck', async () => {
  for (let nth = 0; nth < 20; nth++) {
    const ended = await (await openMachine()).run('run use-cases --sandbox --rehearse --json --max-wait 10s');
    expect([ended.outcome, documentOf(ended).tally.fail]).toEqual(['pass', 0]);
  }
});
