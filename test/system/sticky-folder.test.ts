import disk, { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { files } from '../../src/system/files.ts';
import { replaceInNode } from '../support/replace-in-node.ts';

const real = { ...disk };

/** Files of another user can only be made by root, who may replace them all. */
function owned(by: { readonly me: number; readonly file: number; readonly folder: number }): void {
  replaceInNode(disk, {
    stat: async (path) => Object.assign(await real.stat(path), { uid: by.folder }),
    lstat: async (path) =>
      Object.assign(await real.lstat(path), { uid: String(path).endsWith('.part') ? by.me : by.file }),
  });
}

test.skipIf(platform() === 'win32').each([
  [
    'of another user in a folder like /tmp is refused before the walk',
    0o1777,
    { me: 1001, file: 1002, folder: 0 },
    true,
  ],
  ['of my own there is taken', 0o1777, { me: 1001, file: 1001, folder: 0 }, false],
  ['of another user there is taken where the folder is mine', 0o1777, { me: 1001, file: 1002, folder: 1001 }, false],
  ['of another user there is taken where I am root', 0o1777, { me: 0, file: 1002, folder: 1001 }, false],
  ['of another user in any other folder is taken', 0o777, { me: 1001, file: 1002, folder: 0 }, false],
])('a report file %s', async (_, mode, who, refused) => {
  const here = await mkdtemp(join(tmpdir(), 'mp-verify-sticky-'));
  onTestFinished(() => rm(here, { recursive: true, force: true }));
  await chmod(here, mode);
  const path = join(here, 'run.json');
  await writeFile(path, 'theirs');
  owned(who);

  const error = await files.checkWritable(path).catch((reason: unknown) => reason);
  if (!refused) expect(error).toBeUndefined();
  else
    expect(error).toMatchObject({
      name: 'UserError',
      code: 'cannot-write',
      message: `Cannot write ${path}: it belongs to another user, and in this folder only its owner may replace it.`,
    });
  expect(await readdir(here)).toEqual(['run.json']);
});
