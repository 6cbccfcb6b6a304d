import { describe, expect } from 'vitest';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { test } from './support/machine.ts';
import {
  contractChange,
  finish,
  newSignup,
  operator,
  pass,
  quit,
  setUpAccount,
  useCases,
  walkByKeys,
} from './support/walking.ts';

describe.concurrent('a walk by keys on a terminal', () => {
  test('passes all three use cases as one run, each with a buyer of its own', async ({ machine }) => {
    const pty = machine.terminal(['run', 'use-cases', '--sandbox', '--report', 'json=run.json']);
    for (const useCase of useCases) await walkByKeys(pty, useCase);
    expect(await finish(pty)).toBe(0);

    expect(pty.transcript()).toMatch(/^PASS {2}3 checklists +32 pass/m);
    // Each question opens and closes its streams: Node would warn on the screen of one that stays.
    expect(pty.transcript()).not.toContain('Warning');
    const { checklists, verdict } = await machine.report('run.json');
    expect(verdict).toBe('pass');
    expect(checklists.map(({ id, buyer, verdict }) => [id, buyer, verdict])).toEqual([
      ['new-signup', '444455556666', 'pass'],
      ['existing-user', '555566667777', 'pass'],
      ['contract-change', '666677778888', 'pass'],
    ]);
  });

  test('shows what AWS says beside the step that compares it with the SaaS', async ({ machine }) => {
    const { env, buyers } = await machine.marketplace();
    const pty = machine.terminal(['run', 'contract-change', '--buyer', buyers['contract-change'] ?? ''], { env });
    await walkByKeys(pty, contractChange, 'page', 'change', 'sign-in');
    const shown = await operator(pty, contractChange)('inspect').asked();
    const compared = shown.slice(shown.indexOf('? 9/9'));
    expect(compared).toMatch(
      /AWS {5}says:\n +license +plan +quantity +ends\n +l-5a4db0c0c0 +Pro \(pro\) +20 +\d{4}-\d\d-\d\d/,
    );
    expect(compared).toContain('expect  The plan, quantity and end date match what AWS returned above.');
  });

  test('shows the line to paste as one line, which a shell would else take for two commands', async ({ machine }) => {
    const pty = machine.terminal(['run', 'contract-change', '--sandbox']);
    await pass(pty, contractChange, 'page');
    const shown = await operator(pty, contractChange)('change').asked();
    expect(shown).toMatch(/^ {2}sandbox curl -d buyer=666677778888 -d quantity=20 http:\S+\/sandbox\/change$/m);
  });

  test('waits for AWS, and says for what, since when, until when and when it looks next', async ({ machine }) => {
    const start = Date.now();
    let passed = 0;
    const delays = { agreementMs: 0, licenceMs: 0, entitlementMs: 3000 };
    const world = { ...defaultWorld(start), delays };
    // AWS shows the change late; here when the test has seen that it is waited for.
    const { env, buyers } = await machine.marketplace({ world, now: () => start + passed });
    const pty = machine.terminal(['run', 'contract-change', '--buyer', buyers['contract-change'] ?? ''], { env });
    await walkByKeys(pty, contractChange, 'page', 'change');
    await pty.until(
      /wait {2}7\/9 {2}AWS grants the new contract\n +\d+ looks? in \d+:\d\d, next in \d+ s, until \d\d:\d\d:\d\d\s+q or Ctrl\+C saves and quits\n/,
    );
    passed = 3000;
    expect(await operator(pty, contractChange)('sign-in').asked()).toMatch(
      /✓ pass {2}7\/9 {2}AWS grants the new contract +after \d+:\d\d/,
    );
  });

  test('takes no paste for an answer, and q also while it waits', async ({ machine }) => {
    const delays = { agreementMs: 0, licenceMs: 0, entitlementMs: 3000 };
    const start = Date.now();
    // AWS never shows the change.
    const { env, buyers } = await machine.marketplace({ world: { ...defaultWorld(start), delays }, now: () => start });
    const pty = machine.terminal(['run', 'contract-change', '--buyer', buyers['contract-change'] ?? ''], { env });
    await operator(pty, contractChange)('page').asked();
    expect(pty.raw()).toContain('\u001b[?2004h');
    pty.keys('\u001b[200~https://saas.example/pass\u001b[201~');
    await pty.until(/! Pasted text is not an answer[\s\S]*\[q\]uit$/);
    pty.keys('pass');
    await pty.until(/! Pasted or typed-ahead text is not an answer[\s\S]*\[q\]uit$/);
    await walkByKeys(pty, contractChange, 'page', 'change');
    await pty.until(/wait {2}7\/9 [\s\S]*Ctrl\+C saves and quits\n/);
    pty.keys('q');
    expect(await pty.exit()).toBe(3);
    expect(pty.transcript()).toMatch(/^INCOMPLETE {2}Contract changed on AWS Marketplace +6 pass, 3 pending/m);
    expect(pty.raw().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(pty.raw().lastIndexOf('\u001b[?2004h'));
  });

  test('can be left and gone on with by the line that it prints, also in a sandbox of its own', async ({ machine }) => {
    const left = machine.terminal(['run', 'new-signup', '--sandbox']);
    await walkByKeys(left, newSignup, 'page', 'purchase', 'sign-up-page');
    expect(await quit(left, newSignup, 'sign-up')).toBe(3);
    const [line = ''] = /mp-verify resume new-signup-1(?= {2}continues at step 10$)/m.exec(left.transcript()) ?? [];

    const pty = machine.shell(line);
    await pty.until('This is a new sandbox; repeated for 444455556666: Buy a contract');
    await pty.until(/carried over:[\s\S]*✓ pass +9\/13 +Continue to the sign-up page/);
    await pass(pty, newSignup, 'sign-up');
    const shown = await operator(pty, newSignup)('sign-in').asked();
    const [, url = ''] = /(http:\S+)\/saas\/sign-in/.exec(shown) ?? [];
    await setUpAccount(url, '444455556666');
    await pass(pty, newSignup, 'sign-in', 'inspect');
    expect(await finish(pty)).toBe(0);
    expect(pty.transcript()).toMatch(/started .* UTC, resumed .* UTC$/m);
  });

  test('can be taken back: the step before is asked again, and so is what came after it', async ({ machine }) => {
    const pty = machine.terminal(['run', 'new-signup', '--sandbox', '--report', 'json=run.json']);
    await walkByKeys(pty, newSignup);
    await pty.until(/disagreed: \d+\n {2}\[n\]ote \[b\]ack \[q\]uit, everything is saved$/);
    pty.keys('b');
    const at = operator(pty, newSignup);
    expect(await at('inspect').asked()).toMatch(/before {2}pass, [\s\S]*\[k\]eep that answer \[b\]ack \[q\]uit$/);
    await at('inspect').press('b');
    expect(await at('sign-in').asked()).toMatch(/before {2}pass, [\s\S]*\[k\]eep that answer \[b\]ack \[q\]uit$/);
    await at('sign-in').press('p');
    expect(await at('inspect').asked()).toMatch(
      /pass {2}12\/13 [\s\S]*\? 13\/13 [\s\S]*step 11 \(Sign in\s+with\s+the new account\) was\s+attempted\s+again\s+after\s+it/,
    );
    await at('inspect').press('p');
    expect(await finish(pty)).toBe(0);
    const { checklists, verdict } = await machine.report('run.json');
    expect(verdict).toBe('pass');
    expect(checklists[0]?.steps.slice(10).map(({ attempts }) => attempts?.length)).toEqual([2, 2, 2]);
  });
});
