import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Interrupted, type StopSignal } from '../../src/errors.ts';
import { fleetOf, openFleet, openSeller, productWords, type SellerOptions } from './fleet-machine.ts';

const oneByOne = ['run', 'regression', '--all', '--max-parallel', '1'];
const four: SellerOptions = { products: ['aaa', 'bbb', 'ccc', 'ddd'] };
const listed = ['prod-aaa', 'prod-bbb', 'prod-ccc', 'prod-ddd'];

/** A fleet of four products whose first run is stopped while the third is checked. */
async function stopped(signal: StopSignal = 'SIGINT', flags: readonly string[] = [], sold = four) {
  const fleet = await openFleet(sold, listed);
  const { machine, on, run } = fleet;
  on.call = ({ action, about }) => {
    if (action.endsWith(' DescribeEntity') && about.includes('ccc')) machine.signal.abort(new Interrupted(signal));
  };
  const first = await run([...oneByOne, ...flags]);
  on.call = () => undefined;
  machine.signal = new AbortController();
  fleet.calls.length = 0;
  return { ...fleet, first };
}

describe('a fleet run that is stopped', () => {
  test.each<[StopSignal, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('saves what is finished, and says how to continue: %s', async (signal, code) => {
    const { first, run } = await stopped(signal);
    expect(first.code).toBe(code);
    expect(first.stderr).toContain(
      '! regression-1: 2 of 4 products are checked and saved. To check the rest:\n  mp-verify resume regression-1\n',
    );
    expect(first.stdout).toContain('INCOMPLETE  Automated regression, 4 products');
    expect(first.stdout).toContain('mp-verify resume regression-1\n');
    const report = fleetOf(await run(['report', '--format', 'json']));
    expect(productWords(report)).toEqual([
      ...['prod-aaa pass', 'prod-bbb pass'],
      ...['prod-ccc incomplete product-not-reached', 'prod-ddd incomplete product-not-reached'],
    ]);
    expect(report.run.interrupted).toBe(true);
  });

  test('is one document on stdout with --json, and its report files are written', async () => {
    const { first, machine } = await stopped('SIGINT', ['--json', '--report', 'junit=fleet.xml']);
    expect(first.code).toBe(130);
    expect(fleetOf(first).verdict).toBe('incomplete');
    expect(await readFile(join(machine.folder, 'fleet.xml'), 'utf8')).toContain(
      '<testsuites name="mp-verify regression-1 SANDBOX" tests="26" failures="0" errors="2"',
    );
  });

  test('is resumed with the products that have no result, then with the others', async () => {
    const { run, calls } = await stopped();
    // The products of a resumed run are checked side by side, so one at a time shows their order.
    const ended = await run(['resume', 'regression-1', '--max-parallel', '1', '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(productWords(fleetOf(ended))).toEqual(listed.map((id) => `${id} pass`));
    const described = calls.filter(({ action }) => action.endsWith(' DescribeEntity'));
    expect(described.map(({ about }) => /aaa|bbb|ccc|ddd/.exec(about)?.[0])).toEqual(['ccc', 'ddd', 'aaa', 'bbb']);
    const again = await run(['resume', 'regression-1', '--json']);
    expect(JSON.parse(again.stdout).error).toMatchObject({
      code: 'nothing-to-resume',
      hint: 'Start a new run: mp-verify run regression --all',
    });
  });

  test('is resumed by its newest session: what it does not reach is carried over, and no pass of it counts', async () => {
    const { run, machine, on } = await stopped();
    on.call = ({ action, about }) => {
      if (action.endsWith(' DescribeEntity') && about.includes('aaa')) machine.signal.abort(new Interrupted('SIGINT'));
    };
    const ended = await run(['resume', '--max-parallel', '1', '--json']);
    expect(ended.code).toBe(130);
    expect(productWords(fleetOf(ended))).toEqual([
      'prod-aaa incomplete not-checked-again carried over',
      'prod-bbb incomplete not-checked-again carried over',
      ...['prod-ccc pass', 'prod-ddd pass'],
    ]);
    expect(fleetOf(ended).verdict).toBe('incomplete');
  });

  test('fails when it is resumed if a product fails then', async () => {
    const { run } = await stopped('SIGINT', [], { products: ['aaa', 'bbb', 'ccc'], withoutContract: ['ddd'] });
    const ended = await run(['resume', '--json']);
    expect(ended.code).toBe(1);
    expect(productWords(fleetOf(ended))).toEqual(['prod-aaa pass', 'prod-bbb pass', 'prod-ccc pass', 'prod-ddd fail']);
  });

  test('has not begun if it is stopped before its first product', async () => {
    const { run, machine, on } = await openFleet(four, listed);
    on.call = () => machine.signal.abort(new Interrupted('SIGINT'));
    const { code, stderr } = await run(oneByOne);
    expect(code).toBe(130);
    expect(stderr).toContain('Nothing was started');
    expect(await machine.runs.ids()).toEqual([]);
  });
});

describe('resume of a fleet run', () => {
  const failing: SellerOptions = { products: ['aaa', 'ccc', 'ddd'], withoutContract: ['bbb'] };

  test('uses the settings that the file has now, and the flags of the run', async () => {
    const { run, write } = await openFleet(failing, listed);
    expect((await run([...oneByOne, '--buyer', '444455556666'])).code).toBe(1);
    await write(
      ['prod-aaa', { product: 'prod-bbb', waive: { until: '2027-01-15', reason: 'MP-412' } }, ...listed.slice(2)],
      {},
    );
    const ended = await run(['resume', '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(fleetOf(ended).products.map(({ checklists }) => checklists[0]?.buyer)).toEqual(
      listed.map(() => '444455556666'),
    );
    expect(productWords(fleetOf(ended))[1]).toBe('prod-bbb fail waived');
  });

  test('refuses another account, unless that is accepted', async () => {
    const { run, machine } = await openFleet(failing, listed);
    await run(oneByOne);
    const { sandbox } = await openSeller({ ...four, seller: '777788889999' }, () => machine.clock.now().getTime());
    const there = ['resume', '--json', '--endpoint-url', sandbox.url];
    const refused = await run(there);
    expect(refused.code).toBe(4);
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: 'wrong-account',
      message: expect.stringContaining('the account was 111122223333 and is now 777788889999'),
    });
    const still = await run([...there, '--accept-changed', 'product']);
    expect(JSON.parse(still.stdout).error.hint).toContain('--accept-changed product,account');
    const accepted = await run([...there, '--accept-changed', 'account']);
    expect(fleetOf(accepted).run.acceptedChanges).toEqual(['account']);
  });

  test('refuses a changed checklist, unless that is accepted', async () => {
    const { run, machine } = await openFleet(failing, listed);
    const checklist = (title: string) =>
      `version: 1\nid: mine\ntitle: Mine\nsteps: [{ id: granted, title: ${title}, check: entitlements, is: active }]\n`;
    await machine.write('mine.yaml', checklist('One'));
    expect((await run(['run', 'mine.yaml', '--all', '--buyer', '444455556666'])).code).toBe(1);
    await machine.write('mine.yaml', checklist('Two'));
    const refused = await run(['resume', '--json']);
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout).error.code).toBe('run-changed');
    const accepted = fleetOf(await run(['resume', '--json', '--accept-changed', 'checklist']));
    expect(accepted.products[0]?.checklists[0]?.steps.map(({ title }) => title)).toEqual(['Two']);
  });

  test('takes no other product for one whose title it has now, unless that is accepted', async () => {
    const { run, machine } = await openFleet({ products: [], withoutContract: ['aaa'] }, ['Acme aaa']);
    expect((await run(oneByOne)).code).toBe(1);
    const { sandbox } = await openSeller({ products: ['zzz'], title: 'Acme aaa' }, () => machine.clock.now().getTime());
    const there = ['resume', '--json', '--endpoint-url', sandbox.url];
    const refused = await run(there);
    expect(refused.code).toBe(4);
    const { code, reason } = fleetOf(refused).products[0] ?? {};
    expect(code).toBe('run-changed');
    expect(reason).toContain('the product was Acme aaa (prod-aaa). Now it is Acme aaa (prod-zzz).');
    const accepted = fleetOf(await run([...there, '--accept-changed', 'product']));
    expect(accepted.products[0]).toMatchObject({ id: 'prod-zzz', code: null });
    expect(accepted.run.acceptedChanges).toEqual(['product']);
  });

  test('says which products the file no longer lists, and keeps their results', async () => {
    const { run, write } = await openFleet(failing, listed);
    expect((await run(oneByOne)).code).toBe(1);
    await write(['prod-aaa', 'prod-ccc', 'prod-eee']);
    const ended = await run(['resume', '--json']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /mp-verify.yaml no longer\s+lists\s+prod-bbb,\s+prod-ddd, so this run cannot check them again/,
    );
    expect(productWords(fleetOf(ended))).toEqual([
      ...['prod-aaa pass', 'prod-bbb fail carried over', 'prod-ccc pass'],
      'prod-ddd incomplete not-checked-again carried over',
    ]);
  });

  test('checks a product again that the file names by its ID now', async () => {
    const { run, write } = await openFleet(failing, ['Acme bbb', 'prod-ccc']);
    expect((await run(oneByOne)).code).toBe(1);
    await write([{ product: 'prod-bbb', waive: { until: '2027-01-15', reason: 'MP-412' } }, 'prod-ccc']);
    const ended = await run(['resume', '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(productWords(fleetOf(ended))).toEqual(['Acme bbb fail waived', 'prod-ccc pass']);
  });

  test.each([
    ['--product', 'prod-aaa'],
    ['--from', 'contract'],
    ['--attach', 'contract=a.png'],
    ['--answers', 'a.yaml'],
    ['--url', 'https://aws.amazon.com/marketplace/pp/prodview-a'],
    ['--rehearse'],
    ['--sandbox'],
  ])('refuses %s, whether it has passed or not', async (...flag) => {
    for (const sold of [failing, { products: ['aaa', 'bbb', 'ccc', 'ddd'] }]) {
      const { run, calls, machine } = await openFleet(sold, listed);
      await run(oneByOne);
      await machine.write('a.png', 'no picture');
      const before = calls.length;
      const ended = await run(['resume', 'regression-1', ...flag]);
      expect(ended.code).toBe(2);
      expect(ended.stderr).toContain(`it cannot be resumed with ${flag[0]}.`);
      expect(calls).toHaveLength(before);
    }
  });
});
