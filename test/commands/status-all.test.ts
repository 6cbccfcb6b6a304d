import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allHostile, hostile, rawIn } from '../support/hostile.ts';
import { tooWide } from '../support/too-wide.ts';
import type { Walk } from '../support/walked-run.ts';
import { openMachine } from './look-back-machine.ts';

const [early, late] = ['2026-11-10T09:00:00.000Z', '2026-11-20T09:00:00.000Z'];
const three = ['new-signup', 'existing-user', 'contract-change'];
const product = (id: string, title: string) => ({ productId: `prod-${id}`, productCode: null, title });
const fleet = `accounts:
  main: { role-arn: "arn:aws:iam::111122223333:role/mp-verify" }
defaults: { account: main }
products:
  - prod-aaa
  - { product: prod-bbb, owner: team-notes }
  - { product: prod-ccc, waive: { until: 2027-01-15, reason: "MP-412: no test contract yet" } }
  - prod-ddd
`;
const walks: readonly Walk[] = [
  { at: late, of: three, product: product('aaa', 'Acme Notes') },
  { at: early, product: product('bbb', 'Acme Mail') },
  { at: late, of: ['contract-change'], ends: 'fail', product: product('bbb', 'Acme Mail') },
  { at: late, product: product('zzz', 'Zebra') },
  { at: late, of: three, product: product('ddd', 'Acme Docs'), accountId: '999988887777' },
  { at: late, sandbox: true },
];

async function withFleet(yaml = fleet, runs: readonly Walk[] = walks) {
  const machine = await openMachine();
  for (const walk of runs) await machine.keep(walk);
  await machine.write('mp-verify.yaml', yaml);
  return machine;
}

test('status --all shows every product, the worst first, and what to do next', async () => {
  const { run } = await withFleet();
  const { outcome, stdout, stderr } = await run(['status', '--all']);
  expect([outcome, stderr]).toEqual(['fail', '']);
  expect(stdout).toBe(
    `   product     owner       new-signup  existing-user  contract-change
✗  Acme Mail   team-notes  ✓ 13 days   · not run      ✗ FAIL 3 days
·  prod-ddd                · not run   · not run      · not run
–  prod-ccc                · not run   · not run      · not run
✓  Acme Notes              ✓ 3 days    ✓ 2 days       ✓ 2 days

– prod-ccc: waived until 2027-01-15: MP-412: no test contract yet

Not counted:
  Acme Docs prod-ddd (account 999988887777): mp-verify.yaml lists it for account
  111122223333.
  Zebra prod-zzz (account 111122223333): mp-verify.yaml does not list it.
  new-signup-3: It ran in a sandbox.

Next:
  Acme Mail (prod-bbb)
    mp-verify resume contract-change-1
  prod-ddd
    mp-verify run new-signup --product prod-ddd

✗ FAIL  4 products: 1 fail, 1 incomplete, 1 waived, 1 pass
`,
  );
});

test('status --all --json has all that is documented, and no more', async () => {
  const { run } = await withFleet();
  const document = JSON.parse((await run(['status', '--all', '--json'])).stdout);
  expect(Object.keys(document)).toEqual([
    ...['schemaVersion', 'tally', 'products', 'notCounted', 'leftOut', 'unreadable', 'inUse'],
  ]);
  expect(document.tally).toEqual({ pass: 1, fail: 1, incomplete: 1, waived: 1 });
  expect(document.products.map(({ productId }: { productId: string }) => productId)).toEqual([
    ...['prod-bbb', 'prod-ddd', 'prod-ccc', 'prod-aaa'],
  ]);
  const seen = { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 };
  const missing = { state: 'missing', run: null, confirmedAt: null, operator: null, unfinished: null, seen };
  expect(document.products[2]).toEqual({
    ...{ productId: 'prod-ccc', productCode: null, title: null, accountId: '111122223333' },
    ...{ listedAs: 'prod-ccc', account: 'main', owner: null, waived: true, verdict: 'incomplete' },
    waiver: { until: '2027-01-15', reason: 'MP-412: no test contract yet', ended: false },
    useCases: three.map((checklist) => ({ checklist, ...missing })),
  });
  expect(document.products[0]).toMatchObject({
    title: 'Acme Mail',
    owner: 'team-notes',
    verdict: 'fail',
    waiver: null,
  });
  expect(document.notCounted).toContainEqual({
    ...{ productId: 'prod-zzz', title: 'Zebra', accountId: '111122223333' },
    reason: 'mp-verify.yaml does not list it.',
  });
  expect(document.leftOut).toEqual([{ run: 'new-signup-3', checklist: 'new-signup', reason: 'It ran in a sandbox.' }]);
});

test('status --all --format html writes one page with every product', async () => {
  const { run, folder } = await withFleet();
  const { stdout, stderr } = await run(['status', '--all', '--format', 'html', '-o', 'fleet.html']);
  expect([stdout, stderr]).toEqual(['', 'Wrote fleet.html.\n']);
  const page = await readFile(join(folder, 'fleet.html'), 'utf8');
  expect(page).toContain('4 products: 1 fail, 1 incomplete, 1 waived, 1 pass.');
  for (const text of ['Acme Mail', 'owner team-notes', 'waived until 2027-01-15', 'mp-verify resume contract-change-1'])
    expect(page).toContain(text);
  expect(page).not.toMatch(/<script/i);
});

describe('--product', () => {
  test.each([
    ['an ID', ['prod-bbb'], ['prod-bbb'], 'fail'],
    ['a title that runs know', ['Acme Notes'], ['prod-aaa'], 'pass'],
    ['several, in any order', ['prod-aaa', 'acme mail'], ['prod-bbb', 'prod-aaa'], 'fail'],
    ['a waived product', ['prod-ccc'], ['prod-ccc'], 'pass'],
  ])('narrows the products: %s', async (_, names, expected, verdict) => {
    const { run } = await withFleet();
    const flags = names.flatMap((name) => ['--product', name]);
    const { outcome, stdout } = await run(['status', '--all', '--json', ...flags]);
    const { products } = JSON.parse(stdout);
    expect(products.map(({ productId }: { productId: string }) => productId)).toEqual(expected);
    expect(outcome).toBe(verdict);
  });

  test('says which runs of the product are on another account, and not what others have', async () => {
    const { run } = await withFleet();
    const { stdout } = await run(['status', '--all', '--product', 'prod-ddd']);
    expect(stdout).toContain('Acme Docs prod-ddd (account 999988887777)');
    expect(stdout).not.toContain('Zebra');
  });

  test('a product that is not listed is a mistake', async () => {
    const { run } = await withFleet();
    expect((await run(['status', '--all', '--product', 'prod-aab'])).outcome).toMatchObject({
      code: 'unknown-product',
      hint: 'Did you mean "prod-aaa"?',
    });
  });
});

test('a damaged run leaves the fleet unknown, unless a product has failed', async () => {
  const machine = await withFleet('products: [prod-aaa]\n', [
    { at: late, of: three, product: product('aaa', 'Acme Notes') },
    { at: late, product: product('aaa', 'Acme Notes') },
  ]);
  expect((await machine.run(['status', '--all'])).outcome).toBe('pass');
  await machine.damage('new-signup-1');
  const { outcome, stdout, stderr } = await machine.run(['status', '--all']);
  expect(outcome).toBe('error');
  expect(stdout).toContain('! COULD NOT CHECK  1 product: 1 pass');
  expect(stderr).toContain('Run new-signup-1 is damaged.');
  expect((await machine.run(['status', '--all', '--format', 'html'])).stdout).toContain('Run new-signup-1 is damaged.');
});

test.each<[string, readonly string[], object]>([
  ['a file without products', ['--all'], { code: 'no-fleet', hint: expect.stringContaining('mp-verify init --all') }],
  ['a page without --all', ['--format', 'html'], { code: 'usage', message: expect.stringContaining('--all') }],
  ['two products without --all', ['--product', 'a', '--product', 'b'], { code: 'usage' }],
  ['a browser for text', ['--all', '--open'], { code: 'bad-report' }],
  ['an age that is none', ['--all', '--max-age', 'month'], { code: 'bad-duration' }],
])('is refused: %s', async (_, flags, error) => {
  const { run } = await withFleet('product: Beta\n', []);
  expect((await run(['status', ...flags])).outcome).toMatchObject(error);
});

test('--max-age decides what is too old', async () => {
  const { run } = await withFleet();
  const { outcome, stdout } = await run(['status', '--all', '--product', 'prod-aaa', '--max-age', '1d']);
  expect(outcome).toBe('incomplete');
  expect(stdout).toContain('! too old');
  expect(stdout).toContain('Results older than 24 h 0 min do not count.');
});

test('a run that is not finished is resumed; a title is quoted for the shell', async () => {
  const { run } = await withFleet('products: [Acme Mail, "Beta & Co"]\n', [
    { at: late, of: ['existing-user'], ends: 'incomplete', product: product('bbb', 'Acme Mail') },
  ]);
  const { stdout } = await run(['status', '--all']);
  expect(stdout).toMatch(/^· {2}Acme Mail +· not run +· not finished +· not run$/m);
  expect(stdout).toContain('    mp-verify resume existing-user-1\n');
  expect(stdout).toContain("    mp-verify run new-signup --product 'Beta & Co'\n");
});

test('of many products, the next commands of five are shown', async () => {
  const names = Array.from({ length: 17 }, (_, i) => `prod-${i}`);
  const { run } = await withFleet(`products: [${names.join(', ')}]\n`, []);
  const { stdout } = await run(['status', '--all']);
  expect(stdout.match(/^ {4}mp-verify run new-signup --product prod-\d+$/gm)).toHaveLength(5);
  expect(stdout).toContain('  and 12 more\n');
});

test('products whose names look the same are told apart by their IDs', async () => {
  const long = 'Acme Notes for Large Enterprises';
  const { run } = await withFleet('products: [prod-aaa, prod-bbb]\n', [
    { at: late, product: product('aaa', `${long} (Europe)`) },
    { at: late, product: product('bbb', `${long} (Japan)`) },
  ]);
  const { stdout } = await run(['status', '--all']);
  expect(stdout).toMatch(/^· {2}prod-aaa /m);
  expect(stdout).toMatch(/^· {2}prod-bbb /m);
});

describe('whatever people and AWS have written', () => {
  // The file is read with its line breaks as spaces, so it can forge no line.
  const { 'a line of its own': _, ...others } = hostile;
  const written = Object.values(others).join(' ');
  const waive = { until: '2027-01-15', reason: `<i>${written}` };
  const yaml = `products:
  - ${JSON.stringify({ product: 'prod-aaa', owner: `<b>${written}`, waive })}
  - ${JSON.stringify(`<u>${written}`)}
`;
  const runs: readonly Walk[] = [
    { at: late, product: product('aaa', `<script>${allHostile}`), operator: allHostile },
    { at: late, product: product('zzz', allHostile) },
  ];

  test.each([40, 80])('the screen is safe, and fits %i columns', async (columns) => {
    const { run } = await withFleet(yaml, runs);
    const { stdout } = await run(['status', '--all'], null, columns);
    expect(rawIn(stdout)).toEqual([]);
    expect(tooWide(stdout, columns).filter((line) => !/^ *mp-verify /.test(line))).toEqual([]);
    expect(stdout).toContain('new-signup');
  });

  test('so are the document and the page', async () => {
    const { run } = await withFleet(yaml, runs);
    const json = (await run(['status', '--all', '--json'])).stdout;
    expect(rawIn(json)).toEqual([]);
    expect(JSON.parse(json).products[0].useCases).toHaveLength(3);
    const page = (await run(['status', '--all', '--format', 'html'])).stdout;
    expect(rawIn(page)).toEqual([]);
    expect(page).not.toMatch(/<(script|b|i|u)>/);
    expect(page).toContain('&lt;script&gt;');
  });
});
