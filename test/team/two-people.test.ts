import { expect, test } from 'vitest';
import { documentOf } from '../commands/machine.ts';
import { at, passes } from '../support/script-terminal.ts';
import { team } from './people.ts';

const buyer = '444455556666';
const start = `run new-signup --buyer ${buyer}`;

/** Mina begins, buys, and quits. */
async function begun() {
  const people = await team();
  const { mina, ben } = people;
  await mina.run(start, [...passes('page'), at('purchase').press('q')]);
  await mina.buy(buyer);
  mina.clock.onNap = () => undefined;
  await mina.run('resume', [...passes('purchase', 'sign-up-page'), at('sign-up').press('q')]);
  return people;
}

test('one begins, the other finishes: every report tells who did what', async () => {
  const { mina, ben } = await begun();
  const resumed = await ben.run('resume --json', [...passes('sign-up', 'sign-in', 'inspect'), 'q']);
  expect(resumed.stderr).toContain('carried over');
  expect(resumed.outcome).toBe('pass');
  for (const machine of [mina, ben]) {
    const report = documentOf(await machine.run('report --json'));
    expect(report.run.id).toBe('new-signup-1');
    const by = Object.fromEntries(report.checklists[0]?.steps.map(({ id, operator }) => [id, operator]) ?? []);
    expect(by).toMatchObject({ purchase: 'Mina', 'sign-up': 'Ben', inspect: 'Ben' });
    expect(report.run.sittings.map(({ operator }) => operator)).toEqual(['Mina', 'Mina', 'Ben']);
  }
  expect((await mina.run('runs show new-signup')).stdout).toContain('s3://acme-verify/prod/runs/new-signup-1');
  expect((await ben.run('runs --store local')).stdout).toContain('There are no saved runs yet.');
});
