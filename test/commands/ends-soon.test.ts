import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import type { LocalSandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { start } from '../sandbox/support.ts';
import { commandsIn } from '../support/runner-commands.ts';
import { documentOf, openMachine } from './machine.ts';

const day = 86_400_000;
const line = 'run regression --buyer 666677778888 --no-input';

/** A sandbox whose test account has a contract that ends so many days after the start. */
async function machineWithContract(days: number, options: LocalSandboxOptions = {}, autoRenew = false) {
  const world = defaultWorld(start);
  const endsAt = start + days * day;
  return openMachine({
    world: {
      ...world,
      agreements: world.agreements.map((each) => ({ ...each, endsAt, autoRenew })),
      entitlements: world.entitlements.map((each) => ({ ...each, endsAt })),
    },
    ...options,
  });
}

describe('regression', () => {
  test.each([
    [29, 'ends-soon', ''],
    [31, 'entitlement-active', ''],
    [31, 'ends-soon', '--expires-within 40d'],
    [29, 'entitlement-active', '--expires-within 7d'],
    [1, 'entitlement-active', '--expires-within 0d'],
  ])('passes with a contract that ends in %i days: %s %s', async (days, code, flag) => {
    const machine = await machineWithContract(days);
    const ended = await machine.run(`${line} --json ${flag}`);
    expect(ended.code).toBe(0);
    const document = documentOf(ended);
    expect(document.verdict).toBe('pass');
    expect(document.checklists[0]?.steps.find(({ id }) => id === 'contract')).toMatchObject({ status: 'pass', code });
  });

  test("goes by AWS's clock", async () => {
    // AWS is two days ahead of this machine.
    const machine = await machineWithContract(31, { now: () => start + 2 * day });
    const document = documentOf(await machine.run(`${line} --json`));
    expect(document.checklists[0]?.steps.find(({ id }) => id === 'contract')).toMatchObject({ code: 'ends-soon' });
  });

  test('shows the warning in the walk, in the summary and in a job of GitHub Actions', async () => {
    const machine = await machineWithContract(29);
    machine.env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(machine.folder, 'summary.md') };
    const { stdout, stderr, code } = await machine.run(line);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^! pass, warning {2}5\/6 {2}AWS grants the contract/m);
    expect(stdout).toMatch(/^PASS .*6 pass \(1 with a warning\)/m);
    expect(stdout).toMatch(/^ {2}! 5 contract \(warning\): The buyer 666677778888/m);
    expect(stdout.replace(/\s+/g, ' ')).toContain('which ends 2026-12-22 09:00 UTC.');
    expect(commandsIn(stderr)).toMatchObject([{ name: 'warning', message: expect.stringContaining('2026-12-22') }]);
    expect(await readFile(join(machine.folder, 'summary.md'), 'utf8')).toMatch(/\| ! pass, warning \|.*2026-12-22/);
  });

  test('does not warn of a contract that renews automatically', async () => {
    const machine = await machineWithContract(29, {}, true);
    const document = documentOf(await machine.run(`${line} --json`));
    expect(document.verdict).toBe('pass');
    expect(document.checklists[0]?.steps.find(({ id }) => id === 'contract')).toMatchObject({
      code: 'entitlement-active',
    });
  });

  test('a time that is none is refused before AWS is asked', async () => {
    const machine = await machineWithContract(29);
    const { code, stderr } = await machine.run(`${line} --expires-within soon`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--expires-within "soon" is not a duration')]);
  });
});
