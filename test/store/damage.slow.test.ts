import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import { decodeJournal, encodeEntry } from '../../src/store/journal.ts';
import { decodeRun, encodeRun } from '../../src/store/run-document.ts';
import { runStore } from '../../src/store/run-store.ts';
import { attempt, entries, machine, outcome, record, stateFolder } from './support.ts';

const run = { ...record, id: 'new-signup-1' };
const journal = Buffer.from(entries.map((entry, index) => encodeEntry(run, index + 1, entry)).join(''));
const document = Buffer.from(encodeRun(run));

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
});

describe('run.json', () => {
  test('with any bit changed is the same record, or none', () => {
    for (const flipped of flips(document)) {
      const found = outcome(() => decodeRun(flipped, 'new-signup-1', 'FILE'));
      if (typeof found === 'string') expect(found).toMatch(/\. FILE: /);
      else expect(found).toEqual(run);
    }
  });

  test('cut at any byte is the same record, or none', () => {
    for (let length = 0; length < document.length; length++) {
      const found = outcome(() => decodeRun(document.subarray(0, length), 'new-signup-1', 'FILE'));
      // Only the last newline can be spared.
      if (length === document.length - 1) expect(found).toEqual(run);
      else expect(found).toMatch(/FILE: it is not (JSON|UTF-8)/);
    }
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
  const anyValue = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
  const anyReason = fc.record({
    code: fc.option(text),
    values: fc.dictionary(text, fc.oneof(anyValue, fc.array(anyValue))),
    reason: fc.option(text),
  });
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
    unreached: fc.dictionary(text, fc.record({ reasons: fc.dictionary(text, anyReason), rest: fc.option(anyReason) })),
  });
  const anyEntry: fc.Arbitrary<Entry> = fc.oneof(anyAttempt, anyNote, anyEnded);

  async function folderWith(kept: readonly Entry[]) {
    const folder = await stateFolder();
    const run = await runStore(folder, machine()).create('a', record);
    for (const entry of kept) await run.append(entry);
    await run.close();
    return { folder, path: join(run.location, 'results.jsonl') };
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

  test('continues after a stop at any byte: earlier entries stay, and new ones are added', async () => {
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
          expect(after.warnings).toEqual([]);
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
