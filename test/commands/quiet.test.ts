import { describe, expect, test } from 'vitest';
import { documentOf, openMachine } from './machine.ts';

describe('run --quiet', () => {
  test('prints the summary, and nothing of the walk', async () => {
    const machine = await openMachine();
    const loud = await machine.run('run new-signup --sandbox --rehearse');
    const quiet = await machine.run('run new-signup --sandbox --rehearse --quiet');
    expect(loud.stderr).toContain('pass');
    expect([quiet.code, quiet.stderr]).toEqual([0, '']);
    expect(quiet.stdout).toMatch(/^\nPASS {2}New sign-up after purchase/);
  });

  test('with --json prints the document alone', async () => {
    const machine = await openMachine();
    const ended = await machine.run('run new-signup --sandbox --quiet --json');
    expect([ended.code, ended.stderr]).toEqual([3, '']);
    expect(documentOf(ended).verdict).toBe('incomplete');
  });

  test('never asks, even on a terminal, where the summary is printed too', async () => {
    const machine = await openMachine();
    machine.isTerminal = true;
    const ended = await machine.run('run new-signup --sandbox --quiet', []);
    expect([ended.code, ended.stderr, ended.questions]).toEqual([3, '', []]);
    expect(ended.stdout).toMatch(/^\nINCOMPLETE {2}New sign-up after purchase/);
  });

  test('and so does resume', async () => {
    const machine = await openMachine();
    await machine.run('run contract-change --sandbox --quiet');
    const ended = await machine.run('resume --quiet --rehearse');
    expect(ended.stdout).toMatch(/^\nPASS {2}Contract changed/);
    // A warning stays: the sandbox of the run is gone.
    expect(ended.stderr).not.toMatch(/✓|pass/);
  });

  test('still warns of a wrong clock', async () => {
    const machine = await openMachine({ now: () => Date.parse('2026-11-23T08:00:00.000Z') });
    const ended = await machine.run('run contract-change --buyer 666677778888 --quiet');
    expect(ended.stderr).toMatch(/^! This machine's clock is 1 h 0 min ahead of AWS's\./);
  });

  test('keeps errors on stderr', async () => {
    const machine = await openMachine();
    const wrong = await machine.run('run nonsense --quiet');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('nonsense');
  });
});
