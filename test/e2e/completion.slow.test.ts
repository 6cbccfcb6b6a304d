import { spawnSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { test } from './support/machine.ts';

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const visibly = (shell: string) => `${shell}${has(shell) ? '' : ' (skipped: it is not installed)'}`;

describe.concurrent('with what mp-verify completion prints, Tab completes in', () => {
  test.skipIf(!has('bash')).for([visibly('bash')])('%s', async (_, { machine }) => {
    await machine.write(
      'rc',
      "PS1='> '\nbind 'set bell-style none'\nsource <(mp-verify completion bash)\necho ready\n",
    );
    await machine.write('mine.yaml', '');
    const shell = machine.shell('exec bash --noprofile --rcfile rc -i');
    // Before its prompt, the terminal echoes what is typed.
    await shell.until(/ready\n>/);
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
    // Before its prompt, the terminal echoes what is typed.
    await shell.until(/ready\n>/);
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
