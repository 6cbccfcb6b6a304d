import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { thisMachine } from '../../src/store/lock.ts';
import { runStore } from '../../src/store/run-store.ts';
import { keepWalk, type Walk } from '../support/walked-run.ts';
import { type Machine, test } from './support/machine.ts';
import { newSignup, operator, quit } from './support/walking.ts';

/** Runs that were walked on AWS, which no test can ask. */
async function keep({ home }: Machine, ...walks: readonly Walk[]): Promise<void> {
  const store = runStore(
    `${home}/state`,
    thisMachine(process.pid, (pid) => void process.kill(pid, 0)),
  );
  for (const walk of walks) await keepWalk(store, walk);
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

describe.concurrent('what was walked', () => {
  test('is there when the program is started again: listed, shown, printed, deleted', async ({ machine }) => {
    const walk = await machine.run(['run', 'new-signup', '--sandbox', '--no-input', '--json']);
    const document = JSON.parse(walk.stdout);
    expect(document.run.id).toBe('new-signup-1');

    const { runs } = JSON.parse((await machine.run(['runs', '--json'])).stdout);
    expect(runs).toMatchObject([{ id: 'new-signup-1', verdict: 'incomplete', sandbox: true, walkingNow: false }]);
    const again = await machine.run(['report', '--format', 'json']);
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, document]);
    const shown = await machine.run(['runs', 'show', 'new-signup', '--json']);
    expect([shown.code, JSON.parse(shown.stdout)]).toEqual([0, document]);

    expect(await machine.run(['report', '--format', 'json', '-o', 'again.json'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Wrote again.json.\n',
    });
    expect(await machine.report('again.json')).toEqual(document);

    expect((await machine.run(['runs', 'delete', 'new-signup-1'])).code).toBe(2);
    expect((await machine.run(['runs', 'delete', 'new-signup-1', '--yes'])).code).toBe(0);
    expect(JSON.parse((await machine.run(['runs', '--json'])).stdout)).toEqual({ runs: [], unreadable: [] });
  });

  test('is handed on as text that says what it is of, while a walk ends with its summary alone', async ({
    machine,
  }) => {
    const reports = ['--report', 'text=run.txt', '--report', 'markdown=run.md'];
    const walk = await machine.run(['run', 'contract-change', '--sandbox', '--rehearse', ...reports]);
    const [text, markdown] = await Promise.all(
      ['run.txt', 'run.md'].map((name) => readFile(join(machine.home, name), 'utf8')),
    );
    expect(text).toMatch(/^Contract changed on AWS Marketplace +SANDBOX, not AWS\n {2}product {3}Acme Notes /);
    expect(text).toMatch(/^ {2}run {7}contract-change-1, mp-verify /m);
    expect(text).toMatch(/^✓ pass {2}6\/9 {2}Change the contract +rehearsal \d\d:\d\d$/m);
    expect(markdown).toMatch(/^\| 6 \| Change the contract \| ✓ pass \| rehearsal \| /m);
    const summary = text?.slice(text.indexOf('\nPASS'));
    expect(walk.stdout).toBe(summary);
    expect(walk.stderr).not.toContain('seen by the program');
    expect((await machine.run(['report'])).stdout).toBe(text);
  });

  test('is in progress as long as somebody walks it, and cannot be deleted then', async ({ machine }) => {
    const pty = machine.terminal(['run', 'new-signup', '--sandbox']);
    await operator(pty, newSignup)('page').asked();
    expect((await machine.run(['runs'])).stdout).toContain('SANDBOX, in use');
    expect((await machine.run(['runs', 'show', 'new-signup-1'])).stdout).toMatch(/^ {2}in progress$/m);
    const { code, stderr } = await machine.run(['runs', 'delete', 'new-signup-1', '--yes']);
    expect(code).toBe(4);
    expect(stderr).toContain('new-signup-1');
    await quit(pty, newSignup, 'page');
    expect((await machine.run(['runs'])).stdout).not.toContain('in use');
    expect((await machine.run(['runs', 'delete', 'new-signup-1', '--yes'])).code).toBe(0);
  });

  test('is deleted on a terminal when the operator says so', async ({ machine }) => {
    await keep(machine, { at: daysAgo(1) });
    const pty = machine.terminal(['runs', 'delete', 'new-signup-1']);
    await pty.until(/new-signup-1 {2}PASS, Acme Notes, 23 h ago[\s\S]*\[d\]elete \[k\]eep$/);
    pty.keys('d');
    expect(await pty.exit()).toBe(0);
    expect(pty.screen()).toContain('Deleted new-signup-1.');
  });
});

describe.concurrent('mp-verify alone', () => {
  test('is home on a terminal, also a narrow one', async ({ machine }) => {
    await keep(machine, { at: daysAgo(3) }, { at: daysAgo(1), of: ['existing-user'], ends: 'incomplete' });
    for (const cols of [40, 80]) {
      const pty = machine.terminal([], { cols });
      expect(await pty.exit()).toBe(0);
      expect(pty.screen()).toMatch(/^Acme Notes[\s\S]*✓ pass[\s\S]*existing-user-1: INCOMPLETE/);
      expect(pty.screen()).toMatch(/\nnext {2}mp-verify resume existing-user-1$/);
    }
  });
});

test('before-public in a sandbox: what was walked there does not count, and is not asked for', async ({ machine }) => {
  const { stdout } = await machine.run(['run', 'before-public', '--sandbox', '--no-input', '--json']);
  expect(JSON.parse(stdout).checklists[0].steps[0]).toMatchObject({
    id: 'use-cases',
    status: 'not-applicable',
    code: 'not-on-aws',
  });
});
