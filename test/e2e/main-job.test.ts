import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from './support/machine.ts';
import { sandboxProcess } from './support/sandbox-process.ts';
import { finish, manualSteps, newSignup, operator, quit, walkByKeys } from './support/walking.ts';

describe.concurrent('the main job', () => {
  test('a walk by keys on a terminal passes, against the sandbox of another process, by the lines that it prints', async ({
    machine,
  }) => {
    const { env, buyers } = await sandboxProcess(machine);
    const reports = ['--report', 'json=run.json', '--report', 'markdown=run.md'];
    const args = ['run', 'new-signup', '--buyer', buyers['new-signup'] ?? '', ...reports];
    const pty = machine.terminal(args, { env });
    await walkByKeys(pty, newSignup);
    expect(await finish(pty)).toBe(0);

    const byPerson = manualSteps(newSignup).length - 2;
    const shown = pty.transcript();
    expect(shown).toMatch(/^ {2}product {2}Acme Notes .* SANDBOX, not AWS$/m);
    // Without --buyer-profile nobody can look with the buyer's eyes.
    expect(shown).toMatch(/^PASS {2}New sign-up after purchase +12 pass, 1 does not apply/m);
    expect(shown).toContain(`seen by the program: 8 steps   on a person's word: ${byPerson}   disagreed: 0`);
    expect(shown).not.toContain('Warning');
    expect(await machine.report('run.json')).toMatchObject({
      verdict: 'pass',
      run: { sandbox: true, interrupted: false, endpoint: env.AWS_ENDPOINT_URL_STS },
      tally: { pass: 12, fail: 0, error: 0, skip: 0, pending: 0 },
      // AWS confirms what the buyer does, and the SaaS what it shows; the rest of the manual steps is the person's word.
      seen: { byProgram: 8, byPerson, rehearsed: 0, disagreed: 0 },
    });
    expect(await readFile(join(machine.home, 'run.md'), 'utf8')).toMatch(
      /^\*\*✓ PASS SANDBOX\*\* New sign-up after purchase: 12 pass.*; seen by the program/,
    );
  });

  test('a walk that was left is resumed by the line that it prints, and a failure in it ends in exit 1', async ({
    machine,
  }) => {
    const left = machine.terminal(['run', 'new-signup', '--sandbox']);
    await operator(left, newSignup)('page').press('p');
    expect(await quit(left, newSignup, 'purchase')).toBe(3);
    const [line = ''] = /mp-verify resume new-signup-1(?= {2}continues at step 8$)/m.exec(left.transcript()) ?? [];

    const pty = machine.shell(`${line} --report json=run.json; echo "code $?"`);
    const at = operator(pty, newSignup);
    await at('purchase').fails('There is no button.');
    await at('purchase').press('k');
    expect(await pty.until(/^code \d+$/m)).toMatch(/^FAIL {2}New sign-up after purchase[\s\S]*^code 1$/m);
    expect(await machine.report('run.json')).toMatchObject({ verdict: 'fail', tally: { pass: 6, fail: 1 } });
  });

  test('Ctrl+C ends a walk in exit 130 with everything saved', async ({ machine }) => {
    const pty = machine.terminal(['run', 'new-signup', '--sandbox', '--report', 'json=run.json']);
    await operator(pty, newSignup)('page').asked();
    pty.keys('\u0003');
    expect(await pty.exit()).toBe(130);
    expect(await machine.report('run.json')).toMatchObject({ verdict: 'incomplete', run: { interrupted: true } });
  });

  test('unattended, what needs a person is pending: exit 3, and stdout is one document', async ({ machine }) => {
    const { code, stdout, stderr } = await machine.run('run use-cases --sandbox --no-input --json'.split(' '));
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'incomplete', tally: { fail: 0, error: 0 } });
    expect(stderr).toMatch(/^INCOMPLETE {2}/m);
  });

  test('all use cases are rehearsed to pass, exit 0', async ({ machine }) => {
    const args = 'run use-cases --sandbox --rehearse --json --report text=run.txt'.split(' ');
    const { code, stdout } = await machine.run(args);
    expect([code, JSON.parse(stdout).verdict]).toEqual([0, 'pass']);
    expect(await readFile(join(machine.home, 'run.txt'), 'utf8')).toMatch(/^PASS {2}/m);
  });
});
