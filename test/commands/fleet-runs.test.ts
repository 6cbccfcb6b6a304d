import { describe, expect, test } from 'vitest';
import { comparisonDocument } from '../../src/checklist/compare-reports.ts';
import { fleetDocument } from '../../src/checklist/fleet-report.ts';
import { UserError } from '../../src/errors.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { keepFleet, type SampleFleet, type SampleProduct, sampleProducts } from '../support/sample-fleet.ts';
import { tooWide } from '../support/too-wide.ts';
import { openMachine } from './look-back-machine.ts';

/** A machine with these fleet runs: regression-1, regression-2 and so on. */
async function withFleets(...fleets: readonly (SampleFleet | undefined)[]) {
  const machine = await openMachine();
  for (const fleet of fleets) await keepFleet(machine.runs, fleet);
  return machine;
}

const passing = (product: string): SampleProduct => ({ product, title: `Title of ${product}`, owner: 'team-notes' });

describe('report', () => {
  test('prints a fleet run again, as a person or a program reads it', async () => {
    const { run } = await withFleets(undefined);
    const { outcome, stdout, stderr } = await run(['report']);
    expect([outcome, stderr]).toEqual(['pass', '']);
    expect(stdout).toContain('Automated regression, 10 products');
    expect(stdout).toContain('✗ FAIL             Acme CRM            prod-4cdmx2ngkzvtw');
    const json = await run(['report', 'regression', '--format', 'json']);
    expect(fleetDocument.parse(JSON.parse(json.stdout))).toMatchObject({
      run: { id: 'regression-1' },
      verdict: 'fail',
    });
  });

  test.each([
    ['html', '<!doctype html>'],
    ['markdown', '**✗ FAIL** Automated regression'],
    ['junit', '<testsuites name="mp-verify regression-1"'],
  ])('prints it as %s', async (format, words) => {
    const { run } = await withFleets(undefined);
    expect((await run(['report', '--format', format])).stdout).toContain(words);
  });

  test('writes it without identities', async () => {
    const { run } = await withFleets(undefined);
    const { stdout, stderr } = await run(['report', '--redact']);
    expect(stderr).toMatch(/^Redacted \d+ values: 2 accounts, 2 account names, .*6 owners/s);
    expect(stdout).not.toMatch(/acme|team-|MP-\d|emea|111122223333/i);
    expect(stdout).toContain('waived until 2027-01-15: [note removed, 28 characters]');
  });
});

describe('runs show', () => {
  test('prints every step of every product, and the summary', async () => {
    const { run } = await withFleets(undefined);
    const { outcome, stdout, stderr } = await run(['runs', 'show', 'regression-1']);
    expect([outcome, stderr]).toEqual(['pass', '']);
    expect(stdout).toMatch(/^regression-1 +AWS \(not a sandbox\)\n {2}seller {3}111122223333 \(main\)\n/);
    expect(stdout).toContain('\n✗ Acme CRM  prod-4cdmx2ngkzvtw');
    expect(stdout).toMatch(/✗ FAIL {2}6\/6 {2}The SaaS shows the same contract\n.*\n.*quantity: expected 10/);
    expect(stdout).toContain('\nFAIL  Automated regression, 10 products');
    expect(stdout.match(/6\/6/g)).toHaveLength(7);
  });

  test('prints its document', async () => {
    const { run } = await withFleets(undefined);
    const { stdout } = await run(['runs', 'show', 'regression-1', '--json']);
    expect(fleetDocument.parse(JSON.parse(stdout)).products).toHaveLength(10);
  });
});

describe('runs compare', () => {
  const compare = ['runs', 'compare', 'regression-1', 'regression-2'] as const;

  test('says which products are worse, and that is a failure', async () => {
    const { run } = await withFleets(
      {
        products: [passing('prod-a'), passing('prod-b'), { ...passing('prod-c'), ends: 'fail' }, passing('prod-went')],
      },
      {
        products: [passing('prod-a'), { ...passing('prod-b'), ends: 'fail' }, passing('prod-c'), passing('prod-came')],
      },
    );
    const { outcome, stdout, stderr } = await run(compare);
    expect([outcome, stderr]).toEqual(['fail', '']);
    expect(stdout).toMatchInlineSnapshot(`
      "A  ✗ regression-1  FAIL, 4 products                         2026-11-23 09:00 UTC
      B  ✗ regression-2  FAIL, 4 products                         2026-11-23 09:00 UTC

      Title of prod-b  prod-b                                               team-notes
        PASS → FAIL  (worse)
        ✗ inspect  The SaaS shows the same contract
            pass → FAIL  (worse)
            quantity: expected 10, the SaaS shows 1.
            code: - → contract-differs
            expected.plan: - → Pro
            expected.quantity: - → 10
            actual.plan: - → Pro
            actual.quantity: - → 1

      Title of prod-went  prod-went                                         team-notes
        PASS → not in B  (worse: it had passed)

      Title of prod-c  prod-c                                               team-notes
        FAIL → PASS
        ✓ inspect  The SaaS shows the same contract
            FAIL → pass
            code: contract-differs → -
            expected.plan: Pro → -
            expected.quantity: 10 → -
            actual.plan: Pro → -
            actual.quantity: 1 → -

      Title of prod-came  prod-came                                         team-notes
        not in A → PASS

      ✗ WORSE: 2 products. Steps: 1 newly failing, 1 fixed, 16 unchanged.
      "
    `);
    const document = JSON.parse((await run([...compare, '--json'])).stdout);
    expect(comparisonDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({ worse: true, tally: { worse: 1, worseProducts: 2 } });
    expect(document.steps.map(({ product, step }: Record<string, string>) => `${product} ${step}`)).toEqual([
      'prod-b inspect',
      'prod-c inspect',
    ]);
  });

  test('is no failure if nothing is worse, whatever the verdicts are', async () => {
    const products: readonly SampleProduct[] = [{ ...passing('prod-a'), ends: 'fail' }, passing('prod-b')];
    const { run } = await withFleets(
      { products },
      { products: [...products, { ...passing('prod-c'), ends: 'error' }] },
    );
    const { outcome, stdout } = await run(compare);
    expect(outcome).toBe('pass');
    expect(stdout).toMatch(/\n✓ Nothing is worse\. Steps: 12 unchanged\.\n$/);
  });

  test('finds that nothing is compared any more', async () => {
    const { run } = await withFleets(
      { products: [{ ...passing('prod-a'), ends: 'not-compared', withoutSaas: true }] },
      { products: [{ ...passing('prod-a'), ends: 'not-compared' }] },
    );
    const { outcome, stdout } = await run(compare);
    expect(outcome).toBe('fail');
    expect(stdout).toContain('  PASS → INCOMPLETE  (worse)\n  mp-verify.yaml configures no contract API');
  });

  test('knows a product that AWS did not return by what mp-verify.yaml names it', async () => {
    const named = { ...passing('prod-a'), listedAs: 'Acme' };
    const { run } = await withFleets({ products: [named] }, { products: [{ ...named, ends: 'unknown' }] });
    const { stdout } = await run(compare);
    expect(stdout).toContain('\nAcme');
    expect(stdout).toContain('  PASS → COULD NOT CHECK  (worse)\n');
    expect(stdout).not.toContain('none');
  });

  test('does not compare two products of which the second has the title of the first now', async () => {
    const { run } = await withFleets(
      { products: [{ ...passing('prod-a'), listedAs: 'Acme' }] },
      { products: [{ ...passing('prod-z'), listedAs: 'Acme' }] },
    );
    const { outcome, stdout } = await run(compare);
    expect(outcome).toBe('fail');
    expect(stdout).toContain(
      'prod-a                                               team-notes\n  PASS → not in B  (worse: it had passed)',
    );
    expect(stdout).toContain('prod-z                                               team-notes\n  not in A → PASS');
  });

  test('refuses another kind of run', async () => {
    const machine = await withFleets(undefined);
    await machine.keep({ at: '2026-11-10T09:00:00.000Z' });
    const { outcome } = await machine.run(['runs', 'compare', 'new-signup-1', 'regression-1']);
    expect(outcome).toBeInstanceOf(UserError);
    expect((outcome as UserError).message).toBe(
      'Cannot compare a fleet run with a run of one product: regression-1 is a fleet run, new-signup-1 is not.',
    );
  });
});

describe('home', () => {
  test('shows an unfinished fleet run', async () => {
    const { run } = await withFleets(undefined);
    const { stdout } = await run([], []);
    expect(stdout).toContain('  … regression-1: FAIL, 10 products');
    expect(stdout).toContain('next  mp-verify resume regression-1');
  });

  test('of a file with many products leaves the use cases to status --all', async () => {
    const { run, write } = await withFleets({ products: [passing('prod-a')] });
    await write('mp-verify.yaml', 'products: [prod-a, prod-b]\n');
    const { stdout } = await run([], []);
    expect(stdout).not.toContain('not run');
    expect(stdout).toContain('next  mp-verify run regression --all\nstatus of all products  mp-verify status --all\n');
  });

  test('does not take a run of one product for a later fleet run, or the other way round', async () => {
    const machine = await withFleets(undefined);
    await machine.keep({ at: '2026-11-23T10:00:00.000Z', of: ['regression'], product: null });
    expect((await machine.run([], [])).stdout).toContain('  … regression-1: FAIL, 10 products');
    await keepFleet(machine.runs, { products: sampleProducts.slice(0, 1) });
    expect((await machine.run([], [])).stdout).toContain('  … regression-1: FAIL, 10 products');
  });
});

test.each([
  ['runs'],
  ['runs', '--json'],
  ['runs', '--product', 'prod-4cdmx2ngkzvtw'],
  ['runs', 'prune', '--older-than', '90d'],
  ['status'],
  ['status', '--json'],
])('%s %s %s reads a fleet run', async (...args) => {
  const { run } = await withFleets(undefined);
  const { outcome } = await run(args.filter(Boolean));
  expect(outcome).not.toBeInstanceOf(Error);
});

test.each([['report'], ['runs', 'show', 'regression-1'], ['runs', 'compare', 'regression-1', 'regression-1']])(
  '%s %s %s fits on 40 columns',
  async (...args) => {
    const { run } = await withFleets(undefined);
    const { stdout } = await run(args.filter(Boolean), null, 40);
    const uncut = /mp-verify resume|--product |^ {2}folder/;
    expect(tooWide(stdout, 40).filter((line) => !uncut.test(line))).toEqual([]);
  },
);

test.each([
  ['runs'],
  ['report'],
  ['runs', 'show', 'regression-1'],
  ['runs', 'compare', 'regression-1', 'regression-2'],
])('%s %s: no text from outside can forge a line', async (...args) => {
  const waiver = { until: '2027-01-15', reason: allHostile };
  const named = { product: 'prod-a', title: allHostile, owner: allHostile, account: allHostile, waiver };
  const { run } = await withFleets({ products: [named] }, { products: [{ ...named, ends: 'fail' }] });
  const { stdout, stderr } = await run(args.filter(Boolean));
  expect(rawIn(stdout)).toEqual([]);
  expect(rawIn(stderr)).toEqual([]);
});

test('runs delete says what it deletes', async () => {
  const { run } = await withFleets(undefined);
  const { outcome, stderr } = await run(['runs', 'delete', 'regression-1'], ['d']);
  expect(outcome).toBe('pass');
  expect(stderr).toContain('regression-1  FAIL, 10 products');
});
