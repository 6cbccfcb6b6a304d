import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/checklist/entries.ts';
import { checksum } from '../../src/store/run-document.ts';
import { runStore } from '../../src/store/run-store.ts';
import { machine, record, stateFolder } from './support.ts';

const content = Buffer.from('quantity: 10');
const sha256 = checksum(content);
const file = { sha256, extension: 'txt', content };

const evidence: Evidence = {
  type: 'evidence',
  checklist: 'new-signup',
  step: 'buy',
  name: 'contract page.txt',
  sha256,
  bytes: content.length,
  mediaType: 'text/plain',
  redacted: 0,
  operator: null,
  at: '2026-07-24T08:00:02.000Z',
};

/** A run with a file at a step, which nobody walks. */
async function withFile() {
  const runs = runStore(await stateFolder(), machine());
  const run = await runs.create('a', record);
  await run.saveFile(file);
  await run.append(evidence);
  await run.close();
  return { runs, folder: run.location, path: join(run.location, 'evidence', `${sha256}.txt`) };
}

const damages: readonly (readonly [string, string, (path: string) => Promise<unknown>])[] = [
  ['is missing', 'is missing', (path) => rm(path)],
  ['is missing with its folder', 'is missing', (path) => rm(join(path, '..'), { recursive: true })],
  ['has other bytes, as many', 'was changed', (path) => writeFile(path, 'quantity: 99')],
  ['has a part of its bytes', 'was changed', (path) => writeFile(path, 'quant')],
  ['is a folder', 'was changed', (path) => rm(path).then(() => mkdir(path))],
];

describe('an attached file', () => {
  test('that is as it was is not remarked on', async () => {
    const { runs } = await withFile();
    expect((await runs.inspect('a-1')).warnings).toEqual([]);
    expect(Buffer.from((await runs.readFile('a-1', evidence)) ?? []).toString()).toBe('quantity: 10');
    expect((await runs.open('a-1')).warnings).toEqual([]);
  });

  test.each(damages)(
    'that %s is named where the run is shown and gone on with, but refuses neither',
    async (_, what, damage) => {
      const { runs, path } = await withFile();
      await damage(path);
      const remark = `The file "contract page.txt" of step "buy" (new-signup) ${what}: ${path}. Restore it from a backup, or attach it again: mp-verify resume a-1 --attach new-signup/buy=FILE`;
      expect(await runs.inspect('a-1')).toMatchObject({ entries: [evidence], warnings: [remark] });
      expect(await runs.readFile('a-1', evidence)).toBeNull();
      expect(await runs.open('a-1')).toMatchObject({ entries: [evidence], warnings: [remark] });
    },
  );

  test('of two steps is named once', async () => {
    const { runs, path } = await withFile();
    const run = await runs.open('a-1');
    await run.append({ ...evidence, step: 'inspect' });
    await run.close();
    await rm(path);
    expect((await runs.inspect('a-1')).warnings).toHaveLength(1);
  });

  test('that was damaged is whole again when it is attached again', async () => {
    for (const [, , damage] of damages.slice(0, 4)) {
      const { runs, path } = await withFile();
      await damage(path);
      const run = await runs.open('a-1');
      await run.saveFile(file);
      expect(await readFile(path, 'utf8')).toBe('quantity: 10');
      await run.close();
      expect((await runs.inspect('a-1')).warnings).toEqual([]);
    }
  });

  test('that is there as it was is left alone when it is attached again', async () => {
    const { runs, path } = await withFile();
    await utimes(path, 1, 1);
    await (await runs.open('a-1')).saveFile(file);
    expect((await stat(path)).mtimeMs).toBe(1000);
  });
});
