import { describe, expect, vi } from 'vitest';
import { patienceMs } from './support/launch.ts';
import { type Machine, test } from './support/machine.ts';
import type { Pty } from './support/pty.ts';
import { sandboxProcess } from './support/sandbox-process.ts';
import { contractChange, newSignup, operator, pass, quit } from './support/walking.ts';

const command = ['run', 'contract-change', '--sandbox', '--report', 'json=run.json'];
const deadline = '[w]ait longer [f]ail [n]ote [b]ack [q]uit';
const keys = { ctrlC: '\u0003', ctrlD: '\u0004', escape: '\u001b' };

async function toQuestion(pty: Pty): Promise<Pty> {
  await operator(pty, contractChange)('page').asked();
  return pty;
}

async function toReason(pty: Pty): Promise<Pty> {
  await operator(pty, contractChange)('page').press('f');
  await pty.until(/\? What is wrong\?$/);
  return pty;
}

/** It waits for a change of contract that nobody makes. */
async function toWait(pty: Pty): Promise<Pty> {
  await pass(pty, contractChange, 'page', 'change');
  await pty.until(/wait {2}6\/9 [\s\S]*Ctrl\+C saves/);
  return pty;
}

const places = Object.entries({ 'a question': toQuestion, 'a question for a line': toReason, 'a wait': toWait });

async function quitWithPassed(passed: number, step: string, pty: Pty, machine: Machine): Promise<void> {
  expect(await quit(pty, contractChange, step)).toBe(3);
  expect(await machine.report('run.json')).toMatchObject({ verdict: 'incomplete', tally: { pass: passed, fail: 0 } });
}

describe.concurrent('a step that fails', () => {
  test('ends the run in FAIL with the reason that the operator gives, and exit 1', async ({ machine }) => {
    const pty = machine.terminal(command);
    const at = operator(pty, contractChange);
    await at('page').fails('The button opens a 404 page.');
    await at('page').press('k');
    expect(await pty.exit()).toBe(1);

    const shown = pty.screen();
    expect(shown).toMatch(
      /^✗ FAIL {2}5\/9 {2}Check the product page URL +you [\d:]{8}\n +The button opens a 404 page\.$/m,
    );
    expect(shown).toMatch(/^FAIL {2}Contract changed on AWS Marketplace +4 pass, 1 fail, 4 pending/m);
    expect(shown).toContain('✗ 5 page: The button opens a 404 page.');
    const { verdict, checklists } = await machine.report('run.json');
    expect(verdict).toBe('fail');
    expect(checklists[0]?.steps.slice(4, 6)).toMatchObject([
      { id: 'page', status: 'fail', reason: 'The button opens a 404 page.', by: 'operator' },
      { id: 'change', status: 'pending', code: 'stopped-before' },
    ]);
  });

  test('can be looked at again: when it passes then, both attempts are in the report', async ({ machine }) => {
    const pty = machine.terminal(command);
    const at = operator(pty, contractChange);
    await at('page').fails('It was still a draft.');
    await at('page').press('r');
    await at('page').press('p');
    await quitWithPassed(5, 'change', pty, machine);
    const { checklists } = await machine.report('run.json');
    expect(checklists[0]?.steps[4]).toMatchObject({
      status: 'pass',
      attempts: [{ status: 'fail', reason: 'It was still a draft.' }, { status: 'pass' }],
    });
  });

  test('fails the run even if the operator continues', async ({ machine }) => {
    const pty = machine.terminal(command);
    const at = operator(pty, contractChange);
    await at('page').fails('It shows another title.');
    await at('page').press('g');
    expect(await quit(pty, contractChange, 'change')).toBe(1);
    expect(pty.screen()).toContain('✗ 5 page: It shows another title.');
  });

  test('is one of the ways on from a deadline', async ({ machine }) => {
    const pty = machine.terminal([...command, '--max-wait', '0s']);
    await pass(pty, contractChange, 'page', 'change');
    await pty.until(deadline);
    const at = operator(pty, contractChange);
    await at('change').press('f');
    const failed = await pty.until(/\[r\] look again[\s\S]*\[q\]uit$/);
    expect(failed).toMatch(/✗ FAIL {2}6\/9 [\s\S]*unchanged since the\s+baseline/);
    await at('change').press('k');
    expect(await pty.exit()).toBe(1);
    const { checklists } = await machine.report('run.json');
    expect(checklists[0]?.steps[5]).toMatchObject({ id: 'change', status: 'fail', by: 'both' });
  });
});

describe.concurrent('an operator who quits', () => {
  test('ends the run as incomplete, exit 3, and keeps what was passed before', async ({ machine }) => {
    const pty = machine.terminal(command);
    await pass(pty, contractChange, 'page');
    await quitWithPassed(5, 'change', pty, machine);
    expect(pty.screen()).toMatch(/^INCOMPLETE {2}Contract changed on AWS Marketplace +5 pass, 4 pending/m);
    expect(pty.screen()).toContain('The operator ended the run at step 6 (Change the contract).');
    expect((await machine.report('run.json')).run.interrupted).toBe(false);
  });

  test('at a deadline does not make a failure of it', async ({ machine }) => {
    const pty = machine.terminal([...command, '--max-wait', '0s']);
    await pass(pty, contractChange, 'page', 'change');
    await pty.until(deadline);
    await quitWithPassed(5, 'change', pty, machine);
  });

  test('may do so with Ctrl+D', async ({ machine }) => {
    const pty = await toQuestion(machine.terminal(command));
    pty.keys(keys.ctrlD);
    expect(await pty.exit()).toBe(3);
  });

  test('calls a question for a line off with Ctrl+D or Escape, and nothing has happened', async ({ machine }) => {
    const pty = machine.terminal(command);
    for (const key of [keys.ctrlD, keys.escape]) {
      await toReason(pty);
      pty.keys(key);
    }
    await quitWithPassed(4, 'page', pty, machine);
  });
});

describe.concurrent('a run that is stopped', () => {
  test.for(places)('by Ctrl+C at %s ends with 130, and the terminal is as it was', async ([, go], { machine }) => {
    const line = `before=$(stty -g); mp-verify ${command.join(' ')}; echo "code $?"`;
    const pty = machine.shell(
      `${line}; test "$before" = "$(stty -g)" && echo as before; read -r typed; echo "<$typed>"`,
    );
    await go(pty);
    pty.keys(keys.ctrlC);
    await pty.until(/^code 130\nas before$/m);
    expect(pty.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(pty.raw().lastIndexOf('\u001b[?25l'));
    pty.keys('hello\r');
    expect(await pty.until(/^hello\n<hello>$/m)).toMatch(/^INCOMPLETE [\s\S]*interrupted/m);
    expect(await machine.report('run.json')).toMatchObject({ verdict: 'incomplete', run: { interrupted: true } });
  });

  test.for(
    places.flatMap(([place, go]) => [['SIGTERM', 143, place, go] as const, ['SIGHUP', 129, place, go] as const]),
  )('by %s ends with %i at %s, and its report says so', async ([signal, code, , go], { machine }) => {
    const pty = await go(machine.terminal(command));
    pty.signal(signal);
    expect(await pty.exit()).toBe(code);
    expect(pty.transcript()).toMatch(/^INCOMPLETE [\s\S]*interrupted/m);
    const { verdict, run, tally } = await machine.report('run.json');
    expect([verdict, run.interrupted]).toEqual(['incomplete', true]);
    expect(tally.pass).toBeGreaterThanOrEqual(2);
  });

  test('by the end of its terminal, whose window was closed, still writes its report', async ({ machine }) => {
    const pty = await toQuestion(machine.terminal(command));
    pty.hangUp();
    const { run, tally } = await vi.waitFor(() => machine.report('run.json'), { timeout: patienceMs });
    expect([run.interrupted, tally.pass]).toEqual([true, 4]);
  });
});

describe.concurrent('a key', () => {
  test('typed before the first question is dropped', async ({ machine }) => {
    const pty = machine.terminal(command);
    pty.keys('ppp\r');
    await quitWithPassed(4, 'page', pty, machine);
  });

  test('typed before a list of choices is dropped, and the arrows choose', async ({ machine }) => {
    const pty = machine.terminal(['run', '--sandbox']);
    pty.keys('\r');
    await pty.until(/\? Which use case\?[\s\S]*All three/);
    pty.keys('\u001b[B\u001b[B');
    await pty.until(/❯ Contract changed on AWS Marketplace {2}\(contract-change\)/);
    pty.keys('\r');
    await toQuestion(pty);
  });

  test('typed while AWS is waited for is dropped', async ({ machine }) => {
    const { env, buyers, change } = await sandboxProcess(machine);
    const args = ['run', 'contract-change', '--buyer', buyers['contract-change'] ?? '', '--report', 'json=run.json'];
    const pty = await toWait(machine.terminal(args, { env }));
    pty.keys('fp\r');
    await change();
    await quitWithPassed(7, 'sign-in', pty, machine);
  });

  test('that means nothing does nothing: Enter, other letters, arrows, Alt', async ({ machine }) => {
    const pty = await toQuestion(machine.terminal(command));
    const keys = ['\r', 'x', '\n', 'y', '\r\r', '1', ' ', '👍', '\u001b[A', 'パ', '\u001b[3~', 'z', '\u001bp'];
    for (const key of keys) {
      pty.keys(key);
      const name = /^[^\s\p{Cc}]+$/u.test(key) ? `"${key}"` : 'That key';
      await pty.until(new RegExp(`! ${name} does nothing here\\. .*\\n.*\\[q\\]uit$`));
    }
    await quitWithPassed(4, 'page', pty, machine);
  });

  test('counts as a capital, and in the full width of a Japanese keyboard', async ({ machine }) => {
    const pty = machine.terminal(['run', 'new-signup', '--sandbox']);
    const at = operator(pty, newSignup);
    await at('page').press('ｐ');
    await at('purchase').asked();
    pty.keys('Ｆ');
    await pty.until(/\? What is wrong\?$/);
    pty.keys('\u001b');
    await at('purchase').asked();
    pty.keys('S');
    await pty.until(/\? Why skip this step\?$/);
  });

  test('answers one question only, however often it is pressed', async ({ machine }) => {
    const pty = machine.terminal(command);
    await operator(pty, contractChange)('page').press('ppp');
    await quitWithPassed(5, 'change', pty, machine);
  });

  test('c prints the step for a colleague, n keeps a note, s asks why and rules a pass out', async ({ machine }) => {
    const pty = machine.terminal(command);
    const at = operator(pty, contractChange);
    await at('page').press('c');
    const copied = await pty.until(
      /^Check the product page URL \(Contract changed on AWS Marketplace\)[\s\S]*\[q\]uit$/m,
    );
    expect(copied.match(/Sign in to the AWS Marketplace Management Portal/g)).toHaveLength(2);
    await at('page').notes('asked 花子');
    expect(pty.transcript()).toMatch(/note {4}asked 花子\n/);
    await at('page').press('s');
    await pty.until(/\? Why skip this step\?$/);
    pty.keys('\r');
    await pty.until('Enter some text, or press Escape to cancel.');
    pty.keys('no access to the portal\r');
    await quitWithPassed(4, 'change', pty, machine);
    expect(pty.screen()).toContain('– 5 page: no access to the portal');
    const { checklists } = await machine.report('run.json');
    expect(checklists[0]?.steps[4]).toMatchObject({ status: 'skip', note: 'asked 花子' });
  });
});
