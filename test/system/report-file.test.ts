import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CouldNotTell, UserError } from '../../src/errors.ts';
import { files } from '../../src/system/files.ts';

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
      const what = `${path} can't be written: its name is too long.`;
      expect(await failure(files.checkWritable(path))).toEqual(
        new UserError('cannot-write', what, 'Choose another place or name for the report.'),
      );
      expect(await failure(files.write(path, 'text'))).toEqual(
        new CouldNotTell('cannot-write', what, 'Choose another place or name and print the report again.'),
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
    ['folder', 'it is a folder'],
    ['file/run.json', 'what should be its folder is a file'],
    ['file/none/run.json', 'what should be its folder is a file'],
  ])('is refused where nothing can be written: %s', async (name, why) => {
    const here = await folder();
    await mkdir(join(here, 'folder'));
    await writeFile(join(here, 'file'), '');
    const path = join(here, name);
    expect(await failure(files.checkWritable(path))).toMatchObject({
      name: 'UserError',
      message: `${path} can't be written: ${why}.`,
    });
  });

  // Its permissions let root write there, and yet it takes no file.
  test.runIf(platform() === 'linux')('is refused where a folder takes none, whatever its permissions say', async () => {
    expect(await failure(files.checkWritable('/proc/run.json'))).toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(
        /^\/proc\/run\.json can't be written: (no file can be made there|you may not write there)\.$/,
      ),
    });
  });

  test.runIf(unix)('may be a device, which is written into', async () => {
    await files.checkWritable('/dev/null');
    await files.write('/dev/null', 'text');
    expect((await stat('/dev/null')).isFile()).toBe(false);
  });
});

test('a new file whose name is too long is said in words', async () => {
  const path = join(await folder(), 'm'.repeat(256));
  expect(await failure(files.create(path, ''))).toMatchObject({
    name: 'CouldNotTell',
    message: `${path} can't be written: its name is too long.`,
  });
});
