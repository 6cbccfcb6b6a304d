import { spawnSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { test } from './support/machine.ts';

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const visibly = (shell: string) => `${shell}${has(shell) ? '' : ' (skipped: it is not installed)'}`;

describe.concurrent('mp-verify complete answers what can stand at the cursor', () => {
  test.for<[typed: string, words: readonly string[]]>([
    ['ru', ['run', 'runs']],
    ['comp', ['completion']],
    ['run new', ['new-signup']],
    [
      'run new-signup ',
      ['existing-user', 'contract-change', 'regression', 'registration', 'before-public', 'use-cases'],
    ],
    ['run --answers a.yaml use', ['use-cases']],
    ['run --re', ['--report', '--rehearse']],
    ['runs d', ['delete']],
    ['report --format ', ['json', 'markdown', 'text']],
    ['report --format=m', ['--format=markdown']],
    ['report --format = m', ['markdown']],
    ['report --format =', ['json', 'markdown', 'text']],
    ['copy c', ['contract-change']],
    // There the shell has names of files.
    ['validate ', []],
    ['run --answers ', []],
    ['nonsense ', []],
  ])('mp-verify %s', async ([typed, words], { machine }) => {
    const { code, stdout, stderr } = await machine.run(['complete', '--', ...typed.split(' ')]);
    expect([code, stderr]).toEqual([0, '']);
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')[0]),
    ).toEqual(words);
  });

  test('runs by their ids, and none where they are not runs', async ({ machine }) => {
    await machine.run(['run', 'new-signup', '--sandbox', '--no-input']);
    for (const command of [['resume'], ['report'], ['runs', 'show'], ['runs', 'delete']])
      expect(await machine.run(['complete', '--', ...command, 'new'])).toMatchObject({ stdout: 'new-signup-1\n' });
    await machine.write('not-a-folder', '');
    const env = { MP_VERIFY_STATE_DIR: `${machine.home}/not-a-folder` };
    expect(await machine.run(['complete', '--', 'resume', ''], { env })).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe.concurrent('with what mp-verify completion prints, Tab completes in', () => {
  test.skipIf(!has('bash')).for([visibly('bash')])('%s', async (_, { machine }) => {
    await machine.write(
      'rc',
      "PS1='> '\nbind 'set bell-style none'\nsource <(mp-verify completion bash)\necho ready\n",
    );
    await machine.write('mine.yaml', '');
    const shell = machine.shell('exec bash --noprofile --rcfile rc -i');
    await shell.until('ready');
    shell.keys('mp-verify report --format=mar\t');
    await shell.until('> mp-verify report --format=markdown');
    shell.keys('\x15mp-verify validate min\t');
    await shell.until('> mp-verify validate mine.yaml');
    shell.keys('\x15mp-verify run contr\t');
    await shell.until('> mp-verify run contract-change');
    await shell.kill();
  });

  test.skipIf(!has('zsh')).for([visibly('zsh')])('%s', async (_, { machine }) => {
    const rc = 'autoload -U compinit && compinit -u\nsource <(mp-verify completion zsh)\nPS1="> "\necho ready\n';
    await machine.write('.zshrc', rc);
    await machine.write('mine.yaml', '');
    const shell = machine.shell('exec zsh -d -i');
    await shell.until('ready');
    shell.keys('mp-verify run contr\t');
    await shell.until('> mp-verify run contract-change');
    shell.keys('\x15mp-verify validate min\t');
    await shell.until('> mp-verify validate mine.yaml');
    await shell.kill();
  });

  test.skipIf(!has('fish')).for([visibly('fish')])('%s', async (_, { machine }) => {
    await machine.write('mine.yaml', '');
    const asked = ['mp-verify run contr', 'mp-verify validate min'].map((line) => `complete -C'${line}'`).join('; ');
    const shell = machine.shell(`fish -N -c "mp-verify completion fish | source; ${asked}"`);
    expect(await shell.exit()).toBe(0);
    expect(shell.transcript()).toBe('contract-change\nmine.yaml');
  });
});
