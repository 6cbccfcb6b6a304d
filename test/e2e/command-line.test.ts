import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { commandsIn } from '../support/runner-commands.ts';
import { test } from './support/machine.ts';

describe.concurrent('a process', () => {
  test.for([
    ['--version', 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [
      '--help',
      0,
      /^Usage: mp-verify [\s\S]*Exit codes: 0 pass, 1 fail, 2 invalid command, 3 incomplete, 4 could not/,
      /^$/,
    ],
    ['', 0, /^Usage: mp-verify [\s\S]*Start here: mp-verify run new-signup --sandbox/, /^$/],
    ['rum', 2, /^$/, /^error: unknown command 'rum' \(Did you mean run\?\)\n {2}See: mp-verify --help\n$/],
    [
      'run new-signpu --json',
      2,
      /^\{\n {2}"schemaVersion": 1,\n {2}"error": /,
      /^error: .*did you mean "new-signup"\?/,
    ],
  ] as const)(
    'mp-verify %s ends in %i, and says so on its stream',
    async ([line, code, stdout, stderr], { machine }) => {
      const ended = await machine.run(line.split(' ').filter(Boolean));
      expect(ended).toEqual({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
    },
  );

  test('below the root of a repository reads the configuration there, and says so', async ({ machine }) => {
    const below = join(machine.home, 'acme', 'app', 'src');
    await mkdir(below, { recursive: true });
    await machine.write('acme/mp-verify.yaml', 'operator: Aiko Tanaka\n');
    const walk = ['run', 'registration', '--sandbox', '--no-input', '--report', 'json=report.json'];
    const outside = await machine.run(walk, { cwd: below });
    expect(outside.stderr).not.toContain('mp-verify.yaml');
    await machine.write('acme/.git', 'gitdir: ../elsewhere\n');
    const inside = await machine.run(walk, { cwd: below });
    expect(inside.stderr).toMatch(/^ {2}config {3}\.\.\/\.\.\/mp-verify\.yaml$/m);
    expect((await machine.report('acme/app/src/report.json')).run.operator).toBe('Aiko Tanaka');
    await machine.write('acme/mp-verify.yaml', 'operater: Aiko Tanaka\n');
    expect(await machine.run(['status'], { cwd: below })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^\.\.\/\.\.\/mp-verify\.yaml:1:1: operater: /),
    });
  });

  test('of a user without a name and a home folder works', async ({ machine }) => {
    // As Node does then: https://nodejs.org/api/os.html#oshomedir
    const nameless = `import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module';
      os.homedir = () => { if (process.env.HOME) return process.env.HOME; throw new Error('uv_os_homedir'); };
      syncBuiltinESMExports();`;
    const preload = `--import=data:text/javascript,${encodeURIComponent(nameless)}`;
    const env = { HOME: '', NODE_OPTIONS: preload };
    expect(await machine.run(['--version'], { env })).toMatchObject({ code: 0, stderr: '' });
    expect(await machine.run(['product-url'], { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('There are no AWS credentials'),
    });
  });

  test('in GitHub Actions prints no workflow command that somebody else has written', async ({ machine }) => {
    const name = '::error::x ##[add-mask]y.yaml';
    await machine.write(name, 'title: [');
    const inJob = { env: { GITHUB_ACTIONS: 'true' } };
    const [elsewhere, there] = [await machine.run(['validate', name]), await machine.run(['validate', name], inJob)];
    const commands = (ended: typeof there) => [...commandsIn(ended.stdout), ...commandsIn(ended.stderr)];
    expect(commands(elsewhere)).not.toEqual([]);
    expect(commands(there)).toEqual([]);
    expect(there.stderr).toContain('\\u003a:error::x ##\\u005badd-mask]y.yaml');
    expect(there.code).toBe(2);
  });

  // A browser is a script here: the opener of Linux takes it from BROWSER.
  test.runIf(process.platform === 'linux')(
    'opens a report in a browser, and waits for its opener',
    async ({ machine }) => {
      await machine.run(['run', 'registration', '--sandbox', '--no-input']);
      await machine.write('browser', `#!/bin/sh\nsleep 0.3\necho "$1" >> "$HOME/opened"\n`);
      await chmod(join(machine.home, 'browser'), 0o755);
      const open = ['report', '--format', 'html', '--output', 'report.html', '--open'];
      const path = join(machine.home, 'report.html');
      const ended = await machine.run(open, { env: { BROWSER: join(machine.home, 'browser') } });
      expect(ended).toMatchObject({ code: 0, stdout: '' });
      expect(await readFile(join(machine.home, 'opened'), 'utf8')).toContain('report.html');
      expect(await machine.run(open, { env: { BROWSER: '/bin/false' } })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(`Could not start a browser. Open this file yourself: ${path}`),
      });
    },
  );
});
