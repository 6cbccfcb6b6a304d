import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMachine } from './machine.ts';

describe('help', () => {
  test.each([
    ['help', '--help'],
    ['help run', 'run --help'],
    ['help runs show', 'runs show --help'],
  ])('%s is %s', async (line, same) => {
    const machine = await openMachine();
    const [asked, told] = [await machine.run(line), await machine.run(same)];
    expect(asked).toMatchObject({ outcome: 'pass', stdout: expect.stringMatching(/^Usage: mp-verify/) });
    expect(asked.stdout).toBe(told.stdout);
  });

  test.each(['help nonsense', 'help run new-signup'])('%s does nothing else than say that it is none', async (line) => {
    const machine = await openMachine();
    const { outcome, stdout } = await machine.run(line);
    expect(outcome).toMatchObject({ name: 'UserError', code: 'usage' });
    expect([stdout, await machine.runs.ids()]).toEqual(['', []]);
  });

  test('names no default that says nothing', async () => {
    const machine = await openMachine();
    for (const command of ['run', 'resume']) {
      const { stdout } = await machine.run(`help ${command}`);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Value of an input (repeatable) --answers');
      expect(stdout).not.toContain('[])');
    }
  });
});

test('report --json is report --format json', async () => {
  const machine = await openMachine();
  await machine.run('run contract-change --sandbox --json');
  const [short, long] = [await machine.run('report --json'), await machine.run('report --format json')];
  expect(short).toMatchObject({ outcome: 'pass', stdout: expect.stringMatching(/^\{/) });
  expect(short.stdout).toBe(long.stdout);
});

test('report --format junit prints the file that --report junit=FILE writes', async () => {
  const machine = await openMachine();
  await machine.run('run contract-change --sandbox --json --report junit=run.xml');
  const { outcome, stdout } = await machine.run('report --format junit');
  expect(outcome).toBe('pass');
  expect(stdout).toBe(await readFile(join(machine.folder, 'run.xml'), 'utf8'));
  expect(stdout).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="mp-verify contract-change-1 SANDBOX"/,
  );
});

test.each([
  ['./mine.yaml', './mine.yaml'],
  ['my list.yaml', "'my list.yaml'"],
  ["$(id)'s.yaml", "'$(id)'\\''s.yaml'"],
  ['plain', './plain'],
  ['-f.yaml', './-f.yaml'],
])('a path in a command to paste is quoted for the shell: %s', async (path, word) => {
  const machine = await openMachine();
  const { stdout } = await machine.run(['copy', 'new-signup', '--', path]);
  expect(stdout).toContain(`  mp-verify validate ${word}\n  mp-verify run ${word}\n`);
});
