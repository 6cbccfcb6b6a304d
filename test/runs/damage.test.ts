import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/model.ts';
import { decodeJournal, encodeEntry } from '../../src/runs/journal.ts';
import { decodeRun, encodeRun } from '../../src/runs/run-document.ts';
import { runStore } from '../../src/runs/run-store.ts';
import { attempt, entries, journalText, machine, record, stateFolder, trouble } from './support.ts';

const run = { ...record, id: 'new-signup-1' };
const journal = Buffer.from(entries.map((entry, index) => encodeEntry(run, index + 1, entry)).join(''));
const document = Buffer.from(encodeRun(run));

/** What reading makes of it: the value, or the message of an error that says which file, and where in it. */
function outcome<Value>(read: () => Value): Value | string {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    expect(['damaged-run', 'newer-run']).toContain(code);
    return message;
  }
}

function flips(bytes: Buffer): readonly Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return flipped;
  });
}

describe('results.jsonl', () => {
  test('cut at any byte holds the first of its entries, and says when one was not finished', () => {
    for (let length = 0; length <= journal.length; length++) {
      const whole = journal.subarray(0, length).toString('latin1').split('\n').length - 1;
      const end = journal.subarray(0, length).lastIndexOf('\n') + 1;
      expect(decodeJournal(journal.subarray(0, length), run, 'FILE')).toEqual({
        entries: entries.slice(0, whole),
        length: end,
        torn: end < length,
      });
    }
  });

  test('with any bit changed never holds other entries', () => {
    const seen = { same: 0, torn: 0, refused: 0 };
    for (const flipped of flips(journal)) {
      const found = outcome(() => decodeJournal(flipped, run, 'FILE'));
      if (typeof found === 'string') {
        expect(found).toMatch(/^(Run new-signup-1 is damaged|A newer mp-verify wrote run new-signup-1)\. FILE:\d+: /);
        seen.refused++;
      } else if (found.torn) {
        expect(found.entries).toEqual(entries.slice(0, -1));
        seen.torn++;
      } else {
        expect(found.entries).toEqual(entries);
        seen.same++;
      }
    }
    // Only the newline at the very end makes the last line one that was not finished.
    expect(seen).toEqual({ same: 0, torn: 8, refused: journal.length * 8 - 8 });
  });

  const [one, two, three] = [1, 2, 3].map((n) => encodeEntry(run, n, attempt(`step-${n}`)));
  const other = encodeEntry(run, 2, attempt('step-2', { status: 'fail' }));
  const sumOf = (line: string | undefined) => JSON.parse(line ?? '').sum as string;
  const cases: readonly (readonly [string, string | Buffer, string])[] = [
    ['a line that is missing', `${one}${three}`, 'FILE:2: it was line 3 when it was written'],
    ['lines that changed places', `${two}${one}`, 'FILE:1: it was line 2 when it was written'],
    ['a line that is there twice', `${one}${one}`, 'FILE:2: it was line 1 when it was written'],
    ['an empty line', `${one}\n${two}`, 'FILE:2: it is not JSON'],
    ['half a line with its end', `${one}${two?.slice(0, 60)}\n`, 'FILE:2: it is not JSON'],
    [
      'a result made better',
      `${one}${other?.replace('fail', 'pass')}`,
      'FILE:2: it was changed, or is of another run: its check sum does not fit',
    ],
    [
      'a line of another run',
      `${one}${encodeEntry({ ...run, id: 'new-signup-2' }, 2, attempt('step-2'))}`,
      'FILE:2: it was changed, or is of another run',
    ],
    [
      'a line of a run that had the same id elsewhere',
      encodeEntry({ ...run, startedAt: '2026-07-24T08:00:01.000Z' }, 1, attempt('step-1')),
      'FILE:1: it was changed, or is of another run',
    ],
    ['a check sum of another line', `${one}${two?.replace(sumOf(two), sumOf(one))}`, 'FILE:2: it was changed'],
    [
      'a field that nobody wrote',
      `${one}${two?.replace('{"v":2', '{"x":0,"v":2')}`,
      'FILE:2: it is not a line of a run',
    ],
    ['other JSON', `${one}null\n`, 'FILE:2: it is not a line of a run'],
    [
      'JSON without end to its depth',
      `{"v":2,"n":1,"sum":"","entry":${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`,
      'FILE:1: it is not a line of a run',
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x0a]), 'FILE:1: it is not UTF-8'],
    ['a byte order mark', `\ufeff${one}`, 'FILE:1: it is not JSON'],
    ['a version of the past that never was', `${one?.replace('"v":2', '"v":0')}`, 'FILE:1: there is no version 0'],
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
  const whole = { ...record, id: 'new-signup-1' };

  test('with any bit changed is the same record, or none', () => {
    for (const flipped of flips(document)) {
      const found = outcome(() => decodeRun(flipped, 'new-signup-1', 'FILE'));
      if (typeof found === 'string') expect(found).toMatch(/\. FILE: /);
      else expect(found).toEqual(whole);
    }
  });

  test('cut at any byte is the same record, or none', () => {
    for (let length = 0; length < document.length; length++) {
      const found = outcome(() => decodeRun(document.subarray(0, length), 'new-signup-1', 'FILE'));
      // Only the last newline can be spared.
      if (length === document.length - 1) expect(found).toEqual(whole);
      else expect(found).toMatch(/FILE: it is not (JSON|UTF-8)/);
    }
  });

  test('with other white space is the same', () => {
    const windows = document.toString().replaceAll('\n', '\r\n');
    expect(decodeRun(Buffer.from(windows), 'new-signup-1', 'FILE')).toEqual(whole);
  });
});

describe('a damaged run', () => {
  async function damaged(name: string, change: (text: string) => string | null) {
    const folder = await stateFolder();
    const runs = runStore(folder, machine());
    const run = await runs.create('new-signup', record);
    for (const entry of entries) await run.append(entry);
    await run.close();
    const path = join(run.folder, name);
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
      expect(error).toMatchObject({ name: 'CouldNotTell', code: 'damaged-run' });
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

  test('whose last line was not finished opens without it, says so, and goes on cleanly', async () => {
    const { runs, path } = await damaged('results.jsonl', (text) => text.slice(0, -20));
    const remark = `The last line of ${path} was not finished when the program was stopped: it is left out.`;
    const before = await readFile(path, 'utf8');

    const read = await runs.read('new-signup-1');
    expect(read.remarks).toEqual([remark]);
    expect(await readFile(path, 'utf8')).toBe(before);

    const run = await runs.open('new-signup-1');
    // The store of this test holds no file for the evidence among its entries.
    expect(run.remarks).toEqual([remark, expect.stringContaining('screen.png')]);
    expect(run.entries).toEqual(entries.slice(0, -1));
    await run.append(attempt('again'));
    expect(await runs.read('new-signup-1')).toMatchObject({
      entries: [...entries.slice(0, -1), attempt('again')],
      remarks: [],
    });
  });
});

describe('any run', () => {
  const text = fc.string({ unit: 'binary' });
  const time = fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') })
    .map((at) => at.toISOString());
  const scalar = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
  // JSON knows no negative zero.
  const facts = fc.dictionary(
    text,
    scalar.map((value) => (Object.is(value, -0) ? 0 : value)),
  );
  const anyAttempt = fc
    .record({
      step: text,
      reason: fc.option(text),
      note: fc.option(text),
      operator: fc.option(text),
      status: fc.constantFrom('pass' as const, 'fail' as const, 'error' as const, 'skip' as const),
      startedAt: time,
      durationMs: fc.nat(),
      expected: facts,
      disagreed: fc.boolean(),
    })
    .map(({ step, ...changes }) => attempt(step, changes));
  const anyNote = fc.record({
    type: fc.constant('note' as const),
    checklist: text,
    step: text,
    text,
    operator: fc.option(text),
    at: time,
  });
  const anyEnded = fc.record({
    type: fc.constant('ended' as const),
    at: time,
    interrupted: fc.boolean(),
    unreached: fc.dictionary(text, fc.record({ reasons: fc.dictionary(text, text), rest: fc.option(text) })),
  });
  const anyEntry: fc.Arbitrary<Entry> = fc.oneof(anyAttempt, anyNote, anyEnded);

  async function folderWith(kept: readonly Entry[]) {
    const folder = await stateFolder();
    const run = await runStore(folder, machine()).create('a', record);
    for (const entry of kept) await run.append(entry);
    await run.close();
    return { folder, path: join(run.folder, 'results.jsonl') };
  }

  test('is read as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEntry, { maxLength: 8 }), async (kept) => {
        const { folder } = await folderWith(kept);
        const { entries: found } = await runStore(folder, machine()).read('a-1');
        expect(JSON.stringify(found)).toBe(JSON.stringify(kept));
      }),
      { numRuns: 60 },
    );
  });

  test('goes on after a stop at any byte: what was kept before stays, and what comes is added', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEntry, { minLength: 1, maxLength: 4 }),
        anyEntry,
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (kept, next, part) => {
          const { folder, path } = await folderWith(kept);
          const bytes = await readFile(path);
          await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * part)));
          const runs = runStore(folder, machine());
          const run = await runs.open('a-1');
          expect(JSON.stringify(run.entries)).toBe(JSON.stringify(kept.slice(0, run.entries.length)));
          await run.append(next);
          await run.close();
          const after = await runs.read('a-1');
          expect(JSON.stringify(after.entries)).toBe(JSON.stringify([...run.entries, next]));
          expect(after.remarks).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('keeps its record, whatever its checklists and inputs hold', () => {
    fc.assert(
      fc.property(text, fc.dictionary(text, text), (source, inputs) => {
        const [checklist] = record.checklists;
        if (!checklist) throw new Error('no checklist');
        const whole = { ...record, id: 'a-1', inputs, checklists: [{ ...checklist, source }] };
        const found = decodeRun(Buffer.from(encodeRun(whole)), 'a-1', 'FILE');
        expect(JSON.stringify(found)).toBe(JSON.stringify(whole));
      }),
    );
  });
});

test('a line is one line of the file', async () => {
  const folder = await stateFolder();
  const run = await runStore(folder, machine()).create('a', record);
  await run.append(attempt('one', { note: 'a\nb\r\u2028c' }));
  expect((await journalText(run.folder)).split('\n')).toHaveLength(2);
});
