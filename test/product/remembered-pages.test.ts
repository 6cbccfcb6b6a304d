import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Caller, Product } from '../../src/ports/marketplace.ts';
import type { FoundPages } from '../../src/ports/storage.ts';
import { toPage } from '../../src/product/product-page.ts';
import { rememberedPages } from '../../src/product/remembered-pages.ts';
import { foundPages } from '../../src/store/found-pages.ts';
import { acmeNotes, seller } from '../support/acme.ts';

const url = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';
const began = new Date('2026-11-23T09:00:00.000Z');
const day = 24 * 60 * 60 * 1000;

/** A state folder that does not exist yet. */
async function stateFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'mp-verify-found-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, 'state', 'mp-verify');
}

const open = (saved: FoundPages, endpoint: string | null = null, caller: Caller = seller, now = began) =>
  rememberedPages(saved, endpoint, caller, () => now);

/** Saves that AWS returned this page of Acme Notes. */
async function saveFound(saved: FoundPages, endpoint: string | null = null, caller = seller, product = acmeNotes) {
  const pages = await open(saved, endpoint, caller);
  pages.note(toPage(caller, product, url, 'discovery'));
  await pages.save();
}

async function recalled(
  saved: FoundPages,
  product: Product = acmeNotes,
  ...where: [endpoint?: string | null, caller?: Caller, now?: Date]
): Promise<string | null> {
  return (await open(saved, ...where)).of(product)?.url ?? null;
}

describe('a page that AWS returned', () => {
  test('is known to later commands, with its age', async () => {
    const saved = foundPages(await stateFolder());
    await saveFound(saved);
    expect((await open(saved)).of(acmeNotes)).toEqual({
      url,
      visibility: 'Limited',
      state: 'Active',
      at: began.toISOString(),
    });
  });

  test.each<[string, Partial<Product>]>([
    ['another product', { id: 'prod-other' }],
    ['a product that was made public', { visibility: 'Public' }],
    ['a product that was restricted', { visibility: 'Restricted' }],
    ['a product whose state has changed', { state: 'Inactive' }],
    ['a product without a visibility', { visibility: null }],
  ])('does not count for %s', async (_, changes) => {
    const saved = foundPages(await stateFolder());
    await saveFound(saved);
    expect(await recalled(saved, { ...acmeNotes, ...changes })).toBeNull();
  });

  test('never counts for a Restricted product', async () => {
    const saved = foundPages(await stateFolder());
    const restricted = { ...acmeNotes, visibility: 'Restricted' };
    await saveFound(saved, null, seller, restricted);
    expect(await recalled(saved, restricted)).toBeNull();
  });

  test.each([
    ['29 days', 29, url],
    ['30 days', 30, null],
    ['a clock that was set back', -1, null],
  ])('counts for 30 days: %s', async (_, days, expected) => {
    const saved = foundPages(await stateFolder());
    await saveFound(saved);
    expect(await recalled(saved, acmeNotes, null, seller, new Date(began.getTime() + days * day))).toBe(expected);
  });

  const here = 'http://127.0.0.1:4566';
  const places: readonly [endpoint: string | null, caller: Caller][] = [
    [null, seller],
    [null, { ...seller, accountId: '222233334444' }],
    ['https://emulator.example', seller],
    [here, { ...seller, instance: '1f2e3d4c' }],
    [here, { ...seller, instance: '5a6b7c8d' }],
  ];

  test.each(places)('counts only for its endpoint, sandbox and account: %s %j', async (endpoint, caller) => {
    const saved = foundPages(await stateFolder());
    await saveFound(saved, endpoint, caller);
    const found = await Promise.all(places.map((place) => recalled(saved, acmeNotes, ...place)));
    expect(found).toEqual(places.map((place) => (place[0] === endpoint && place[1] === caller ? url : null)));
  });

  test('is not remembered for an emulator on this machine, which may be another one tomorrow', async () => {
    const saved = foundPages(await stateFolder());
    await saveFound(saved, here);
    expect(await recalled(saved, acmeNotes, here)).toBeNull();
  });

  test('is forgotten with its sandbox, and kept for AWS', async () => {
    const folder = await stateFolder();
    const saved = foundPages(folder);
    await saveFound(saved);
    for (const instance of ['1f2e3d4c', '5a6b7c8d']) await saveFound(saved, here, { ...seller, instance });
    expect(await readFile(join(folder, 'found-pages.json'), 'utf8')).not.toContain('1f2e3d4c');
    expect(await recalled(saved)).toBe(url);
  });
});

test('what another command has found meanwhile is kept', async () => {
  const saved = foundPages(await stateFolder());
  const [pages, others] = [await open(saved), await open(saved)];
  const boards = { ...acmeNotes, id: 'prod-boards' };
  pages.note(toPage(seller, acmeNotes, url, 'discovery'));
  others.note(toPage(seller, boards, `${url}b`, 'discovery'));
  for (const each of [pages, others]) await each.save();
  expect([await recalled(saved), await recalled(saved, boards)]).toEqual([url, `${url}b`]);
});

test('AWS’s newest answer counts: another page, or none', async () => {
  const pages = await open(foundPages(await stateFolder()));
  const note = (id: string | null) =>
    pages.note(id === null ? toPage(seller, acmeNotes, null, null) : toPage(seller, acmeNotes, url + id, 'discovery'));
  expect(note('a')).toBe(false);
  expect(note('a')).toBe(false);
  expect(note('b')).toBe(true);
  expect(pages.of(acmeNotes)?.url).toBe(`${url}b`);
  expect(note(null)).toBe(true);
  expect(pages.of(acmeNotes)).toBeNull();
});

test('what an operator entered is not an answer of AWS', async () => {
  const pages = await open(foundPages(await stateFolder()));
  expect(pages.note(toPage(seller, acmeNotes, url, 'operator'))).toBe(false);
  expect(pages.of(acmeNotes)).toBeNull();
});

describe('the file', () => {
  test.skipIf(process.platform === 'win32')('is for its owner only', async () => {
    const folder = await stateFolder();
    await saveFound(foundPages(folder));
    const modes = [folder, join(folder, 'found-pages.json')].map(async (path) => (await stat(path)).mode & 0o777);
    expect(await Promise.all(modes)).toEqual([0o700, 0o600]);
  });

  const key = `aws ${seller.accountId}`;
  const page = (wrong: object) => ({ url, visibility: 'Limited', state: 'Active', at: began.toISOString(), ...wrong });
  const file = (version: number, found: object) =>
    JSON.stringify({ version, places: { [key]: { [acmeNotes.id]: found } } });
  test.each([
    ['', null],
    ['{', null],
    ['[]', null],
    [file(2, page({})), null],
    [file(1, page({ url: 'https://evil.example' })), null],
    [file(1, page({ at: 'yesterday' })), null],
    [file(1, page({})), url],
  ])('counts as empty if it is damaged, and is written anew: %s', async (text, expected) => {
    const folder = await stateFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'found-pages.json'), text);
    const saved = foundPages(folder);
    expect(await recalled(saved)).toBe(expected);
    await saveFound(saved);
    expect(await recalled(saved)).toBe(url);
  });

  test('that cannot be written stops no command', async () => {
    const folder = await stateFolder();
    await mkdir(dirname(folder), { recursive: true });
    await writeFile(folder, 'a file in the place of the folder');
    await saveFound(foundPages(folder));
    expect(await recalled(foundPages(folder))).toBeNull();
    expect(await readFile(folder, 'utf8')).toBe('a file in the place of the folder');
  });
});
