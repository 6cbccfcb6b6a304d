import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { test } from './support/machine.ts';
import {
  contractChange,
  finish,
  newSignup,
  pass,
  question,
  setUpAccount,
  useCases,
  walkByKeys,
} from './support/walking.ts';

describe.concurrent('a walk by keys on a terminal', () => {
  test.for(useCases)('passes $id in a sandbox of its own', async (useCase, { machine }) => {
    const { id, title, steps, manual } = useCase;
    const pty = machine.terminal(['run', id, '--sandbox', '--report', 'json=run.json', '--report', 'markdown=run.md']);
    await walkByKeys(pty, useCase);
    expect(await finish(pty)).toBe(0);

    const shown = pty.transcript();
    // Without --buyer-profile nobody can look with the buyer's eyes.
    const unseen = useCase.id === 'contract-change' ? 0 : 1;
    expect(shown).toMatch(new RegExp(`^PASS  ${title} +${steps - unseen} pass`, 'm'));
    expect(shown).toMatch(/^ {2}product {2}Acme Notes .* SANDBOX, not AWS$/m);
    expect(shown).toContain(
      `seen by the program: ${steps - unseen - manual.length + 2} steps   on a person's word: ${manual.length - 2}   disagreed: 0`,
    );
    expect(shown).not.toContain('Warning');

    const report = await machine.report('run.json');
    expect(report).toMatchObject({
      verdict: 'pass',
      run: { sandbox: true, interrupted: false, endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
      tally: { pass: steps - unseen, fail: 0, error: 0, skip: 0, pending: 0 },
      // AWS confirms what the buyer does, and the SaaS what it shows; the rest of the manual steps is the person's word.
      seen: { byProgram: steps - unseen - manual.length + 2, byPerson: manual.length - 2, disagreed: 0 },
    });
    const markdown = await readFile(join(machine.home, 'run.md'), 'utf8');
    expect(markdown).toMatch(
      new RegExp(`^\\*\\*✓ PASS SANDBOX\\*\\* ${title}: ${steps - unseen} pass.*; seen by the program`),
    );
  });

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

  test('passes against the process of mp-verify sandbox by the lines that it prints, still marked SANDBOX', async ({
    machine,
  }) => {
    const printed = await machine.start(['sandbox']).until(/Ctrl\+C stops it/);
    const env = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
    const [, buyer = ''] = /(\d{12}) {2}for mp-verify run new-signup /.exec(printed) ?? [];

    const pty = machine.terminal(['run', 'new-signup', '--buyer', buyer, '--report', 'json=run.json'], { env });
    await walkByKeys(pty, newSignup);
    expect(await finish(pty)).toBe(0);
    expect(pty.transcript()).toMatch(/^ {2}product .* SANDBOX, not AWS$/m);
    expect(await machine.report('run.json')).toMatchObject({
      verdict: 'pass',
      run: { sandbox: true, endpoint: env.AWS_ENDPOINT_URL },
    });
  });

  test('shows what AWS says beside the step that compares it with the SaaS', async ({ machine }) => {
    const { env, buyers } = await machine.marketplace();
    const pty = machine.terminal(['run', 'contract-change', '--buyer', buyers['contract-change'] ?? ''], { env });
    await walkByKeys(pty, { ...contractChange, manual: [5, 6, 8] });
    const shown = await pty.until(question(9, contractChange));
    const compared = shown.slice(shown.indexOf('? 9/9'));
    expect(compared).toMatch(
      /AWS {5}says:\n +licence +plan +quantity +ends\n +l-5a4db0c0c0 +Pro \(pro\) +20 +\d{4}-\d\d-\d\d/,
    );
    expect(compared).toContain('expect  Plan, quantity and end date are as AWS says above.');
  });

  test('shows the line to paste as one line, which a shell would else take for two commands', async ({ machine }) => {
    const pty = machine.terminal(['run', 'contract-change', '--sandbox']);
    await pass(pty, contractChange, [5]);
    const shown = await pty.until(question(6, contractChange));
    expect(shown).toMatch(/^ {2}sandbox curl -d buyer=666677778888 -d quantity=20 http:\S+\/sandbox\/change$/m);
  });

  test('waits for AWS, and says for what, since when, until when and when it looks next', async ({ machine }) => {
    const pty = machine.terminal(['run', 'contract-change', '--sandbox']);
    await walkByKeys(pty, { ...contractChange, manual: [5, 6] });
    await pty.until(
      /wait {2}7\/9 {2}AWS grants the new contract\n +1 look in 0:0\d, next in \d s, until \d\d:\d\d:\d\d +Ctrl\+C saves\n/,
    );
    // The sandbox shows a change 3 s later, as AWS shows it later: the first look cannot find it.
    expect(await pty.until(question(8, contractChange))).toMatch(
      /✓ pass {2}7\/9 {2}AWS grants the new contract +after 0:0\d/,
    );
  });

  test('takes no paste for an answer, and q also while it waits', async ({ machine }) => {
    const pty = machine.terminal(['run', 'contract-change', '--sandbox']);
    await pty.until(question(5, contractChange));
    expect(pty.raw()).toContain('\u001b[?2004h');
    pty.keys('\u001b[200~https://saas.example/pass\u001b[201~');
    await pty.until(/! Pasted text is no answer[\s\S]*\[q\]uit$/);
    pty.keys('pass');
    await pty.until(/! Text that is pasted, or typed ahead, is no answer[\s\S]*\[q\]uit$/);
    await walkByKeys(pty, { ...contractChange, manual: [5, 6] });
    await pty.until(/wait {2}7\/9 [\s\S]*Ctrl\+C saves\n/);
    pty.keys('q');
    expect(await pty.exit()).toBe(3);
    expect(pty.transcript()).toMatch(/^INCOMPLETE {2}Contract changed on AWS Marketplace +6 pass, 3 pending/m);
    expect(pty.raw().lastIndexOf('\u001b[?2004l')).toBeGreaterThan(pty.raw().lastIndexOf('\u001b[?2004h'));
  });

  test('can be left and gone on with by the line that it prints, also in a sandbox of its own', async ({ machine }) => {
    const left = machine.terminal(['run', 'new-signup', '--sandbox']);
    await walkByKeys(left, { ...newSignup, manual: [7, 8, 9] });
    await left.until(question(10, newSignup));
    left.keys('q');
    expect(await left.exit()).toBe(3);
    const [line = ''] = /mp-verify resume new-signup-1(?= {2}goes on at step 10$)/m.exec(left.transcript()) ?? [];

    const pty = machine.shell(line);
    await pty.until('The sandbox is a new one; done again in it for 444455556666: Buy a contract');
    await pty.until(/carried over, not looked at again:[\s\S]*✓ pass +9\/13 +Go on to the sign-up page/);
    await pass(pty, newSignup, [10]);
    const [, url = ''] = /(http:\S+)\/saas\/sign-in/.exec(await pty.until(question(11, newSignup))) ?? [];
    await setUpAccount(url, '444455556666');
    await pass(pty, newSignup, [11, 13]);
    expect(await finish(pty)).toBe(0);
    expect(pty.transcript()).toMatch(/begun .* UTC, resumed .* UTC$/m);
  });

  test('can be taken back: the step before is asked again, and so is what came after it', async ({ machine }) => {
    const pty = machine.terminal(['run', 'new-signup', '--sandbox', '--report', 'json=run.json']);
    await walkByKeys(pty, newSignup);
    await pty.until(/disagreed: \d+\n {2}\[n\]ote \[b\]ack \[q\]uit: all is saved$/);
    pty.keys('b');
    await pty.until(/\? 13\/13 [\s\S]*before {2}pass, [\s\S]*\[k\]eep that answer \[b\]ack \[q\]uit$/);
    pty.keys('b');
    await pty.until(
      /before {2}pass, [\s\S]*\? 11\/13 [\s\S]*before {2}pass, [\s\S]*\[k\]eep that answer \[b\]ack \[q\]uit$/,
    );
    pty.keys('p');
    await pty.until(
      /pass {2}12\/13 [\s\S]*\? 13\/13 [\s\S]*step 11 \(Sign in\s+with\s+the new account\) was taken again after it/,
    );
    await pass(pty, newSignup, [13]);
    expect(await finish(pty)).toBe(0);
    const { checklists, verdict } = await machine.report('run.json');
    expect(verdict).toBe('pass');
    expect(checklists[0]?.steps.slice(10).map(({ attempts }) => attempts?.length)).toEqual([2, 2, 2]);
  });
});
