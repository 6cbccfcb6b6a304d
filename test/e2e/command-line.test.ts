import { describe, expect } from 'vitest';
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
});
