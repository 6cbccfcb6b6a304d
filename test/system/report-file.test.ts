import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CouldNotCheck, UserError } from '../../src/errors.ts';
import { files, writeReport } from '../../src/system/files.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mp-verify-report-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const failure = (work: Promise<unknown>) => work.catch((error: unknown) => error);
const unix = platform() !== 'win32';

describe('a report file', () => {
  test.each([
    ['r'.repeat(250), '.json'],
    ['報'.repeat(83), '.json'],
  ])('may have the longest name that there is: %s%s', async (stem, extension) => {
    const here = await folder();
    const path = join(here, `${stem}${extension}`);
    await files.checkWritable(path);
    expect(await readdir(here)).toEqual([]);
    await files.write(path, 'all of it');
    expect(await readdir(here)).toEqual([`${stem}${extension}`]);
    expect(await readFile(path, 'utf8')).toBe('all of it');
  });

  test.each(['r'.repeat(256), '報'.repeat(256), `${'r'.repeat(256)}/run.json`])(
    'whose name is too long is refused before the walk, and after it: %s',
    async (name) => {
      const here = await folder();
      const path = join(here, name);
      const what = `Cannot write ${path}: its name is too long.`;
      expect(await failure(files.checkWritable(path))).toEqual(
        new UserError('cannot-write', what, 'Choose another path for the report.'),
      );
      expect(await failure(files.write(path, 'text'))).toEqual(
        new CouldNotCheck('cannot-write', what, 'Choose another path and print the report again.'),
      );
      expect(await readdir(here)).toEqual([]);
    },
  );

  test('that is there is not touched by looking whether it can be written', async () => {
    const here = await folder();
    const path = join(here, 'run.json');
    await writeFile(path, 'before');
    await utimes(path, 1, 1);
    await files.checkWritable(path);
    expect(await readdir(here)).toEqual(['run.json']);
    expect(await readFile(path, 'utf8')).toBe('before');
    expect((await stat(path)).mtimeMs).toBe(1000);
  });

  test.each([
    ['none/run.json', 'its folder does not exist'],
    ['folder', 'it is a folder, not a file'],
    ['file/run.json', 'a file is where a folder should be'],
    ['file/none/run.json', 'a file is where a folder should be'],
  ])('is refused where nothing can be written: %s', async (name, why) => {
    const here = await folder();
    await mkdir(join(here, 'folder'));
    await writeFile(join(here, 'file'), '');
    const path = join(here, name);
    expect(await failure(files.checkWritable(path))).toMatchObject({
      name: 'UserError',
      message: `Cannot write ${path}: ${why}.`,
    });
  });

  // Its permissions let root write there, and yet it takes no file.
  test.runIf(platform() === 'linux')('is refused where a folder takes none, whatever its permissions say', async () => {
    expect(await failure(files.checkWritable('/proc/run.json'))).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^Cannot write \/proc\/run\.json: (no file can be created there|permission denied)\.$/,
      ),
    });
  });

  test.runIf(unix)('may be a device, which is written into', async () => {
    await files.checkWritable('/dev/null');
    await files.write('/dev/null', 'text');
    expect((await stat('/dev/null')).isFile()).toBe(false);
  });

  describe.runIf(unix)('that is there already', () => {
    test.each([0o600, 0o640, 0o644, 0o664])('keeps its mode: %o', async (mode) => {
      const path = join(await folder(), 'run.json');
      await writeFile(path, 'before');
      await chmod(path, mode);
      await files.write(path, 'after');
      expect(await readFile(path, 'utf8')).toBe('after');
      expect((await stat(path)).mode & 0o7777).toBe(mode);
    });

    test.each([
      ['a file', 'before'],
      ['nothing yet', null],
    ])('as a link leads to what is replaced: %s', async (_, before) => {
      const [here, elsewhere] = [await folder(), await folder()];
      const target = join(elsewhere, 'secret.json');
      if (before !== null) await writeFile(target, before, { mode: 0o600 });
      await symlink(target, join(here, 'second'));
      await symlink('second', join(here, 'first'));
      await files.checkWritable(join(here, 'first'));
      await files.write(join(here, 'first'), 'after');
      expect(await readlink(join(here, 'first'))).toBe('second');
      expect(await readlink(join(here, 'second'))).toBe(target);
      expect(await readFile(target, 'utf8')).toBe('after');
      expect(await readdir(elsewhere)).toEqual(['secret.json']);
      if (before !== null) expect((await stat(target)).mode & 0o7777).toBe(0o600);
    });

    test('as links in a circle is refused', async () => {
      const path = join(await folder(), 'round');
      await symlink('round', path);
      const what = `Cannot write ${path}: its links form a loop.`;
      expect(await failure(files.checkWritable(path))).toMatchObject({ name: 'UserError', message: what });
      expect(await failure(files.write(path, ''))).toMatchObject({ name: 'CouldNotCheck', message: what });
    });

    test('as an open file of the process is written on, not replaced', async () => {
      const path = join(await folder(), 'out.txt');
      const file = await open(path, 'w');
      onTestFinished(() => file.close());
      await file.write('before, ');
      for (const name of [`/dev/fd/${file.fd}`, `/proc/self/fd/${file.fd}`]) {
        if (platform() !== 'linux' && name.startsWith('/proc')) continue;
        await files.checkWritable(name);
        await files.write(name, 'and ');
      }
      await file.write('after');
      expect(await readFile(path, 'utf8')).toMatch(/^before, (and ){1,2}after$/);
    });

    test('as a pipe without a reader is not waited for once the command was stopped', async () => {
      const path = join(await folder(), 'pipe');
      execFileSync('mkfifo', [path]);
      await files.checkWritable(path);
      expect(await failure(writeReport(path, 'text', AbortSignal.abort()))).toMatchObject({
        name: 'CouldNotCheck',
        message: `Cannot write ${path}: no program reads from it.`,
      });
    });

    test('as a pipe without a reader is not waited for after Ctrl+C', async () => {
      const path = join(await folder(), 'pipe');
      execFileSync('mkfifo', [path]);
      const stopping = new AbortController();
      const written = failure(writeReport(path, 'text', stopping.signal));
      stopping.abort(new Error('stopped'));
      expect(await written).toBe(stopping.signal.reason);
    });

    test('as a pipe is written into, all of it, however slow its reader', async () => {
      const path = join(await folder(), 'pipe');
      execFileSync('mkfifo', [path]);
      const text = 'x'.repeat(1024 * 1024);
      const [read] = await Promise.all([readFile(path, 'utf8'), files.write(path, text)]);
      expect(read === text).toBe(true);
      expect((await stat(path)).isFIFO()).toBe(true);
    });
  });
});

test('a new file whose name is too long is refused in words', async () => {
  const path = join(await folder(), 'm'.repeat(256));
  expect(await failure(files.create(path, ''))).toMatchObject({
    name: 'CouldNotCheck',
    message: `Cannot write ${path}: its name is too long.`,
  });
});
