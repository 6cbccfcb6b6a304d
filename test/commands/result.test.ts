import { expect, test } from 'vitest';
import { openMachine } from './machine.ts';

const walk = 'run contract-change --sandbox --rehearse --max-wait 10s';
const summaries = (text: string) => text.match(/^PASS {2}Contract changed on AWS Marketplace/gm)?.length ?? 0;

test('a walk without anybody there ends with its summary on stdout, once', async () => {
  const machine = await openMachine();
  const { outcome, stdout, stderr } = await machine.run(walk);
  expect(outcome).toBe('pass');
  expect(stdout).toMatch(/^\nPASS {2}Contract changed on AWS Marketplace/);
  expect([summaries(stdout), summaries(stderr)]).toEqual([1, 0]);
});

test.each([
  [false, 1],
  [true, 0],
])('what an operator saw is on stdout too, unless that is the same terminal: %s', async (isTerminal, times) => {
  const machine = await openMachine();
  machine.isTerminal = isTerminal;
  const { stdout, stderr } = await machine.run('run contract-change --sandbox', ['q']);
  const lines = (text: string) => text.match(/^INCOMPLETE /gm)?.length ?? 0;
  expect([lines(stdout), lines(stderr)]).toEqual([times, 1]);
});
