import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { operatorName } from '../../src/system/this-machine.ts';

/** A `git` that does this comes first on the path, or is all that is there. */
async function git(script: string | null): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-git-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  if (script !== null) {
    await writeFile(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'git'), 0o755);
  }
  vi.stubEnv('PATH', script === null ? folder : `${folder}${delimiter}${process.env.PATH}`);
}

describe.skipIf(platform() === 'win32')('whoever sits here is named', () => {
  test("by git's user.name", async () => {
    await git(`[ "$*" = "config user.name" ] && echo '  Aiko Tanaka'`);
    expect(await operatorName()).toBe('Aiko Tanaka');
  });

  test.each([
    ['git knows no name', 'exit 1'],
    ['git has an empty one', 'echo'],
    ['there is no git', null],
  ])('by the system where %s', async (_, script) => {
    await git(script);
    expect(await operatorName()).toBe(userInfo().username);
  });
});
