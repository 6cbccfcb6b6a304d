import { describe, expect, test } from 'vitest';
import { comparisonDocument } from '../../src/checklist/compare-reports.ts';
import { UserError } from '../../src/errors.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { tooWide } from '../support/too-wide.ts';
import { openMachine } from './look-back-machine.ts';
import { openMachine as openWholeMachine } from './machine.ts';

const [early, late] = ['2026-11-10T09:00:00.000Z', '2026-11-20T09:00:00.000Z'];

async function withTwo(ends: 'pass' | 'fail' = 'fail') {
  const machine = await openMachine();
  await machine.keep({ at: early });
  await machine.keep({ at: late, ends });
  return machine;
}

describe('runs compare', () => {
  test('says what is worse, and that is a failure', async () => {
    const { run } = await withTwo();
    const { outcome, stdout, stderr } = await run(['runs', 'compare', 'new-signup-1', 'new-signup-2']);
    expect([outcome, stderr]).toEqual(['fail', '']);
    expect(stdout).toMatchInlineSnapshot(`
      "A  ✓ new-signup-1  PASS                                     2026-11-10 09:00 UTC
      B  ✗ new-signup-2  FAIL                                     2026-11-20 09:00 UTC

      Newly failing
        ✗ inspect  Inspect the contract in the SaaS
            pass → FAIL  (worse)
            It is not so.
            code: - → made-up

      ✗ WORSE: 1 step. 1 newly failing, 12 unchanged.
      "
    `);
  });

  test('the other way round, it says what was fixed', async () => {
    const { run } = await withTwo();
    const { outcome, stdout } = await run(['runs', 'compare', 'new-signup-2', 'new-signup-1']);
    expect(outcome).toBe('pass');
    expect(stdout).toMatch(/\nFixed\n {2}✓ .*\n {6}FAIL → pass\n/);
    expect(stdout).toMatch(/\n✓ Nothing is worse\. 1 fixed, \d+ unchanged\.\n$/);
  });

  test('of two equal runs there is nothing to list', async () => {
    const { run } = await withTwo('pass');
    const { outcome, stdout } = await run(['runs', 'compare', 'new-signup-1', 'new-signup']);
    expect(outcome).toBe('pass');
    expect(stdout.split('\n')).toHaveLength(5);
  });

  test.each([80, 40])('fits %i columns', async (columns) => {
    const { run } = await withTwo();
    const { stdout } = await run(['runs', 'compare', 'new-signup-1', 'new-signup-2'], null, columns);
    expect(tooWide(stdout, columns)).toEqual([]);
  });

  test('--json prints a document of the published schema', async () => {
    const { run } = await withTwo();
    const { outcome, stdout, stderr } = await run(['runs', 'compare', 'new-signup-1', 'new-signup-2', '--json']);
    expect([outcome, stderr]).toEqual(['fail', '']);
    const document = JSON.parse(stdout);
    expect(comparisonDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({ a: { id: 'new-signup-1' }, b: { id: 'new-signup-2' }, worse: true });
    expect(document.steps).toMatchObject([{ kind: 'newly-failing', worse: 'not-passed', b: { status: 'fail' } }]);
  });

  test('warns where the runs are not about the same', async () => {
    const { run, keep } = await withTwo();
    await keep({ at: late, sandbox: true, accountId: '999900001111', product: { productId: 'prod-b' } });
    const { outcome, stderr } = await run(['runs', 'compare', 'new-signup-1', 'new-signup-3']);
    expect(outcome).toBe('fail');
    expect(stderr).toBe(
      [
        '! The product differs: prod-lp5dq7gziiuyi and prod-b.',
        '! The account differs: 111122223333 and 999900001111.',
        '! new-signup-1 was on AWS, new-signup-3 on a sandbox.',
        '',
      ].join('\n'),
    );
  });

  test('warns of a changed checklist, and names steps that came', async () => {
    const { run, keep } = await openMachine();
    await keep({ at: early });
    const step = '\n  - id: more\n    title: One more\n    do: Look.\n    expect: All is well.\n';
    await keep({ at: late, edit: (source) => `${source.trimEnd()}${step}` });
    const { outcome, stdout, stderr } = await run(['runs', 'compare', 'new-signup-1', 'new-signup-2']);
    expect([outcome, stderr]).toEqual(['pass', '! The checklist new-signup was changed between the two runs.\n']);
    expect(stdout).toContain('Steps that came\n  ✓ more  One more\n      none → pass\n');
  });

  test('different checklists are a wrong command', async () => {
    const { run, keep } = await withTwo();
    await keep({ at: late, of: ['contract-change'] });
    const { outcome, stdout } = await run(['runs', 'compare', 'new-signup-1', 'contract-change-1']);
    expect(outcome).toBeInstanceOf(UserError);
    expect(outcome).toMatchObject({
      code: 'different-checklists',
      message:
        'Cannot compare runs of different checklists: new-signup-1 is of new-signup, contract-change-1 of contract-change.',
    });
    expect(stdout).toBe('');
  });

  test('and so is an unknown run', async () => {
    const { run } = await withTwo();
    expect((await run(['runs', 'compare', 'new-signup-1', 'zzz'])).outcome).toMatchObject({ code: 'unknown-run' });
  });

  test('its exit codes are 0, 1 and 2, with an error document for --json', async () => {
    const machine = await openWholeMachine();
    await machine.run('run new-signup --sandbox --rehearse');
    await machine.run('run new-signup --sandbox --no-input');
    await machine.run('run contract-change --sandbox --no-input');
    expect(await machine.run('runs compare new-signup-2 new-signup-1')).toMatchObject({ code: 0 });
    expect(await machine.run('runs compare new-signup-1 new-signup-2')).toMatchObject({ code: 1 });
    const { code, stdout } = await machine.run('runs compare new-signup-1 contract-change-1 --json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'different-checklists' } });
  });

  test('shows foreign text escaped', async () => {
    const { run, keep } = await openMachine();
    await keep({ at: early });
    await keep({ at: late, operator: allHostile });
    const { stdout } = await run(['runs', 'compare', 'new-signup-1', 'new-signup-2']);
    expect(rawIn(stdout)).toEqual([]);
    expect(stdout).toContain('\\u202e');
  });
});
