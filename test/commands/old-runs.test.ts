import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checksum } from '../../src/store/run-document.ts';
import { documentOf, openMachine } from './machine.ts';

interface Line {
  readonly v: number;
  readonly n: number;
  readonly entry: Readonly<Record<string, unknown>> & { readonly type: string };
}
interface Said {
  readonly code: string | null;
  readonly reason: string | null;
}

const linesOf = (text: string) => text.trimEnd().split('\n');

/** The sentence as an old version said it: today's tables do not make it. */
const old = (reason: string | null) => reason && `In old words: ${reason}`;

/** What a program before version 3 kept of an entry: sentences alone. */
function withoutCodes({ code: _, values: _values, ...entry }: Line['entry']): object {
  if (entry.type === 'attempt') return { ...entry, reason: old(entry.reason as string | null) };
  if (entry.type !== 'ended') return entry;
  type Unreached = { readonly reasons: Readonly<Record<string, Said>>; readonly rest: Said | null };
  const unreached = Object.entries(entry.unreached as Readonly<Record<string, Unreached>>).map(([id, of]) => [
    id,
    {
      reasons: Object.fromEntries(Object.entries(of.reasons).map(([step, { reason }]) => [step, old(reason)])),
      rest: of.rest && old(of.rest.reason),
    },
  ]);
  return { ...entry, unreached: Object.fromEntries(unreached) };
}

/** A run that failed at its first check, as that version would have kept it. */
async function oldRun(version: number) {
  const machine = await openMachine();
  await machine.run('run new-signup --buyer 999999999999', ['k']);
  const { record, location: folder } = await machine.runs.read('new-signup-1');
  const path = join(folder, 'results.jsonl');
  const lines = linesOf(await readFile(path, 'utf8')).map((text) => {
    const { n, entry } = JSON.parse(text) as Line;
    const kept = withoutCodes(entry);
    const sum = checksum(`${record.id} ${record.startedAt} ${n} ${JSON.stringify(kept)}`).slice(0, 16);
    return JSON.stringify({ v: version, n, sum, entry: kept });
  });
  await writeFile(path, `${lines.join('\n')}\n`);
  return { machine, path, lines };
}

describe.each([1, 2])('a run of version %i', (version) => {
  test.each(['report --format text', 'report --format markdown', 'runs show new-signup-1', 'report --format json'])(
    'says in %s what it said then',
    async (command) => {
      const { machine } = await oldRun(version);
      const { outcome, stdout } = await machine.run(command);
      expect(outcome).not.toBeInstanceOf(Error);
      const said = stdout.replaceAll(/\\(?=[().])|\n */g, ' ').replaceAll(/ +/g, ' ');
      expect(said).toContain("In old words: The buyer 999999999999 is not on the product's allowlist");
      expect(said).toContain('In old words: Not reached, because step 2');
    },
  );

  test('has no codes, and is resumed: what is added has them, in the same file', async () => {
    const { machine, path, lines } = await oldRun(version);
    const codes = documentOf(await machine.run('report --format json')).checklists[0]?.steps.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set([null]));

    const resumed = await machine.run('resume --buyer 444455556666 --json', ['q']);
    expect(resumed.outcome).toBe('incomplete');
    const after = linesOf(await readFile(path, 'utf8'));
    expect(after.slice(0, lines.length)).toEqual(lines);
    expect(new Set(after.slice(lines.length).map((text) => (JSON.parse(text) as Line).v))).toEqual(new Set([4]));

    const [checklist] = documentOf(await machine.run('report --format json')).checklists;
    const ready = checklist?.steps.find(({ id }) => id === 'ready');
    expect(ready).toMatchObject({ status: 'pass', code: 'product-ready' });
    expect(ready?.attempts).toMatchObject([
      { status: 'fail', code: null, reason: expect.stringContaining('In old words: ') },
      { status: 'pass', code: 'product-ready' },
    ]);
  });
});
