import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { productPages } from '../../src/store/product-pages.ts';
import { stateFolder } from '../../src/system/this-machine.ts';

const url = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';
const url2 = 'https://aws.amazon.com/marketplace/pp/prodview-other1';

/** A state folder that does not exist yet, and the file that will be in it. */
async function place() {
  const parent = await mkdtemp(join(tmpdir(), 'mp-verify-state-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  const folder = join(parent, 'state', 'mp-verify');
  return { folder, file: join(folder, 'product-pages.json') };
}

async function recall(folder: string, endpoint: string | null, productId: string): Promise<string | null> {
  return (await productPages(folder).recall(endpoint)).get(productId) ?? null;
}

describe('a pasted URL', () => {
  test('is there in the next run, for its product alone', async () => {
    const { folder } = await place();
    expect(await recall(folder, null, 'prod-1')).toBeNull();
    await productPages(folder).remember(null, 'prod-1', url);
    await productPages(folder).remember(null, 'prod-2', url2);
    expect(await recall(folder, null, 'prod-1')).toBe(url);
    expect(await recall(folder, null, 'prod-2')).toBe(url2);
    expect(await recall(folder, null, 'prod-3')).toBeNull();
  });

  test('is replaced by a newer one', async () => {
    const { folder } = await place();
    await productPages(folder).remember(null, 'prod-1', url);
    await productPages(folder).remember(null, 'prod-1', url2);
    expect(await recall(folder, null, 'prod-1')).toBe(url2);
  });

  test.skipIf(process.platform === 'win32')(
    'is for its owner only, also after a crash has left a part behind',
    async () => {
      const { folder, file } = await place();
      const modes = async () => [(await stat(folder)).mode & 0o777, (await stat(file)).mode & 0o777];
      await productPages(folder).remember(null, 'prod-1', url);
      expect(await modes()).toEqual([0o700, 0o600]);
      await writeFile(`${file}.part`, 'half');
      await chmod(`${file}.part`, 0o644);
      await productPages(folder).remember(null, 'prod-1', url2);
      expect(await modes()).toEqual([0o700, 0o600]);
      expect(await recall(folder, null, 'prod-1')).toBe(url2);
    },
  );

  test('is not kept over what a newer mp-verify has written', async () => {
    const { folder, file } = await place();
    await mkdir(folder, { recursive: true });
    const newer = '{"version":2,"pages":{"prod-2":"x"}}';
    await writeFile(file, newer);
    expect(await recall(folder, null, 'prod-2')).toBeNull();
    await expect(productPages(folder).remember(null, 'prod-1', url)).rejects.toMatchObject({
      code: 'cannot-write',
      message: `Cannot save the URL in ${file}: the file cannot be read, so it was not changed.`,
    });
    expect(await readFile(file, 'utf8')).toBe(newer);
  });

  test.each(['', '{', 'null', '[]', '{"version":1}', '{"version":1,"pages":{"prod-1":7}}'])(
    'is forgotten with a damaged file, and can be kept again: %s',
    async (damaged) => {
      const { folder, file } = await place();
      await mkdir(folder, { recursive: true });
      await writeFile(file, damaged);
      expect(await recall(folder, null, 'prod-1')).toBeNull();
      await productPages(folder).remember(null, 'prod-1', url);
      expect(await recall(folder, null, 'prod-1')).toBe(url);
    },
  );

  test('that cannot be kept says where, and what to do', async () => {
    const { folder, file } = await place();
    await mkdir(dirname(folder), { recursive: true });
    await writeFile(folder, 'a file in the place of the folder');
    await expect(productPages(folder).remember(null, 'prod-1', url)).rejects.toMatchObject({
      name: 'CouldNotCheck',
      code: 'cannot-write',
      message: expect.stringContaining(file),
      hint: expect.stringContaining('MP_VERIFY_STATE_DIR'),
    });
    expect(await recall(folder, null, 'prod-1')).toBeNull();
    expect(await readFile(folder, 'utf8')).toBe('a file in the place of the folder');
  });
});

describe('a page of one endpoint', () => {
  const endpoints = [null, 'http://127.0.0.1:4566', 'https://emulator.example', 'https://127.0.0.1.evil.example'];

  test.each(endpoints)('is not one of another: %s', async (endpoint) => {
    const { folder } = await place();
    await productPages(folder).remember(endpoint, 'prod-1', url);
    const recalled = await Promise.all(endpoints.map((other) => recall(folder, other, 'prod-1')));
    expect(recalled).toEqual(endpoints.map((other) => (other === endpoint ? url : null)));
  });

  test.each(['http://127.0.0.1:1', 'http://localhost:2/', 'http://[::1]:3', 'http://127.1.2.3', 'http://LOCALHOST'])(
    'is the same on every loopback address: %s',
    async (endpoint) => {
      const { folder } = await place();
      await productPages(folder).remember('http://127.0.0.1:4566', 'prod-1', url);
      expect(await recall(folder, endpoint, 'prod-1')).toBe(url);
    },
  );
});

describe('the state folder', () => {
  const all = { MP_VERIFY_STATE_DIR: '/mine', XDG_STATE_HOME: '/xdg', LOCALAPPDATA: 'L' };
  test.each<[string, NodeJS.Platform, Readonly<Record<string, string | undefined>>, string]>([
    ['MP_VERIFY_STATE_DIR, as it stands', 'linux', all, '/mine'],
    ['XDG_STATE_HOME', 'linux', { ...all, MP_VERIFY_STATE_DIR: undefined }, join('/xdg', 'mp-verify')],
    ['XDG_STATE_HOME on macOS too', 'darwin', { ...all, MP_VERIFY_STATE_DIR: '' }, join('/xdg', 'mp-verify')],
    ['the usual one of Linux', 'linux', { XDG_STATE_HOME: '' }, join('/home/me', '.local', 'state', 'mp-verify')],
    ['the usual one of macOS', 'darwin', {}, join('/home/me', 'Library', 'Application Support', 'mp-verify')],
    ['LOCALAPPDATA on Windows', 'win32', { LOCALAPPDATA: 'L' }, join('L', 'mp-verify')],
    ['the usual one of Windows', 'win32', {}, join('/home/me', 'AppData', 'Local', 'mp-verify')],
  ])('is %s', (_case, platform, env, folder) => {
    expect(stateFolder(env, platform, '/home/me')).toBe(folder);
  });
});
