import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fleetOf, openFleet, openSeller, productWords, saasOf, tester } from './fleet-machine.ts';

const all = ['run', 'regression', '--all'];
const three = { products: ['aaa', 'bbb', 'ccc'] };
const listed = ['prod-aaa', 'prod-bbb', 'prod-ccc'];

describe('run --all', () => {
  test('passes if every product passes, and says so once', async () => {
    const { run, machine } = await openFleet(three, listed);
    const { code, stdout, stderr } = await run(all);
    expect(code, stderr).toBe(0);
    expect(stdout.match(/^PASS {2}Automated regression, 3 products .* 3 pass /gm)).toHaveLength(1);
    for (const name of three.products) expect(stdout).toMatch(new RegExp(`✓ pass +Acme ${name} +prod-${name}$`, 'm'));
    expect(stderr.match(/^✓ pass {2}\d\/3 {2}Acme \w+ {2}prod-\w+$/gm)).toHaveLength(3);
    expect(stderr).not.toContain('PASS');
    expect(await machine.runs.ids()).toEqual(['regression-1']);
  });

  test('compares what the SaaS shows: one product that differs fails, and stops no other', async () => {
    const { run, machine } = await openFleet({ ...three, withoutContract: ['new'] }, [
      'prod-aaa',
      { product: 'prod-bbb', owner: 'team-mail', saas: { 'contract-api': { plans: { seats: 'users' } } } },
      'prod-ccc',
      'prod-new',
    ]);
    const { code, stdout } = await run([...all, '--json']);
    expect(code).toBe(1);
    const report = fleetOf({ stdout });
    expect(productWords(report)).toEqual(['prod-aaa pass', 'prod-bbb fail', 'prod-ccc pass', 'prod-new fail']);
    expect(report).toMatchObject({ verdict: 'fail', tally: { pass: 2, fail: 2, error: 0, incomplete: 0, waived: 0 } });
    const steps = report.products.map(({ checklists }) => checklists[0]?.steps.find(({ status }) => status === 'fail'));
    expect(steps.map((step) => step && [step.id, step.code])).toEqual([
      undefined,
      ['inspect', 'saas-differs'],
      undefined,
      ['agreement', 'no-agreement'],
    ]);
    expect(report.products[1]?.owner).toBe('team-mail');
    // A report that is printed again is the same.
    expect(fleetOf(await machine.run(['report', '--format', 'json'])).products).toEqual(report.products);
  });

  test('a product without contract-api is not configured, unless its file says that this is meant', async () => {
    const bare = { defaults: { buyers: { regression: tester } } };
    const another = await openSeller(three, Date.now);
    const elsewhere = { ...three, fulfillmentUrl: `${another.sandbox.url}/saas/registration` };
    const { run } = await openFleet(elsewhere, ['prod-aaa', { product: 'prod-bbb', saas: 'none' }], bare);
    const ended = await run([...all, '--json']);
    expect(ended.code).toBe(3);
    expect(productWords(fleetOf(ended))).toEqual(['prod-aaa incomplete nothing-compared', 'prod-bbb pass']);
    expect((await run([...all, '--product', 'prod-bbb'])).code).toBe(0);
  });

  test('a product that cannot be checked stops no other', async () => {
    const { run, asked } = await openFleet(three, [
      'prod-aaa',
      'prod-zzz',
      { product: 'prod-bbb', saas: { 'contract-api': { headers: { authorization: `Bearer \${env.ACME_TOKEN}` } } } },
      'prod-ccc',
    ]);
    const ended = await run([...all, '--json']);
    expect(ended.code, ended.stderr).toBe(4);
    const report = fleetOf(ended);
    expect(productWords(report)).toEqual([
      'prod-aaa pass',
      'prod-zzz error unknown-product',
      'prod-bbb error missing-variable',
      'prod-ccc pass',
    ]);
    expect(report.products[1]?.reason).toContain('AWS found no product prod-zzz');
    expect(report.products[2]?.reason).toContain('ACME_TOKEN');
    expect(asked('GetCallerIdentity')).toBe(1);
  });

  test('a missing test buyer makes the fleet incomplete', async () => {
    const { run, machine, write } = await openFleet(three, []);
    await write(['prod-aaa', { product: 'prod-bbb', buyers: { regression: tester } }], {
      defaults: { saas: saasOf(machine.sandbox.url) },
    });
    const ended = await run([...all, '--json']);
    expect(ended.code).toBe(3);
    expect(productWords(fleetOf(ended))).toEqual(['prod-aaa incomplete missing-buyer', 'prod-bbb pass']);
    expect((await run([...all, '--buyer', tester])).code).toBe(0);
  });

  test('asks AWS once for what is the same for all products', async () => {
    const { run, asked } = await openFleet(three, ['Acme aaa', 'acme BBB', 'prod-ccc']);
    expect((await run(all)).code).toBe(0);
    expect([asked('GetCallerIdentity'), asked('ListEntities'), asked('DescribeEntity')]).toEqual([1, 1, 3]);
  });

  test('takes no product by its title from another account than its own', async () => {
    const accounts = { main: { profile: 'mp-main' }, emea: { profile: 'mp-emea' } };
    const { run, machine, write } = await openFleet(three, []);
    await write(['prod-aaa', { product: 'Acme bbb', account: 'emea' }, { product: 'prod-ccc', account: 'emea' }], {
      accounts,
      defaults: { account: 'main', buyers: { regression: tester }, saas: saasOf(machine.sandbox.url) },
    });
    machine.variables = { AWS_ACCESS_KEY_ID: 'MPVERIFYSANDBOXSELLER', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };
    const words = async (flags: readonly string[]) => productWords(fleetOf(await run([...all, '--json', ...flags])));
    const passing = ['prod-aaa pass', 'prod-ccc pass'];
    expect(await words([])).toEqual([passing[0], 'Acme bbb error ambiguous-product', passing[1]]);
    // One account, whose credentials these are.
    expect(await words(['--product', 'Acme bbb'])).toEqual(['Acme bbb pass']);
  });

  test('takes no product by a part of its title, also if AWS first refuses to list the products', async () => {
    const { run, on, asked } = await openFleet({ products: ['aaa'] }, ['cme aaa']);
    on.fault = (action, nth) => (action.endsWith('ListEntities') && nth === 1 ? 'access-denied' : null);
    expect(productWords(fleetOf(await run([...all, '--json'])))).toEqual(['cme aaa error ambiguous-product']);
    expect(asked('ListEntities')).toBe(2);
  });

  test('asks each account once who it is, and about its own products', async () => {
    const { run, machine, asked, write } = await openFleet(three, []);
    const other = await openSeller({ products: ['ddd', 'eee'], seller: '999988887777' }, () =>
      machine.clock.now().getTime(),
    );
    machine.endpoints = { 'mp-emea': other.sandbox.url };
    const emea = (product: string) => ({ product, account: 'emea', saas: saasOf(other.sandbox.url) });
    await write([...listed, emea('prod-ddd'), emea('prod-eee')], {
      accounts: { main: { profile: 'mp-main' }, emea: { profile: 'mp-emea' } },
      defaults: { account: 'main', buyers: { regression: tester }, saas: saasOf(machine.sandbox.url) },
    });
    const ended = await run([...all, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(fleetOf(ended).products.map(({ target, account }) => [target.accountId, account])).toEqual([
      ...listed.map(() => ['111122223333', 'main']),
      ...['ddd', 'eee'].map(() => ['999988887777', 'emea']),
    ]);
    expect([asked('GetCallerIdentity'), other.asked('GetCallerIdentity')]).toEqual([1, 1]);
    expect([asked('DescribeEntity'), other.asked('DescribeEntity')]).toEqual([3, 2]);
  });

  test('credentials that AWS refuses are reported once, and no product passes', async () => {
    const { run, machine, asked } = await openFleet(three, listed);
    machine.keys = { accessKeyId: 'UNKNOWN', secretAccessKey: 'unknown' };
    const ended = await run(all);
    expect(ended.code).toBe(4);
    expect(ended.stdout).toContain('3 could not check');
    expect(ended.stderr.match(/^! .*/gm)).toHaveLength(4);
    expect(asked('GetCallerIdentity')).toBe(1);
  });

  test('--max-parallel bounds how many products are checked at a time', async () => {
    const names = ['a1', 'a2', 'a3', 'a4', 'a5'];
    const { run, machine, on } = await openFleet(
      { products: names },
      names.map((name) => `prod-${name}`),
    );
    const begun = new Set<string>();
    let saved = 0;
    let most = 0;
    on.call = ({ action, about }) => {
      if (!action.endsWith(' DescribeEntity')) return;
      begun.add(about);
      most = Math.max(most, begun.size - saved);
    };
    const { create } = machine.runs;
    machine.store = {
      ...machine.runs,
      async create(base, record) {
        const made = await create(base, record);
        return {
          ...made,
          async append(entry) {
            if (entry.type === 'product') saved++;
            await made.append(entry);
          },
        };
      },
    };
    expect((await run([...all, '--max-parallel', '2'])).code).toBe(0);
    expect([begun.size, saved, most]).toEqual([5, 5, 2]);
  });
});

describe('a waiver', () => {
  const waive = (until: string) => ({ until, reason: 'MP-412: no test contract yet' });
  const failing = { products: ['aaa'], withoutContract: ['bbb'] };

  test.each([
    ['is in force on its last day', '2026-11-23', 0, ['prod-aaa pass', 'prod-bbb fail waived']],
    ['counts no longer once it has ended', '2026-11-22', 1, ['prod-aaa pass', 'prod-bbb fail']],
  ])('%s', async (_, until, code, words) => {
    const { run } = await openFleet(failing, ['prod-aaa', { product: 'prod-bbb', waive: waive(until) }]);
    const ended = await run([...all, '--json']);
    expect(ended.code).toBe(code);
    expect(productWords(fleetOf(ended))).toEqual(words);
    expect(ended.stderr).toContain(`${until}: MP-412: no test contract yet`);
  });

  test('does not excuse another product', async () => {
    const { run } = await openFleet(failing, [{ product: 'prod-bbb', waive: waive('2027-01-15') }, 'prod-zzz']);
    expect((await run(all)).code).toBe(4);
  });

  test("ends by AWS's time, whatever this machine's clock says", async () => {
    const { run, machine, write } = await openFleet(failing, []);
    // AWS is a day ahead of this machine.
    const ahead = await openSeller(failing, () => machine.clock.now().getTime() + 24 * 3_600_000);
    machine.endpoint = ahead.sandbox.url;
    await write([{ product: 'prod-bbb', waive: waive('2026-11-23') }], {
      defaults: { buyers: { regression: tester }, saas: saasOf(ahead.sandbox.url) },
    });
    expect((await run(all)).code).toBe(1);
  });
});

describe('--product', () => {
  test('selects products of the file, in its order', async () => {
    const { run, calls } = await openFleet(three, listed);
    const ended = await run([...all, '--json', '--product', 'prod-ccc', '--product', ' prod-aaa']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(productWords(fleetOf(ended))).toEqual(['prod-aaa pass', 'prod-ccc pass']);
    expect(calls.some(({ about }) => about.includes('bbb'))).toBe(false);
  });
});

test.each<[string, readonly string[], readonly [string, RegExp]]>([
  [
    'a product that the file does not list',
    [...all, '--product', 'prod-aab'],
    ['unknown-product', /Did you mean "prod-aaa"/],
  ],
  [
    'a checklist with manual steps',
    ['run', 'new-signup', '--all'],
    ['manual-step', /its step \d+ \(\w+\) needs a person/],
  ],
  ['all use cases', ['run', 'use-cases', '--all'], ['manual-step', /new-signup cannot run for all products/]],
  ['no checklist', ['run', '--all'], ['missing-checklist', /run regression --all/]],
  ['several products without --all', ['run', 'regression', '--product', 'a', '--product', 'b'], ['usage', /add --all/]],
  ['--max-parallel without --all', ['run', 'regression', '--max-parallel', '2'], ['usage', /needs --all/]],
  ['--max-parallel 0', [...all, '--max-parallel', '0'], ['usage', /max-parallel/]],
  ['a wrong buyer', [...all, '--buyer', '12'], ['bad-buyer', /12/]],
  ['a wrong duration', [...all, '--max-wait', 'soon'], ['bad-duration', /soon/]],
  ['a report without a file', [...all, '--report', 'junit'], ['bad-report', /FORMAT=FILE/]],
  ['the sandbox in this process', [...all, '--sandbox'], ['no-fleet', /--scenario/]],
  ...[
    '--url=https://aws.amazon.com/marketplace/pp/prodview-a',
    '--attach=buy=a.png',
    '--answers=a.yaml',
    '--rehearse',
  ].map((flag): [string, readonly string[], readonly [string, RegExp]] => [flag, [...all, flag], ['usage', /--all/]]),
])('exits with 2, and asks AWS nothing: %s', async (_, line, [code, words]) => {
  const { run, calls, machine } = await openFleet(three, listed);
  const ended = await run([...line, '--json']);
  expect(ended.code).toBe(2);
  const { error } = JSON.parse(ended.stdout);
  expect(error.code).toBe(code);
  expect(`${error.message} ${error.hint}`).toMatch(words);
  expect(calls).toEqual([]);
  expect(await machine.runs.ids()).toEqual([]);
});

test('exits with 2 if the file lists no products, or there is no file', async () => {
  const { run, machine } = await openFleet(three, listed);
  await machine.write('mp-verify.yaml', 'product: prod-aaa\n');
  const ended = await run([...all, '--json']);
  expect(ended.code).toBe(2);
  expect(JSON.parse(ended.stdout).error).toMatchObject({
    code: 'no-fleet',
    hint: expect.stringContaining('init --all'),
  });
});

describe('what run --all writes', () => {
  test('reports in several formats, each with every product', async () => {
    const { run, machine } = await openFleet(three, listed);
    const ended = await run([
      ...all,
      '--report',
      'junit=fleet.xml',
      '--report',
      'html=fleet.html',
      '--report',
      'json=fleet.json',
    ]);
    expect(ended.code, ended.stderr).toBe(0);
    const written = (name: string) => readFile(join(machine.folder, name), 'utf8');
    expect((await written('fleet.xml')).match(/<testsuite name=.*prod-\w+/g)).toHaveLength(3);
    for (const name of three.products) expect(await written('fleet.html')).toContain(`prod-${name}`);
    expect(fleetOf({ stdout: await written('fleet.json') }).tally.pass).toBe(3);
  });

  test('the result, although a report file cannot be written', async () => {
    const { run, machine, on } = await openFleet(three, listed);
    // While the products are checked, something else takes its place.
    on.call = () => mkdirSync(join(machine.folder, 'fleet.xml'), { recursive: true });
    const ended = await run([...all, '--report', 'junit=fleet.xml']);
    expect(ended.code).toBe(4);
    expect(ended.stdout).toContain('PASS  Automated regression, 3 products');
    expect(ended.stderr).toContain('fleet.xml');
  });

  test('with --quiet, only the result', async () => {
    const { run } = await openFleet(three, listed);
    const { code, stdout, stderr } = await run([...all, '--quiet']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('PASS  Automated regression, 3 products');
  });

  test('with --quiet --json, only the document', async () => {
    const { run } = await openFleet(three, listed);
    const { stdout, stderr } = await run([...all, '--quiet', '--json']);
    expect([fleetOf({ stdout }).verdict, stderr]).toEqual(['pass', '']);
  });

  test('on a terminal, the result once, and nothing is asked', async () => {
    const { run, machine } = await openFleet(three, listed);
    machine.isTerminal = true;
    const ended = await run(all, []);
    expect([ended.code, ended.questions]).toEqual([0, []]);
    expect(ended.stdout).toContain('PASS  Automated regression, 3 products');
    expect(ended.stderr).not.toContain('PASS');
  });

  test('with --json or into a pipe, a person on the terminal still reads the result', async () => {
    const { run } = await openFleet(three, listed);
    const piped = await run(all, []);
    expect(piped.stdout).toContain('PASS  Automated regression, 3 products');
    expect(piped.stderr).toContain('PASS  Automated regression, 3 products');
    const json = await run([...all, '--json'], []);
    expect(fleetOf(json).verdict).toBe('pass');
    expect(json.stderr).toContain('PASS  Automated regression, 3 products');
  });

  test('no secret that the file or AWS shows', async () => {
    const secret = ['AKIA', 'IOSFODNN7', 'ABCDEFG'].join('');
    const { run, machine } = await openFleet({ products: [], withoutContract: ['aaa'] }, [
      { product: 'prod-aaa', waive: { until: '2027-01-15', reason: `MP-412 ${secret}` } },
      `Acme ${secret}`,
    ]);
    const ended = await run([...all, '--json']);
    expect(ended.code).toBe(4);
    expect(fleetOf(ended).tally).toMatchObject({ waived: 1, error: 1 });
    expect(ended.stderr + ended.stdout).not.toContain(secret);
    const saved = await machine.runs.read('regression-1');
    expect(JSON.stringify([saved.record, saved.entries])).not.toContain(secret);
  });
});
