import { describe, expect, test } from 'vitest';
import { CouldNotCheck } from '../../src/errors.ts';
import { openMachine } from './machine.ts';

describe('mp-verify complete answers what can stand at the cursor', () => {
  test.each<[typed: string, words: readonly string[]]>([
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
    ['report --format ', ['html', 'json', 'junit', 'markdown', 'text']],
    ['report --format=m', ['--format=markdown']],
    ['report --format = m', ['markdown']],
    ['report --format =', ['html', 'json', 'junit', 'markdown', 'text']],
    ['copy c', ['contract-change']],
    // There the shell has names of files.
    ['validate ', []],
    ['run --answers ', []],
    ['nonsense ', []],
  ])('mp-verify %s', async (typed, words) => {
    const machine = await openMachine();
    const { code, stdout, stderr } = await machine.run(['complete', '--', ...typed.split(' ')]);
    expect([code, stderr]).toEqual([0, '']);
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')[0]),
    ).toEqual(words);
  });

  test('runs by their ids, and none where they cannot be read', async () => {
    const machine = await openMachine();
    await machine.run('run new-signup --sandbox --no-input');
    for (const command of ['resume', 'report', 'runs show', 'runs delete'])
      expect(await machine.run(`complete -- ${command} new`)).toMatchObject({ stdout: 'new-signup-1\n' });
    machine.store = {
      ...machine.runs,
      ids: () => Promise.reject(new CouldNotCheck('unreadable-run', 'It can not be read.')),
    };
    expect(await machine.run(['complete', '--', 'resume', ''])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });
});
