import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { setLatch } from './support/latch.ts';
import { patienceMs } from './support/launch.ts';
import { type Machine, test } from './support/machine.ts';
import { contractChange, finish, newSignup, operator, pass, quit, walkByKeys } from './support/walking.ts';

const run = ['run', 'contract-change', '--sandbox', '--report', 'json=run.json'];
const unattended = ['run', 'contract-change', '--sandbox', '--no-input', '--json'];
const journalOf = ({ home }: Machine) => join(home, 'state', 'runs', 'contract-change-1', 'results.jsonl');
const lockOf = ({ home }: Machine) => join(home, 'state', 'runs', 'contract-change-1', 'lock');

describe.concurrent('a second Ctrl+C', () => {
  test('leaves at once, also while an answer is written, and what was on disk before can be read', async ({
    machine,
  }) => {
    const held = await setLatch(machine, {
      when: 'before',
      operation: 'write',
      path: 'results.jsonl',
      text: '"step":"page"',
    });
    // A Ctrl+C more than it takes must neither end the shell before it has said the code nor be echoed into what it says.
    const line = `trap '' INT; stty -echo; before=$(stty -g); mp-verify ${run.join(' ')}; code=$?; test "$before" = "$(stty -g)" && echo as before; echo "code $code"`;
    const pty = machine.shell(line, { env: held.env });
    await pass(pty, contractChange, 'page');
    await held.reached();
    // Keys that come together count as one: the operator presses until it leaves. Nothing is released.
    const shown = await vi.waitFor(
      () => {
        pty.keys('\u0003');
        expect(pty.transcript()).toMatch(/^code \d+$/m);
        return pty.transcript();
      },
      { timeout: patienceMs, interval: 50 },
    );
    expect(shown).toMatch(/^as before\ncode 130$/m);
    expect(pty.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(pty.raw().lastIndexOf('\u001b[?25l'));

    const again = machine.terminal(['resume', '--report', 'json=run.json']);
    expect(await quit(again, contractChange, 'page')).toBe(3);
    expect(await machine.report('run.json')).toMatchObject({ tally: { pass: 4 }, run: { id: 'contract-change-1' } });
  });

  test('is not needed at the summary: the document on stdout is the report, not an error', async ({ machine }) => {
    const pty = machine.shell(`mp-verify ${run.join(' ')} --json >out.json; echo "code $?"`);
    await walkByKeys(pty, contractChange);
    await pty.until(/^PASS [\s\S]*\[n\]ote \[b\]ack \[q\]uit, everything is saved$/m);
    pty.keys('\u0003');
    await pty.until(/^code 130$/m);
    expect(await machine.report('out.json')).toEqual(await machine.report('run.json'));
  });
});

describe.concurrent('many processes at once', () => {
  test('a run that another process walks is refused with its name, and not disturbed', async ({ machine }) => {
    const pty = machine.terminal(run);
    await operator(pty, contractChange)('page').asked();
    const before = await readFile(journalOf(machine), 'utf8');
    for (const args of [['resume'], ['resume', 'contract-change-1'], ['resume', 'contract-change']]) {
      const refused = await machine.run([...args, '--json']);
      expect(refused.code).toBe(4);
      const { error } = JSON.parse(refused.stdout);
      expect(error).toMatchObject({ code: 'run-in-use', hint: expect.stringContaining('End that process first') });
      const { pid } = JSON.parse(await readFile(lockOf(machine), 'utf8'));
      expect(error.message).toMatch(new RegExp(`^Run contract-change-1 is in use by process ${pid} on \\S+, since 2`));
    }
    expect(await readFile(journalOf(machine), 'utf8')).toBe(before);
    await walkByKeys(pty, contractChange);
    expect(await finish(pty)).toBe(0);
    expect(await machine.report('run.json')).toMatchObject({ verdict: 'pass', tally: { pass: 9 } });
  });

  test('two runs at the same time both pass', async ({ machine }) => {
    const first = machine.terminal(run);
    const second = machine.terminal(['run', 'new-signup', '--sandbox', '--report', 'json=second.json']);
    await Promise.all([walkByKeys(first, contractChange), walkByKeys(second, newSignup)]);
    expect(await Promise.all([finish(first), finish(second)])).toEqual([0, 0]);
    const reports = [await machine.report('run.json'), await machine.report('second.json')];
    expect(reports.map((report) => [report.run.id, report.verdict])).toEqual([
      ['contract-change-1', 'pass'],
      ['new-signup-1', 'pass'],
    ]);
  });

  test('runs of one checklist that begin together each get an id and a journal of their own', async ({ machine }) => {
    const ended = await Promise.all(Array.from({ length: 4 }, () => machine.run(unattended)));
    expect(ended.map(({ code }) => code)).toEqual([3, 3, 3, 3]);
    const reports = ended.map(({ stdout }) => JSON.parse(stdout));
    expect(reports.map((report) => report.run.id).sort()).toEqual([1, 2, 3, 4].map((n) => `contract-change-${n}`));
    for (const { tally } of reports) expect(tally).toMatchObject({ pass: 4, pending: 5 });
  });

  test('of two that resume a killed run, the one that comes first has it, and the dead one has it no more', async ({
    machine,
  }) => {
    const killed = machine.terminal(run);
    await operator(killed, contractChange)('page').asked();
    await killed.kill();
    const dead = JSON.parse(await readFile(lockOf(machine), 'utf8'));

    const held = await setLatch(machine, {
      when: 'before',
      operation: 'write',
      path: 'results.jsonl',
      text: '"type":"began"',
    });
    const first = machine.start(['resume', '--no-input', '--json'], { env: held.env });
    const pid = await held.reached();
    expect(pid).not.toBe(dead.pid);
    const second = await machine.run(['resume', '--json']);
    expect([second.code, JSON.parse(second.stdout).error.message]).toEqual([
      4,
      expect.stringContaining(`in use by process ${pid} `),
    ]);
    await held.release();
    const { code, stdout } = await first.ended;
    expect([code, JSON.parse(stdout).tally.pass]).toEqual([3, 4]);
  });

  test('a lock of another machine is not taken over: nobody here can see whether its process lives', async ({
    machine,
  }) => {
    await machine.run(unattended);
    const lock = { pid: 1, host: 'elsewhere', time: new Date().toISOString(), token: 'theirs' };
    await writeFile(lockOf(machine), JSON.stringify(lock));
    const refused = await machine.run(['resume', '--json']);
    expect([refused.code, JSON.parse(refused.stdout).error.message]).toEqual([
      4,
      expect.stringContaining('in use by process 1 on elsewhere'),
    ]);
    expect(JSON.parse(await readFile(lockOf(machine), 'utf8'))).toEqual(lock);
  });
});
