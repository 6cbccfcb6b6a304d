import { execFileSync } from 'node:child_process';
import disk, { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatProblem, InvalidFiles, type Problem } from '../../src/checklist/problems.ts';
import { UserError } from '../../src/errors.ts';
import { loadChecklists } from '../../src/run/checklists.ts';
import { files } from '../../src/system/files.ts';
import { replaceInNode } from '../support/replace-in-node.ts';

const good = 'version: 1\nid: mine\ntitle: Mine\nsteps: [{id: a, title: A, do: Look.}]\n';
const mebibyte = 1024 * 1024;
const isWindows = process.platform === 'win32';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mp-verify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is said of that file, without its folder. */
async function saidOf(name: string): Promise<readonly string[] | 'good'> {
  const path = join(folder, name);
  const problems = await problemsOf(path);
  return problems.length === 0 ? 'good' : problems.map((each) => formatProblem(each).replace(path, 'FILE'));
}

async function problemsOf(path: string): Promise<readonly Problem[]> {
  try {
    await loadChecklists([path], files);
    return [];
  } catch (error) {
    if (error instanceof InvalidFiles) return error.problems;
    throw error;
  }
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

describe('an unreadable file is reported in one line', () => {
  test.each<[what: string, content: string | Uint8Array | null, line: string]>([
    ['missing', null, 'FILE: there is no such file'],
    ['empty', '', 'FILE: the file is empty'],
    ['blank', ' \n\t\r\n', 'FILE: the file is empty'],
    ['a byte order mark and nothing else', '\ufeff', 'FILE: the file is empty'],
    ['in Latin-1', Buffer.from('title: Café\n', 'latin1'), 'FILE: the file is not UTF-8 text: save it as UTF-8'],
    ['in UTF-16', Buffer.from('\ufeffversion: 1\n', 'utf16le'), 'FILE: the file is not UTF-8 text: save it as UTF-8'],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'FILE: the file is not UTF-8 text: save it as UTF-8'],
    [
      'cut in the middle of a letter',
      Buffer.from('title: Café').subarray(0, -1),
      'FILE: the file is not UTF-8 text: save it as UTF-8',
    ],
    ['not YAML', 'version: 1\nid: "mine\n', 'FILE:3:1: not YAML: Missing closing "quote'],
  ])('%s', async (_, content, line) => {
    if (content !== null) await file('bad.yaml', content);
    else await rm(join(folder, 'bad.yaml'), { force: true });
    expect(await saidOf('bad.yaml')).toEqual([line]);
  });

  test('a folder', async () => {
    await mkdir(join(folder, 'folder.yaml'));
    expect(await saidOf('folder.yaml')).toEqual(['FILE: it is a folder, not a file']);
  });

  test('over 1 MiB, by however little', async () => {
    await file('large.yaml', `${good}#`.padEnd(mebibyte + 1, '-'));
    expect(await saidOf('large.yaml')).toEqual([expect.stringMatching(/^FILE: it is too large .*the limit is 1 MiB$/)]);
    await file('large.yaml', `${good}#`.padEnd(mebibyte, '-'));
    expect(await saidOf('large.yaml')).toBe('good');
  });

  test.skipIf(isWindows)('below a file', async () => {
    await file('file.yaml', good);
    expect(await saidOf(join('file.yaml', 'more.yaml'))).toEqual([
      expect.stringMatching(/^FILE: there is no such file/),
    ]);
  });

  test.skipIf(isWindows)('a link in a circle', async () => {
    await symlink('circle.yaml', join(folder, 'circle.yaml'));
    expect(await saidOf('circle.yaml')).toEqual(['FILE: its links form a loop']);
  });

  test.skipIf(isWindows)('a device', async () => {
    expect(await problemsOf('/dev/zero')).toEqual([
      { file: '/dev/zero', at: null, message: 'it is not a regular file' },
    ]);
  });

  test('that belongs to another user', async () => {
    await file('secret.yaml', good);
    // Root may read every file.
    replaceInNode(disk, { readFile: () => Promise.reject(Object.assign(new Error(), { code: 'EACCES' })) });
    expect(await saidOf('secret.yaml')).toEqual(['FILE: permission denied']);
  });

  test.skipIf(isWindows)('a pipe that nobody writes into', async () => {
    const path = join(folder, 'pipe.yaml');
    execFileSync('mkfifo', [path]);
    // Opened, it would be waited for until the test is given up.
    expect(await saidOf('pipe.yaml')).toEqual(['FILE: it is not a regular file']);
  });
});

describe('checklists are named by built-in ID or by path', () => {
  const ids = async (...names: string[]) => (await loadChecklists(names, files)).map(({ id }) => id);
  const failure = (...names: string[]) => loadChecklists(names, files).catch((error: unknown) => error);

  test('in the order in which they are named', async () => {
    expect(await ids('contract-change', await file('mine.yaml', good), 'new-signup')).toEqual([
      ...['contract-change', 'mine', 'new-signup'],
    ]);
  });

  test('use-cases are all three, in the order of a seller', async () => {
    expect(await ids('use-cases')).toEqual(['new-signup', 'existing-user', 'contract-change']);
  });

  test('a byte order mark and the line ends of Windows do no harm', async () => {
    expect(await ids(await file('windows.yaml', `\ufeff${good.replaceAll('\n', '\r\n')}`))).toEqual(['mine']);
  });

  test.each([
    ['new-singup', 'There is no checklist "new-singup", did you mean "new-signup"?'],
    ['usecases', 'There is no checklist "usecases", did you mean "use-cases"?'],
    [
      'zzz',
      'There is no checklist "zzz"; valid names: new-signup, existing-user, contract-change, regression, registration, before-public, use-cases',
    ],
    [
      'constructor',
      'There is no checklist "constructor"; valid names: new-signup, existing-user, contract-change, regression, registration, before-public, use-cases',
    ],
    [
      '',
      'There is no checklist ""; valid names: new-signup, existing-user, contract-change, regression, registration, before-public, use-cases',
    ],
  ])('a name that does not exist is a wrong command: %j', async (name, message) => {
    const error = await failure(name);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'unknown-checklist', message });
  });

  test.each([
    ['the same name', ['new-signup', 'new-signup']],
    ['a name and all of them', ['use-cases', 'existing-user']],
  ])('no checklist is walked twice: %s', async (_, names) => {
    expect(await failure(...names)).toMatchObject({ name: 'UserError', code: 'same-checklist-twice' });
  });

  test('two files with one id are no two checklists', async () => {
    expect(await failure(await file('one.yaml', good), await file('two.yaml', `${good}\n`))).toMatchObject({
      name: 'UserError',
      code: 'same-checklist-twice',
    });
  });

  test('reports all problems of all files at once', async () => {
    const [first, second, third] = [
      await file('first.yaml', good.replace('do:', 'doo:')),
      join(folder, 'missing.yaml'),
      await file('third.yaml', good.replace('mine', 'Mine').replace('Look.', '42')),
    ];
    const error = await failure(first, 'new-signup', second, third);
    expect(error).toBeInstanceOf(InvalidFiles);
    expect(String((error as Error).message).split('\n')).toEqual([
      `${first}:4:27: steps[0].doo: unknown field, did you mean "do"?`,
      `${second}: there is no such file`,
      `${third}:2:5: id: must be lowercase letters, digits and hyphens, such as "sign-up"`,
      `${third}:4:31: steps[0].do: must be text, but YAML reads a number here (42): put it in quotes`,
    ]);
  });
});
