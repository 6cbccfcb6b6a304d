import { expect, test } from 'vitest';
import type { Evidence } from '../../src/checklist/entries.ts';
import { maxShownBytes } from '../../src/checklist/media-type.ts';
import type { ReportFormat } from '../../src/reporters/formats.ts';
import { reporters } from '../../src/reporters/index.ts';
import { renderReport } from '../../src/run/render-report.ts';
import { plannedOf, reportOf } from '../../src/run/run-facts.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { tempRuns } from '../support/temp-runs.ts';
import { walkedRun } from '../support/walked-run.ts';

/** Prints a run with these files, of so many bytes each; answers with the names of those that were read. */
async function readFor(format: ReportFormat, sizes: Readonly<Record<string, number>>) {
  const { record, entries } = walkedRun({ at: '2026-11-23T09:00:00.000Z' });
  const files = Object.entries(sizes).map(
    ([name, bytes]): Evidence => ({
      ...{ type: 'evidence', checklist: 'new-signup', step: 'inspect', name, sha256: name.padEnd(64, '0'), bytes },
      ...{ mediaType: 'application/pdf', redacted: 0, operator: null, at: '2026-11-23T09:30:00.000Z' },
    }),
  );
  const run = { record: { ...record, id: 'new-signup-1' }, entries: [...entries, ...files], journalSha256: null };
  const read: string[] = [];
  const runs = {
    ...(await tempRuns()),
    async readFile(_: string, { sha256, bytes }: Pick<Evidence, 'sha256' | 'bytes'>) {
      read.push(sha256.replace(/0+$/, ''));
      return new Uint8Array(bytes);
    },
  };
  const text = await renderReport(format, reportOf(run, await plannedOf(run)), run, { runs, clock: fakeClock() });
  return { read, text };
}

test.each((Object.keys(reporters) as ReportFormat[]).filter((format) => format !== 'html'))(
  'no attached file is read for %s',
  async (format) => {
    expect((await readFor(format, { a: 10 })).read).toEqual([]);
  },
);

test('for HTML each small file is read once, and larger ones are not', async () => {
  const { read, text } = await readFor('html', { a: 10, b: maxShownBytes, c: maxShownBytes + 1 });
  expect(read).toEqual(['a', 'b']);
  expect(text).toContain('Not shown: larger than 1 MiB.');
});

test('what would make the report too large for a mail is not read', async () => {
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i + 1}x`, maxShownBytes]));
  const { read, text } = await readFor('html', many);
  expect(read).toHaveLength(16);
  expect(text.match(/Not shown: missing, changed, or too much for one report\./g)).toHaveLength(4);
});

test('what a step asked has the values of the run; what it did not save is named in words', async () => {
  const { text } = await readFor('html', {});
  expect(text).toContain('Access the product page on AWS Marketplace with the test account 444455556666.');
  expect(text).toContain(
    'of the SaaS products in private publication that are listed there, select Acme Notes.'.slice(3),
  );
  expect(text).not.toContain('${');
});
