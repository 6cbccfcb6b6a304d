import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeJournal, encodeEntry } from '../../src/store/journal.ts';
import { decodeRun, encodeRun } from '../../src/store/run-document.ts';
import { runStore } from '../../src/store/run-store.ts';
import { attempt, entries, journalText, machine, outcome, record, stateFolder, trouble } from './support.ts';

const run = { ...record, id: 'new-signup-1' };
const journal = Buffer.from(entries.map((entry, index) => encodeEntry(run, index + 1, entry)).join(''));
const document = Buffer.from(encodeRun(run));

describe('results.jsonl', () => {
  const [one, two, three] = [1, 2, 3].map((n) => encodeEntry(run, n, attempt(`step-${n}`)));
  const other = encodeEntry(run, 2, attempt('step-2', { status: 'fail' }));
  const sumOf = (line: string | undefined) => JSON.parse(line ?? '').sum as string;
  const cases: readonly (readonly [string, string | Buffer, string])[] = [
    ['a line that is missing', `${one}${three}`, 'FILE:2: it was written as line 3'],
    ['lines that changed places', `${two}${one}`, 'FILE:1: it was written as line 2'],
    ['a line that is there twice', `${one}${one}`, 'FILE:2: it was written as line 1'],
    ['an empty line', `${one}\n${two}`, 'FILE:2: it is not JSON'],
    ['half a line with its end', `${one}${two?.slice(0, 60)}\n`, 'FILE:2: it is not JSON'],
    [
      'a result made better',
      `${one}${other?.replace('fail', 'pass')}`,
      'FILE:2: it was changed, or comes from another run: its checksum does not match',
    ],
    [
      'a line of another run',
      `${one}${encodeEntry({ ...run, id: 'new-signup-2' }, 2, attempt('step-2'))}`,
      'FILE:2: it was changed, or comes from another run',
    ],
    [
      'a line of a run that had the same id elsewhere',
      encodeEntry({ ...run, startedAt: '2026-07-24T08:00:01.000Z' }, 1, attempt('step-1')),
      'FILE:1: it was changed, or comes from another run',
    ],
    ['a check sum of another line', `${one}${two?.replace(sumOf(two), sumOf(one))}`, 'FILE:2: it was changed'],
    [
      'a field that nobody wrote',
      `${one}${two?.replace('{"v":4', '{"x":0,"v":4')}`,
      'FILE:2: it is not a valid entry of a run',
    ],
    ['other JSON', `${one}null\n`, 'FILE:2: it is not a valid entry of a run'],
    [
      'JSON without end to its depth',
      `{"v":4,"n":1,"sum":"","entry":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`,
      'FILE:1: it is not a valid entry of a run',
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a]), 'FILE:1: it is not UTF-8'],
    ['a byte order mark', `\ufeff${one}`, 'FILE:1: it is not JSON'],
    ['a version of the past that never was', `${one?.replace('"v":4', '"v":0')}`, 'FILE:1: there is no version 0'],
    ['another version than it was written in', `${one?.replace('"v":4', '"v":2')}`, 'FILE:1: it was changed'],
  ];
  test.each(cases)('with %s is refused', (_, text, words) => {
    expect(outcome(() => decodeJournal(Buffer.from(text), run, 'FILE'))).toContain(words);
  });

  test('with zeros where the machine lost its power behind the last line is read up to there', () => {
    const bytes = Buffer.concat([journal, Buffer.alloc(4096)]);
    expect(decodeJournal(bytes, run, 'FILE')).toEqual({ entries, length: journal.length, torn: true });
  });
});

describe('run.json', () => {
  test('with other white space is the same', () => {
    const windows = document.toString().replaceAll('\n', '\r\n');
    expect(decodeRun(Buffer.from(windows), 'new-signup-1', 'FILE')).toEqual(run);
  });
});

describe('a damaged run', () => {
  async function damaged(name: string, change: (text: string) => string | null) {
    const folder = await stateFolder();
    const runs = runStore(folder, machine());
    const run = await runs.create('new-signup', record);
    for (const entry of entries) await run.append(entry);
    await run.close();
    const path = join(run.location, name);
    const text = change(await readFile(path, 'utf8'));
    if (text === null) await rm(path);
    else await writeFile(path, text);
    return { runs, path, text };
  }

  test.each([
    ['results.jsonl', 'a changed line', (text: string) => text.replace('"Mina"', '"Tina"'), 'PATH:1: it was changed'],
    ['results.jsonl', 'its absence', () => null, 'PATH: it is missing'],
    [
      'run.json',
      'a changed account',
      (text: string) => text.replace('444455556666', '444455556667'),
      'PATH: it was changed',
    ],
    ['run.json', 'its absence', () => null, 'PATH: it is missing'],
    ['run.json', 'emptiness', () => '', 'PATH: it is not JSON'],
  ])('(%s, %s) is neither read nor opened, and stays as it is', async (name, _, change, words) => {
    const { runs, path, text } = await damaged(name, change);
    for (const error of [await trouble(runs.read('new-signup-1')), await trouble(runs.open('new-signup-1'))]) {
      expect(error).toMatchObject({ name: 'CouldNotCheck', code: 'damaged-run' });
      expect(error.message).toContain(words.replace('PATH', path));
      expect(error.hint).toContain('mp-verify runs delete new-signup-1');
    }
    if (text !== null) expect(await readFile(path, 'utf8')).toBe(text);
    // Nobody is kept from mending it.
    expect(await runs.inUse('new-signup-1')).toBe(false);
    expect(await runs.ids()).toEqual(['new-signup-1']);
  });

  test.skipIf(platform() === 'win32').each(['run.json', 'results.jsonl', 'lock'])(
    'whose %s is a pipe that nobody writes into keeps nobody waiting',
    async (name) => {
      const { runs, path } = await damaged('run.json', (text) => text);
      await rm(join(dirname(path), name), { force: true });
      execFileSync('mkfifo', [join(dirname(path), name)]);
      for (const work of [() => runs.open('new-signup-1'), () => runs.inUse('new-signup-1'), () => runs.ids()]) {
        const error = await work().catch((reason: unknown) => reason);
        if (error instanceof Error) expect(error.message).toContain('it is not a regular file');
      }
      expect((await trouble(runs.open('new-signup-1'))).message).toContain(name);
    },
  );

  test('with an incomplete last line opens without it, says so, and continues cleanly', async () => {
    const { runs, path } = await damaged('results.jsonl', (text) => text.slice(0, -20));
    const remark = `The last line of ${path} is incomplete because mp-verify was stopped while writing it. It is ignored.`;
    const before = await readFile(path, 'utf8');

    const read = await runs.read('new-signup-1');
    expect(read.warnings).toEqual([remark]);
    expect(await readFile(path, 'utf8')).toBe(before);

    const run = await runs.open('new-signup-1');
    // The store of this test holds no file for the evidence among its entries.
    expect(run.warnings).toEqual([remark, expect.stringContaining('screen.png')]);
    expect(run.entries).toEqual(entries.slice(0, -1));
    await run.append(attempt('again'));
    expect(await runs.read('new-signup-1')).toMatchObject({
      entries: [...entries.slice(0, -1), attempt('again')],
      warnings: [],
    });
  });
});

test('a line is one line of the file', async () => {
  const folder = await stateFolder();
  const run = await runStore(folder, machine()).create('a', record);
  await run.append(attempt('one', { note: 'a\nb\r\u2028c' }));
  expect((await journalText(run.location)).split('\n')).toHaveLength(2);
});
