import { rename, symlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultMaxAge } from '../../src/checklist/confirmations.ts';
import { confirmedUseCases } from '../../src/run/saved-runs.ts';
import { files } from '../../src/system/files.ts';
import { acmeNotes, seller } from '../support/acme.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { tooWide } from '../support/too-wide.ts';
import type { Walk } from '../support/walked-run.ts';
import { openMachine } from './look-back-machine.ts';

const [early, late] = ['2026-11-10T09:00:00.000Z', '2026-11-20T09:00:00.000Z'];
const three = ['new-signup', 'existing-user', 'contract-change'];

async function withRuns(...walks: readonly Walk[]) {
  const machine = await openMachine();
  for (const walk of walks) await machine.keep(walk);
  return machine;
}

describe('the exit code of status', () => {
  const beta = { productId: 'prod-b', productCode: null, title: 'Beta' };
  test.each<[string, string, string, readonly Walk[]]>([
    ['no run', '', 'incomplete', []],
    ['all three passed', '', 'pass', [{ at: late, of: three }]],
    ['one failed', '', 'fail', [{ at: late, of: three, ends: 'fail' }]],
    ['one is missing', '', 'incomplete', [{ at: late }]],
    ['one is too old', '--max-age 7d', 'incomplete', [{ at: early, of: three }]],
    ['one failed, and another is missing', '', 'fail', [{ at: late, ends: 'fail' }]],
    ['practised in a sandbox only', '', 'incomplete', [{ at: late, of: three, sandbox: true }]],
    [
      'the worst of two products',
      '',
      'fail',
      [
        { at: late, of: three },
        { at: late, ends: 'fail', product: beta },
      ],
    ],
    [
      'the product that is meant',
      '--product acme',
      'pass',
      [
        { at: late, of: three },
        { at: late, ends: 'fail', product: beta },
      ],
    ],
    ['a product without a run', '--product zzz', 'incomplete', [{ at: late, of: three }]],
  ])('%s %s: %s', async (_, options, outcome, walks) => {
    const { run } = await withRuns(...walks);
    const args = ['status', ...options.split(' ').filter(Boolean)];
    expect((await run(args)).outcome).toBe(outcome);
    expect((await run([...args, '--json'])).outcome).toBe(outcome);
  });

  test.skipIf(platform() === 'win32')('a failure counts also where its run is a link to another place', async () => {
    const machine = await withRuns({ at: early, of: three }, { at: late, ends: 'fail' });
    expect((await machine.run(['status'])).outcome).toBe('fail');
    const [link, elsewhere] = [join(machine.runs.folder, 'runs', 'new-signup-1'), join(machine.folder, 'elsewhere')];
    await rename(link, elsewhere);
    await symlink(elsewhere, link);
    expect((await machine.run(['status'])).outcome).toBe('fail');
    await rename(elsewhere, `${elsewhere}-too`);
    const { outcome, stderr } = await machine.run(['status']);
    expect(outcome).toBe('error');
    expect(stderr).toContain('! Cannot read run new-signup-1.');
  });

  test.each<[string, 'error' | 'fail', Walk]>([
    ['nothing is confirmed', 'error', { at: late, of: three }],
    ['and a failure stays one', 'fail', { at: late, of: three, ends: 'fail' }],
  ])('while a run is damaged %s: %s', async (_, outcome, walk) => {
    const machine = await withRuns(walk, { at: late });
    await machine.damage('new-signup-1');
    const ended = await machine.run(['status']);
    expect(ended.outcome).toBe(outcome);
    expect(ended.stderr).toContain('Run new-signup-1 is damaged.');
    expect(ended.stdout).toContain('New sign-up after purchase');
    expect(JSON.parse((await machine.run(['status', '--json'])).stdout).unreadable).toEqual([
      { id: 'new-signup-1', reason: expect.stringMatching(/^Run new-signup-1 is damaged\. /) },
    ]);
  });
});

test('status tells state, age, operator, run, what it rests on, and what to do', async () => {
  const { run } = await withRuns(
    { at: '2026-10-10T09:00:00.000Z' },
    { at: early, of: ['existing-user'], operator: 'Ben' },
    { at: late, of: ['existing-user'], ends: 'incomplete' },
    { at: late, of: ['contract-change'], ends: 'fail' },
    { at: late, sandbox: true },
    { at: late, of: three, sandbox: true },
  );
  expect((await run(['status'])).stdout).toBe(
    `Acme Notes                                      prod-lp5dq7gziiuyi  111122223333
  ! too old  New sign-up after purchase                        44 days ago, Aiko
             new-signup-1
             seen by the program: 9 steps   on a person's word: 4   disagreed: 0
             Results older than 30 days do not count.
             mp-verify run new-signup
  ✓ pass     Existing user signs in after purchase              13 days ago, Ben
             existing-user-1
             seen by the program: 9 steps   on a person's word: 3   disagreed: 0
             A newer run, existing-user-2, is not finished.
             mp-verify resume existing-user-2
  ✗ FAIL     Contract changed on AWS Marketplace                3 days ago, Aiko
             contract-change-1
             seen by the program: 7 steps   on a person's word: 2   disagreed: 0
             mp-verify resume contract-change-1

Not counted:
  new-signup-2, use-cases-1 (new-signup, existing-user, contract-change): It ran
  in a sandbox.
`,
  );
});

test('status --json has all that is pinned, and no more', async () => {
  const { run } = await withRuns({ at: late, of: ['new-signup', 'existing-user'] }, { at: late, sandbox: true });
  const seen = (byProgram: number, byPerson: number) => ({ byProgram, byPerson, rehearsed: 0, disagreed: 0 });
  const passed = { state: 'pass', run: 'use-cases-1', operator: 'Aiko', unfinished: null };
  expect(JSON.parse((await run(['status', '--json'])).stdout)).toEqual({
    schemaVersion: 1,
    products: [
      {
        productId: 'prod-lp5dq7gziiuyi',
        productCode: '4ml54db8vrmjuykaw1psroool',
        title: 'Acme Notes',
        accountId: '111122223333',
        useCases: [
          { checklist: 'new-signup', ...passed, confirmedAt: late, seen: seen(9, 4) },
          { checklist: 'existing-user', ...passed, confirmedAt: '2026-11-20T09:13:00.000Z', seen: seen(9, 3) },
          {
            checklist: 'contract-change',
            ...{ state: 'missing', run: null, confirmedAt: null, operator: null, unfinished: null },
            seen: seen(0, 0),
          },
        ],
      },
    ],
    leftOut: [{ run: 'new-signup-1', checklist: 'new-signup', reason: 'It ran in a sandbox.' }],
    unreadable: [],
    inUse: [],
  });
});

test('with several products a command names the product', async () => {
  const { run } = await withRuns({ at: late }, { at: late, product: { productId: 'prod-b', title: 'Beta' } });
  expect((await run(['status'])).stdout).toContain('mp-verify run existing-user --product prod-b\n');
});

test('status takes the product of mp-verify.yaml, a flag beats it, and what is wrong with the file is said', async () => {
  const { run, write } = await withRuns({ at: late }, { at: late, product: { productId: 'prod-b', title: 'Beta' } });
  await write('mp-verify.yaml', 'product: Beta\n');
  const titles = async (...args: readonly string[]) =>
    JSON.parse((await run(['status', '--json', ...args])).stdout).products.map(
      ({ title }: { readonly title: string }) => title,
    );
  expect(await titles()).toEqual(['Beta']);
  expect(await titles('--product', 'Acme Notes')).toEqual(['Acme Notes']);
  await write('mp-verify.yaml', 'produkt: Beta\n');
  expect((await run(['status'])).outcome).toMatchObject({ message: expect.stringContaining('mp-verify.yaml:1:1') });
});

test.each(['', '30', '1 d', 'month'])('--max-age %j is no duration', async (value) => {
  const { run } = await withRuns();
  expect((await run(['status', '--max-age', value])).outcome).toMatchObject({ code: 'bad-duration' });
});

test('where nothing is known status says so, and how to begin', async () => {
  const { run } = await withRuns();
  expect((await run(['status'])).stdout).toBe(
    'No use case is confirmed yet: there are no runs on AWS. Start with:\n  mp-verify run new-signup\n',
  );
  expect((await run(['status', '--product', 'Acme Notes'], null, 40)).stdout).toMatch(
    /^No use case is confirmed for Acme Notes\s+yet:[\s\S]*\n {2}mp-verify run new-signup\n$/,
  );
  expect(JSON.parse((await run(['status', '--json'])).stdout)).toEqual({
    schemaVersion: 1,
    products: [],
    leftOut: [],
    unreadable: [],
    inUse: [],
  });
});

test.each([40, 80])('status and home fit %i columns, whatever people and AWS have written', async (columns) => {
  const product = { title: allHostile };
  const { run } = await withRuns(
    { at: late, operator: allHostile, product },
    { at: late, of: ['existing-user'], endpoint: 'https://aws.test', product, ends: 'fail' },
  );
  for (const { stdout } of [await run(['status'], null, columns), await run([], [], columns)]) {
    expect(rawIn(stdout)).toEqual([]);
    const wide = tooWide(stdout, columns).filter((line) => !/^ *(next +)?mp-verify /.test(line));
    expect(wide).toEqual([]);
    expect(stdout).toContain('✓ pass');
  }
});

describe('home, on a terminal', () => {
  test('without one there is help, as ever', async () => {
    const { run } = await withRuns();
    expect((await run([])).stdout).toMatch(/^Usage: mp-verify/);
  });

  test('in a fresh installation names the two ways to begin', async () => {
    const { run } = await withRuns();
    const { outcome, stdout } = await run([], []);
    expect(outcome).toBe('pass');
    expect(stdout).toBe(
      `AWS Marketplace SaaS integration                                 mp-verify 0.1.0
  · not run  New sign-up after purchase
  · not run  Existing user signs in after purchase
  · not run  Contract changed on AWS Marketplace

to practice  mp-verify run new-signup --sandbox
to start     mp-verify init
`,
    );
  });

  const open = { at: late, of: ['existing-user'], ends: 'incomplete' } as const;
  test.each<[string, string, readonly Walk[]]>([
    ['the unfinished run', 'resume existing-user-1', [{ at: early }, open]],
    ['a failed run', 'resume new-signup-1', [{ at: late, ends: 'fail' }]],
    ['the first that is missing', 'run existing-user', [{ at: late }, { at: late, of: ['contract-change'] }]],
    ['the first that is too old', 'run new-signup', [{ at: '2026-10-10T09:00:00.000Z', of: three }]],
    ['what follows the use cases', 'run registration', [{ at: late, of: three }]],
    [
      'the last of all',
      'run before-public',
      [
        { at: early, of: ['registration'] },
        { at: late, of: three },
      ],
    ],
    ['after practice the real thing', 'run new-signup', [{ at: late, sandbox: true }]],
    [
      'nothing that was walked again since',
      'run new-signup',
      [
        { ...open, at: early },
        { at: late, of: ['existing-user'] },
      ],
    ],
  ])('the one next command is that of %s: %s', async (_, command, walks) => {
    const { run } = await withRuns(...walks);
    expect((await run([], [])).stdout.match(/^next .*$/gm)).toEqual([`next  mp-verify ${command}`]);
  });

  test('shows the unfinished run, and where it was walked', async () => {
    const { run } = await withRuns({ at: early }, { ...open, sandbox: true });
    expect((await run([], [])).stdout).toMatch(/\n {2}… existing-user-1: INCOMPLETE, SANDBOX +2 days ago, Aiko\n/);
  });

  test('does not offer a run that somebody walks now, but what can be walked beside it', async () => {
    const { run, runs, keep } = await withRuns({ at: early }, open);
    const walking = await runs.open('existing-user-1');
    const { stdout } = await run([], []);
    expect(stdout).toContain('  … existing-user-1: in use');
    expect(stdout).toContain('next  mp-verify run contract-change\n');
    await keep({ at: early, of: ['contract-change'] });
    expect((await run([], [])).stdout).toContain('next  mp-verify runs show existing-user-1\n');
    await walking.close();
  });

  test('opens though a run is damaged and mp-verify.yaml is wrong: a line says so of each', async () => {
    const machine = await withRuns({ at: early }, open);
    await machine.damage('existing-user-1');
    await machine.write('mp-verify.yaml', 'produkt: Beta\n');
    const { outcome, stdout } = await machine.run([], []);
    expect(outcome).toBe('pass');
    expect(stdout).toContain('! One run cannot be read. See why: mp-verify runs\n');
    expect(stdout).toContain('! mp-verify.yaml cannot be used. See why: mp-verify validate mp-verify.yaml\n');
    expect(stdout).toContain('  ✓ pass     New sign-up after purchase');
    expect(stdout).toContain('next  mp-verify run existing-user\n');
  });

  test('is about the product of mp-verify.yaml', async () => {
    const { run, write } = await withRuns({ at: early, product: { title: 'Beta', productId: 'prod-b' } }, { at: late });
    expect((await run([], [])).stdout).toMatch(/^Acme Notes /);
    await write('mp-verify.yaml', 'product: prod-b\n');
    expect((await run([], [])).stdout).toMatch(/^Beta /);
  });
});

describe('before-public learns where the use cases of the product stand that is walked', () => {
  const clock = fakeClock();
  const states = async (walks: readonly Walk[], accountId = seller.accountId) => {
    const { runs } = await withRuns(...walks);
    const target = { caller: { ...seller, accountId }, product: acmeNotes };
    const { useCases } = await confirmedUseCases(target, defaultMaxAge, { runs, files, clock });
    return useCases.map(({ state }) => state).join(' ');
  };

  test.each<[string, string, readonly Walk[]]>([
    ['nothing was walked', 'missing missing missing', []],
    ['another product', 'missing missing missing', [{ at: late, of: three, product: { productId: 'prod-b' } }]],
    ['this one', 'pass pass fail', [{ at: late, of: three, ends: 'fail' }]],
  ])('%s: %s', async (_, expected, walks) => {
    expect(await states(walks)).toBe(expected);
  });

  test('with another account: nothing', async () => {
    expect(await states([{ at: late, of: three }], '999988887777')).toBe('missing missing missing');
  });

  test('and which run cannot be read', async () => {
    const machine = await withRuns({ at: late, of: three }, { at: late });
    await machine.damage('new-signup-1');
    const target = { caller: seller, product: acmeNotes };
    const { damaged } = await confirmedUseCases(target, defaultMaxAge, { runs: machine.runs, files, clock });
    expect(damaged).toMatchObject({ code: 'damaged-run', message: expect.stringContaining('new-signup-1') });
  });
});
