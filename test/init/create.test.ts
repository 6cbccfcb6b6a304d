import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { files } from '../../src/system/files.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mp-verify-init-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('a file is made where nothing was', async () => {
  const path = join(await folder(), 'mp-verify.yaml');
  expect(await files.exists(path)).toBe(false);
  await files.create(path, 'version: 1\n');
  expect(await files.exists(path)).toBe(true);
  expect(await readFile(path, 'utf8')).toBe('version: 1\n');
});

test('nothing that is there is written over, not even by way of a link that leads nowhere', async () => {
  const here = await folder();
  const [file, link] = [join(here, 'file'), join(here, 'link')];
  await writeFile(file, 'mine');
  await symlink(join(here, 'nowhere'), link);
  for (const path of [file, link]) {
    expect(await files.exists(path)).toBe(true);
    await expect(files.create(path, 'other')).rejects.toMatchObject({ name: 'UserError', code: 'file-exists' });
  }
  expect(await readFile(file, 'utf8')).toBe('mine');
});

test('a folder that is missing is no bug of ours', async () => {
  const path = join(await folder(), 'missing', 'mp-verify.yaml');
  expect(await files.exists(path)).toBe(false);
  await expect(files.create(path, '')).rejects.toMatchObject({ name: 'CouldNotCheck', code: 'cannot-write' });
});
