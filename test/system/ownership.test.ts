import disk from 'node:fs/promises';
import os from 'node:os';
import { expect, test } from 'vitest';
import { files } from '../../src/system/files.ts';
import { replaceInNode } from '../support/replace-in-node.ts';

/** Only root can make files of other users, so the system's answers are replaced. */
function machine({ me, folder, file }: { readonly me: number | null; readonly folder: number; readonly file: number }) {
  replaceInNode(os, {
    userInfo() {
      if (me === null) throw new Error('ENOENT: no such user');
      return { uid: me };
    },
  });
  replaceInNode(disk, {
    stat: async (path) => ({ uid: path === '.' ? folder : Number.NaN }),
    lstat: async () => ({ uid: file }),
  });
}

test.each([
  ['own: mine', { me: 1001, folder: 0, file: 1001 }, 'own'],
  ["own: root's", { me: 1001, folder: 1001, file: 0 }, 'own'],
  ['own: of the owner of the working directory, as in a container', { me: 0, folder: 1002, file: 1002 }, 'own'],
  ['foreign: of another user', { me: 1001, folder: 1001, file: 1002 }, 'foreign'],
  ['foreign: of another user, and I am root', { me: 0, folder: 0, file: 1002 }, 'foreign'],
  ['foreign: of another user, and I have no name', { me: null, folder: 1001, file: 1002 }, 'foreign'],
] as const)('a file is %s', async (_, who, expected) => {
  machine(who);
  expect(await files.ownership('../mp-verify.yaml')).toBe(expected);
});

test('what is not there, or cannot be seen, belongs to nobody', async () => {
  expect(await files.ownership('/no/such/file')).toBeNull();
  replaceInNode(disk, {
    lstat: async () => {
      throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    },
  });
  expect(await files.ownership('../mp-verify.yaml')).toBeNull();
});
