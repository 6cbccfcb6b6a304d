import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reportDocument } from '../../src/checklist/report-document.ts';
import { CouldNotCheck, UserError } from '../../src/errors.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { noOptions } from '../support/no-options.ts';
import { tooWide } from '../support/too-wide.ts';
import { keepWalk, walkedRun } from '../support/walked-run.ts';
import { openMachine } from './look-back-machine.ts';

const [early, late, today] = ['2026-11-10T09:00:00.000Z', '2026-11-20T09:00:00.000Z', '2026-11-23T08:00:00.000Z'];

async function withRuns() {
  const machine = await openMachine();
  await machine.keep({ at: early });
  await machine.keep({
    at: late,
    of: ['contract-change'],
    ends: 'fail',
    product: { productId: 'prod-b', title: 'Beta' },
  });
  await machine.keep({ at: today, ends: 'incomplete', sandbox: true });
  return machine;
}

describe('runs', () => {
  test('without any it says so, and how to begin', async () => {
    const { run } = await openMachine();
    expect(await run(['runs'])).toMatchObject({
      outcome: 'pass',
      stdout: 'There are no saved runs yet. To practice: mp-verify run new-signup --sandbox\n',
    });
    expect(JSON.parse((await run(['runs', '--json'])).stdout)).toEqual({ runs: [], unreadable: [] });
  });

  test('lists them, the newest first', async () => {
    const { run } = await withRuns();
    const { outcome, stdout, stderr } = await run(['runs']);
    expect([outcome, stderr]).toEqual(['pass', '']);
    expect(stdout).toBe(
      [
        'run                product     verdict       started',
        'new-signup-2       Acme Notes  · INCOMPLETE  1 h ago      SANDBOX',
        'contract-change-1  Beta        ✗ FAIL        3 days ago',
        'new-signup-1       Acme Notes  ✓ PASS        13 days ago',
        '',
      ].join('\n'),
    );
  });

  test('--json has all that is pinned', async () => {
    const { run } = await withRuns();
    const { runs } = JSON.parse((await run(['runs', '--json'])).stdout);
    expect(runs).toHaveLength(3);
    expect(runs[1]).toEqual({
      id: 'contract-change-1',
      checklists: ['contract-change'],
      product: 'prod-b',
      productTitle: 'Beta',
      verdict: 'fail',
      startedAt: late,
      endedAt: '2026-11-20T09:09:00.000Z',
      sandbox: false,
      walkingNow: false,
    });
  });

  test.each([
    ['--checklist new-signup', 'new-signup-2 new-signup-1'],
    ['--checklist zzz', ''],
    ['--product beta', 'contract-change-1'],
    ['--product prod-lp5dq7gziiuyi', 'new-signup-2 new-signup-1'],
    ['--product 4ml54db8vrmjuykaw1psroool --verdict pass', 'new-signup-1'],
    ['--verdict incomplete', 'new-signup-2'],
    ['--verdict error', ''],
  ])('%s', async (filters, ids) => {
    const { run } = await withRuns();
    const { runs } = JSON.parse((await run(['runs', '--json', ...filters.split(' ')])).stdout);
    expect(runs.map(({ id }: { readonly id: string }) => id).join(' ')).toBe(ids);
  });

  test('where no run is like that it says so', async () => {
    const { run } = await withRuns();
    expect((await run(['runs', '--verdict', 'error'])).stdout).toContain('No matching runs.');
  });

  test('a damaged one does not hide the others: it is named on stderr, and that is no success', async () => {
    const machine = await withRuns();
    await machine.damage('contract-change-1');
    for (const args of [['runs'], ['runs', '--json']]) {
      const { outcome, stdout, stderr } = await machine.run(args);
      expect(outcome).toBe('error');
      expect(stdout).toMatch(/new-signup-2[\s\S]*new-signup-1/);
      expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
        /^! Run contract-change-1 is damaged\..*results\.jsonl:2: .*mp-verify runs delete/,
      );
    }
    expect(JSON.parse((await machine.run(['runs', '--json'])).stdout).unreadable).toEqual([
      {
        id: 'contract-change-1',
        reason: expect.stringMatching(/^Run contract-change-1 is damaged\. .*results\.jsonl:2: /),
      },
    ]);
    const filtered = JSON.parse((await machine.run(['runs', '--json', '--checklist', 'new-signup'])).stdout);
    expect(filtered.unreadable).toHaveLength(1);
  });

  test('names a run that somebody walks now', async () => {
    const { run, runs } = await withRuns();
    const open = await runs.open('new-signup-2');
    expect((await run(['runs'])).stdout).toMatch(/^new-signup-2 .* SANDBOX, in use$/m);
    await open.close();
    expect((await run(['runs'])).stdout).not.toContain('in use');
  });

  test('says what was walked where an id does not say it', async () => {
    const { run, keep } = await openMachine();
    await keep({ at: early, of: ['new-signup', 'existing-user', 'contract-change'] });
    expect((await run(['runs'])).stdout).not.toContain('use cases');
    await keep({ at: early, of: ['new-signup', 'registration'] });
    expect((await run(['runs'])).stdout).toMatch(/^use-cases-2 +new-signup, registration +Acme/m);
  });

  test.each([20, 40, 80])('fits %i columns, whatever a product is called', async (columns) => {
    const { run, keep } = await withRuns();
    await keep({ at: today, product: { title: `${allHostile} and more` }, of: ['registration'], ends: 'error' });
    const { stdout } = await run(['runs'], null, columns);
    expect(tooWide(stdout, columns)).toEqual([]);
    expect(rawIn(stdout)).toEqual([]);
    expect(stdout).toContain('registration-1');
  });
});

describe('runs show', () => {
  const told = async () => {
    const machine = await openMachine();
    const { last } = walkedRun({ at: early });
    const step = { checklist: 'new-signup', step: last?.step.id ?? '' } as const;
    const sha256 = 'b'.repeat(64);
    const began = {
      type: 'began',
      at: late,
      operator: 'Ben',
      version: '0.1.0',
      accepted: [],
      options: noOptions,
    } as const;
    await machine.keep({
      at: early,
      ends: 'fail',
      after: [
        { type: 'note', ...step, text: 'Lee looks into it.', operator: 'Aiko', at: early },
        {
          type: 'evidence',
          ...step,
          name: 'shot.png',
          sha256,
          bytes: 2048,
          mediaType: 'image/png',
          redacted: 0,
          operator: null,
          at: early,
        },
        began,
        {
          ...{
            type: 'attempt',
            ...step,
            status: 'pass',
            code: null,
            values: {},
            reason: 'It is so now.',
            by: 'operator',
            operator: 'Ben',
          },
          ...{ note: null, disagreed: false, startedAt: late, durationMs: 60_000 },
        },
      ],
    });
    return machine;
  };

  test('tells the story: who sat down when, what was said before, notes, files with their path, the summary', async () => {
    const { run, runs } = await told();
    const { outcome, stdout } = await run(['runs', 'show', 'new-signup-1']);
    const folder = join(runs.folder, 'runs', 'new-signup-1');
    expect(outcome).toBe('pass');
    expect(stdout).toContain('  started  2026-11-10 09:00 UTC, Aiko, mp-verify 0.1.0\n');
    expect(stdout).toContain('  resumed  2026-11-20 09:00 UTC, Ben, mp-verify 0.1.0\n');
    expect(stdout).toContain(`  folder   ${folder}\n`);
    const end = stdout.slice(stdout.indexOf('13/13'), stdout.indexOf('\nPASS'));
    expect(end.split('\n').map((line) => line.trim())).toEqual([
      '13/13  Inspect the contract in the SaaS',
      'Ben, 2026-11-20 09:01 UTC',
      'It is so now.',
      'note: (2026-11-10 09:00 UTC, before this result) Lee looks into',
      'it.',
      `file: shot.png, image/png, 2 KiB, sha256 ${'b'.repeat(12)}…, attached`,
      '2026-11-10 09:00 UTC',
      join(folder, 'evidence', `${'b'.repeat(64)}.png`),
      'earlier: FAIL (Aiko, with the program, 2026-11-10 09:12 UTC; no',
      'longer counts): It is not so.',
      '',
    ]);
    expect(stdout).toMatch(/\n✓ pass {2}12\/13 .*\n +the program, 2026-11-10 09:11 UTC, carried over\n/);
    expect(stdout).toMatch(/\nPASS {2}New sign-up after purchase +13 pass/);
  });

  test('--json is the document of the run', async () => {
    const { run } = await told();
    const document = reportDocument.parse(JSON.parse((await run(['runs', 'show', 'new-signup', '--json'])).stdout));
    expect([document.run.id, document.verdict]).toEqual(['new-signup-1', 'pass']);
  });

  describe('of a run without an end', () => {
    const stopped = /interrupted/;
    const walk = async () => {
      const machine = await openMachine();
      const again = {
        type: 'began',
        at: late,
        operator: 'Ben',
        version: '0.1.0',
        accepted: [],
        options: noOptions,
      } as const;
      await machine.keep({ at: early, ends: 'incomplete', after: [again] });
      return machine;
    };
    const printed = async ({ run }: Awaited<ReturnType<typeof openMachine>>) => ({
      json: reportDocument.parse(JSON.parse((await run(['report', '--format', 'json'])).stdout)),
      shown: JSON.parse((await run(['runs', 'show', 'new-signup-1', '--json'])).stdout),
      texts: [
        (await run(['runs', 'show', 'new-signup-1'])).stdout,
        (await run(['report'])).stdout,
        (await run(['report', '--format', 'markdown'])).stdout,
      ],
    });

    test('says that somebody walks it now, not that it was stopped, nor how to go on with it', async () => {
      const machine = await walk();
      const open = await machine.runs.open('new-signup-1');
      const { json, shown, texts } = await printed(machine);
      await open.close();
      expect(json.run).toMatchObject({ interrupted: false, walkingNow: true });
      expect(shown).toEqual(json);
      for (const text of texts) {
        expect(text).toContain('in progress');
        expect(text).not.toMatch(stopped);
        expect(text).not.toContain('mp-verify resume');
      }
    });

    test('says that it was stopped, where nobody walks it', async () => {
      const { json, shown, texts } = await printed(await walk());
      expect(json.run.interrupted).toBe(true);
      expect(json.run).not.toHaveProperty('walkingNow');
      expect(shown).toEqual(json);
      for (const text of texts) expect(text).toMatch(stopped);
    });
  });

  test('an option before it is no option of it, and is not swallowed', async () => {
    const { run } = await told();
    const { outcome, stdout } = await run(['runs', '--json', 'show', 'new-signup-1']);
    expect(outcome).toMatchObject({ code: 'usage', message: expect.stringContaining("put option '--json' after") });
    expect(stdout).toBe('');
  });

  test('a damaged run is not shown in part', async () => {
    const machine = await told();
    await machine.damage('new-signup-1');
    const { outcome, stdout } = await machine.run(['runs', 'show', 'new-signup-1']);
    expect(outcome).toBeInstanceOf(CouldNotCheck);
    expect(stdout).toBe('');
  });

  test.each([40, 80])('fits %i columns, whatever people and AWS have written', async (columns) => {
    const machine = await openMachine();
    const at = early;
    const place = { checklist: 'new-signup', step: 'product' } as const;
    const note = { type: 'note', ...place, text: allHostile, operator: null, at } as const;
    await machine.keep({ at, operator: allHostile, product: { title: allHostile }, ends: 'fail', after: [note] });
    const { stdout } = await machine.run(['runs', 'show', 'new-signup-1'], null, columns);
    expect(rawIn(stdout)).toEqual([]);
    // A path and a command are copied: they stay whole.
    const wide = tooWide(stdout, columns).filter((line) => !/^ *(folder +\/|mp-verify resume )/.test(line));
    expect(wide).toEqual([]);
  });
});

describe('runs delete', () => {
  const isThere = async (folder: string, id: string) =>
    stat(join(folder, 'runs', id)).then(
      () => true,
      () => false,
    );

  test('asks, naming them, and deletes', async () => {
    const { run, runs } = await withRuns();
    const { outcome, stdout, stderr, questions } = await run(
      ['runs', 'delete', 'contract-change', 'new-signup-2'],
      ['d'],
    );
    expect([outcome, questions]).toEqual(['pass', ['d/k']]);
    expect(stderr).toContain('  contract-change-1  FAIL, Beta, 2 days ago\n');
    expect(stderr).toContain('  new-signup-2  INCOMPLETE, Acme Notes, 47 min ago, SANDBOX\n');
    expect(stdout).toBe('Deleted contract-change-1.\nDeleted new-signup-2.\n');
    expect(await runs.ids()).toEqual(['new-signup-1']);
  });

  test('keeps them where the operator thinks better of it', async () => {
    const { run, runs } = await withRuns();
    expect((await run(['runs', 'delete', 'new-signup-1'], ['k'])).stdout).toBe('Nothing was deleted.\n');
    expect(await runs.ids()).toHaveLength(3);
  });

  test('without a terminal it needs --yes, and with --yes the whole id', async () => {
    const { run, runs } = await withRuns();
    expect((await run(['runs', 'delete', 'new-signup-1'])).outcome).toMatchObject({ code: 'not-confirmed' });
    const vague = (await run(['runs', 'delete', 'new-signup-1', 'contract', '--yes'])).outcome;
    expect(vague).toBeInstanceOf(UserError);
    expect(vague).toMatchObject({ message: expect.stringContaining('use contract-change-1, not "contract"') });
    expect(await runs.ids()).toHaveLength(3);
    expect((await run(['runs', 'delete', 'new-signup-1', '--yes'])).stdout).toBe('Deleted new-signup-1.\n');
    expect(await runs.ids()).not.toContain('new-signup-1');
  });

  test('takes no id from a later run: what was printed of the deleted one does not lead to another', async () => {
    const { run, runs } = await withRuns();
    const at = '2026-11-20T09:00:00.000Z';
    await run(['runs', 'delete', 'new-signup-2', '--yes']);
    await run(['runs', 'delete', 'new-signup-1', '--yes']);
    for (let next = 3; next <= 10; next++) expect(await keepWalk(runs, { at })).toBe(`new-signup-${next}`);
    expect((await run(['report', 'new-signup-1'])).outcome).toMatchObject({ code: 'unknown-run' });
  });

  test('takes damaged runs', async () => {
    const { run, runs, damage } = await withRuns();
    await damage('contract-change-1');
    const { outcome, stderr } = await run(['runs', 'delete', 'contract-change-1'], ['d']);
    expect(outcome).toBe('pass');
    expect(stderr).toContain('contract-change-1  damaged');
    expect(await isThere(runs.folder, 'contract-change-1')).toBe(false);
  });

  test('leaves one that is walked now, and says so; the others go', async () => {
    const { run, runs } = await withRuns();
    const open = await runs.open('new-signup-1');
    const { outcome, stdout, stderr } = await run(['runs', 'delete', 'new-signup-1', 'new-signup-2', '--yes']);
    expect([outcome, stdout]).toEqual(['error', 'Deleted new-signup-2.\n']);
    expect(stderr).toContain('new-signup-1');
    await open.close();
    expect(await runs.ids()).toEqual(['contract-change-1', 'new-signup-1']);
  });

  test.each([
    ['runs delete new-signup-1 --json', 'See: mp-verify runs delete --help'],
    ['runs show', 'See: mp-verify runs show --help'],
    ['runs --jsn', 'See: mp-verify runs --help'],
    ['runs --json show new-signup-1', 'See: mp-verify runs --help'],
    ['runs --checklist show --jsn', 'See: mp-verify runs --help'],
  ])('a wrong option leads to the help of its own command: %s', async (line, hint) => {
    const { run } = await withRuns();
    expect((await run(line.split(' '))).outcome).toMatchObject({ code: 'usage', hint });
  });

  test('deletes nothing where one of them does not exist', async () => {
    const { run, runs } = await withRuns();
    expect((await run(['runs', 'delete', 'new-signup-1', 'zzz', '--yes'])).outcome).toMatchObject({
      code: 'unknown-run',
    });
    expect(await runs.ids()).toHaveLength(3);
  });
});

describe('report', () => {
  test('prints the newest run as text, and that is a success whatever the verdict was', async () => {
    const { run } = await withRuns();
    const { outcome, stdout } = await run(['report']);
    expect(outcome).toBe('pass');
    expect(stdout).toMatch(/^New sign-up after purchase +SANDBOX[\s\S]*\nINCOMPLETE {2}New sign-up after purchase/);
    expect((await run(['report', 'contract-change'])).stdout).toMatch(
      /^Contract[\s\S]*\nFAIL {2}Contract changed on AWS/,
    );
  });

  test('in every format', async () => {
    const { run } = await withRuns();
    expect((await run(['report', 'new-signup-1', '--format', 'markdown'])).stdout).toMatch(/^\*\*✓ PASS\*\*/);
    const { stdout } = await run(['report', 'new-signup-1', '--format', 'json']);
    expect(reportDocument.parse(JSON.parse(stdout)).run.id).toBe('new-signup-1');
  });

  test('into a file, 80 columns wide, with nothing on stdout', async () => {
    const { run, folder } = await withRuns();
    const ended = await run(['report', 'new-signup-1', '-o', 'out.txt'], null, 40);
    expect(ended).toMatchObject({ outcome: 'pass', stdout: '' });
    const { readFile } = await import('node:fs/promises');
    expect(await readFile(join(folder, 'out.txt'), 'utf8')).toBe((await run(['report', 'new-signup-1'])).stdout);
  });

  test('finds first that it cannot write there, even before it looks for the run', async () => {
    const { run } = await withRuns();
    for (const path of ['none/out.txt', 'r'.repeat(256)])
      expect((await run(['report', 'zzz', '-o', path])).outcome).toMatchObject({ code: 'cannot-write' });
  });

  test('does not skip a damaged newest run', async () => {
    const machine = await withRuns();
    await machine.damage('new-signup-2');
    const { outcome, stdout } = await machine.run(['report']);
    expect(outcome).toMatchObject({ code: 'damaged-run', message: expect.stringContaining('new-signup-2') });
    expect(stdout).toBe('');
  });

  test('without any run says so', async () => {
    const { run } = await openMachine();
    expect((await run(['report'])).outcome).toMatchObject({
      code: 'unknown-run',
      message: 'There are no saved runs yet.',
    });
  });
});
