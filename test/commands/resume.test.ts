import { appendFile, copyFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CouldNotCheck, UserError } from '../../src/errors.ts';
import { openRehearsal } from '../../src/sandbox/rehearsal/rehearse.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { at, type Move, passes } from '../support/script-terminal.ts';
import { documentOf, type Ended, openMachine, stepWords } from './machine.ts';

const buyer = '444455556666';
const start = `run new-signup --buyer ${buyer}`;
const hour = 3_600_000;
const line = (text: string) => ({ line: text });

/** Steps 7 to 9, with the purchase made. */
async function bought() {
  const machine = await openMachine();
  await machine.buy(buyer);
  return machine;
}

/** A run of new-signup that was left at step 10. */
async function leftInTheMiddle() {
  const machine = await openMachine();
  const before = machine.run(start, [...passes('page'), at('purchase').press('q')]);
  await before;
  await machine.buy(buyer);
  machine.clock.onNap = () => undefined;
  const ended = await machine.run('resume', [...passes('purchase', 'sign-up-page'), at('sign-up').press('q')]);
  return { machine, ended };
}

async function later(machine: Awaited<ReturnType<typeof openMachine>>, ms: number): Promise<void> {
  await machine.clock.sleep(ms, new AbortController().signal);
}

function failure({ outcome }: Ended): Error {
  if (outcome instanceof Error) return outcome;
  throw new Error(`it ended in ${outcome}`);
}

describe('a run that was left', () => {
  test('continues where it was left: earlier answers are carried over, with their age', async () => {
    const { machine, ended } = await leftInTheMiddle();
    expect(ended.outcome).toBe('incomplete');
    expect(ended.stderr).toContain('mp-verify resume new-signup-1  continues at step 10');
    await later(machine, 3 * hour);
    const { outcome, stdout, stderr } = await machine.run('resume --json', [
      ...passes('sign-up', 'sign-in', 'inspect'),
      'q',
    ]);
    expect(outcome).toBe('pass');
    expect(stderr).toContain('new-signup-1  resumed, started 2026-11-23 09:00 UTC; every answer is');
    expect(stderr).toMatch(/carried over:\n✓ pass {3}1\/13 {2}Find the product and its page +3 h ago, checked again\n/);
    expect(stderr).toMatch(/✓ pass {3}8\/13 {2}Buy a contract +Aiko Tanaka, 3 h ago, checked again\n/);
    const report = documentOf({ stdout });
    expect(report.verdict).toBe('pass');
    expect(report.run.resumedAt).toHaveLength(2);
    expect(report.run.resume).toBeNull();
    const [{ steps }] = report.checklists as [(typeof report.checklists)[number]];
    expect(steps.filter(({ carriedOver }) => carriedOver).map(({ id }) => id)).toEqual([
      ...['product', 'ready', 'registration', 'offer', 'visible', 'before', 'page', 'purchase', 'sign-up-page'],
    ]);
    expect(steps.every(({ attempts }) => attempts === undefined)).toBe(true);
  });

  test('keeps the baseline: the purchase that was made meanwhile is new, not in the way', async () => {
    const { machine } = await leftInTheMiddle();
    const { outcome, stderr } = await machine.run('resume --from product', [
      ...passes('page', 'purchase', 'sign-up-page', 'sign-up', 'sign-in', 'inspect'),
      'q',
    ]);
    expect(outcome).toBe('pass');
    expect(stderr).not.toContain('already has a contract');
    expect(stderr).toMatch(/carried over:\n✓ pass {3}6\/13 {2}What the buyer has before the purchase/);
  });

  test('is named by its id, by the beginning of it, and by its checklist', async () => {
    const { machine } = await leftInTheMiddle();
    for (const name of ['new-signup-1', 'new-signup', 'new-s']) {
      expect((await machine.run(`resume ${name}`, ['q'])).stderr).toContain('new-signup-1  resumed');
    }
    const wrong = failure(await machine.run('resume new-singup'));
    expect(wrong).toBeInstanceOf(UserError);
    expect(wrong.message).toContain('There is no run "new-singup"');
  });

  test('ends in the same verdict unattended, where silence is not an answer', async () => {
    const { machine } = await leftInTheMiddle();
    const ended = await machine.run('resume --json');
    expect(ended.outcome).toBe('incomplete');
    expect(stepWords(documentOf(ended))).toMatch(/sign-up-page pass, sign-up pending, sign-in pending/);
    expect(documentOf(ended).run.resume).toBe('mp-verify resume new-signup-1');
  });

  test('can start over from a step, and later results no longer count, even without an answer', async () => {
    const { machine } = await leftInTheMiddle();
    const ended = await machine.run('resume --from purchase --json');
    expect(stepWords(documentOf(ended))).toMatch(/page pass, purchase pending, sign-up-page pending/);
    const report = documentOf(await machine.run('resume --json'));
    const purchase = report.checklists[0]?.steps.find(({ id }) => id === 'purchase');
    expect(purchase).toMatchObject({
      code: 'reopened',
      attempts: [{ status: 'pass', stale: true }],
    });
  });

  test('keeps an answer that AWS had not confirmed yet: nobody is asked twice, and it is no newer than it is', async () => {
    const machine = await openMachine();
    const left = await machine.run(`${start} --json`, [...passes('page', 'purchase'), at('purchase').press('q')]);
    expect(left.questions.at(-1)).toBe('w/f/n/b/q');
    const before = documentOf(left).checklists[0]?.steps.find(({ id }) => id === 'purchase');
    expect(before).toMatchObject({
      status: 'pending',
      code: 'claimed',
    });
    await machine.buy(buyer);
    await later(machine, 3 * hour);
    const ended = await machine.run('resume --json --operator Ben', [
      ...passes('sign-up-page', 'sign-up', 'sign-in', 'inspect'),
      'q',
    ]);
    expect(ended.outcome).toBe('pass');
    expect(ended.stderr).toMatch(
      /… 8\/13 {2}Buy a contract\n {2}before {2}Aiko Tanaka answered pass at 2026-11-23 09:00 UTC\. .* Checking again now\.\n/s,
    );
    expect(ended.stderr).toMatch(/✓ pass {3}8\/13 {2}Buy a contract +Aiko Tanaka 2026-11-23 09:00 UTC, AWS agrees\n/);
    const purchase = documentOf(ended).checklists[0]?.steps.find(({ id }) => id === 'purchase');
    expect(purchase).toMatchObject({ status: 'pass', by: 'both', operator: 'Aiko Tanaka' });
    expect(purchase?.startedAt).toMatch(/^2026-11-23T09:00/);
  });

  test('keeps an answer of fail, although AWS did not answer then', async () => {
    let expired = false;
    const machine = await openMachine({ fault: () => (expired ? 'expired-token' : null) });
    const reason = {
      get line() {
        expired = true;
        return 'There is no button.';
      },
    };
    const left = await machine.run(`${start} --json`, [
      ...passes('page'),
      at('purchase').press('f'),
      reason,
      at('purchase').press('q'),
    ]);
    expect(left.questions.at(-1)).toBe('r/n/b/q');
    expired = false;
    const ended = await machine.run('resume --json');
    expect(documentOf(ended).checklists[0]?.steps.find(({ id }) => id === 'purchase')).toMatchObject({
      status: 'fail',
      code: 'no-agreement',
      reason: expect.stringContaining('There is no button.'),
      operator: 'Aiko Tanaka',
    });
  });

  test('asks again in the same sitting: an operator who comes back wants to answer', async () => {
    const machine = await openMachine();
    const ended = await machine.run(start, [
      ...passes('page', 'purchase'),
      at('purchase').press('b'),
      at('page').press('k'),
      at('purchase').press('q'),
    ]);
    expect(ended.questions.slice(-2)).toEqual(['p/f/s/n/c/o/k/q', 'p/f/s/n/c/o/b/q']);
    expect(ended.stderr).toContain('before  Aiko Tanaka answered pass at 2026-11-23 09:00 UTC.');
  });

  test('finds what it knew of the first buyer again, the baseline too, after another one was named by mistake', async () => {
    const { machine } = await leftInTheMiddle();
    await machine.run('resume --buyer 444455556667 --no-input');
    const ended = await machine.run(`resume --buyer ${buyer} --json`, [
      ...passes('sign-up', 'sign-in', 'inspect'),
      'q',
    ]);
    expect(ended.outcome).toBe('pass');
    expect(ended.stderr).toMatch(/✓ pass {3}6\/13 {2}What the buyer has before the purchase/);
    expect(ended.stderr).toMatch(/✓ pass {3}8\/13 {2}Buy a contract +Aiko Tanaka/);
  });

  test('accepts another buyer, and starts over with it', async () => {
    const { machine } = await leftInTheMiddle();
    const ended = await machine.run('resume --json --buyer 555566667777');
    const report = documentOf(ended);
    expect(report.checklists[0]?.buyer).toBe('555566667777');
    expect(ended.stderr).not.toContain('carried over');
    expect(stepWords(report)).toMatch(/^product pass, .*before pass, page pending/);
  });
});

describe('a run that failed', () => {
  const failed: readonly Move[] = [
    ...passes('page', 'purchase', 'sign-up-page'),
    ...at('sign-up').fails('The form is empty.'),
    at('sign-up').press('k'),
  ];
  // The purchase was made before: the operator says that it is the one.
  const chosen = at('before').press('c');

  test('says how to continue: the step again, or from after the purchase, without a new buyer', async () => {
    const machine = await bought();
    const { outcome, stderr } = await machine.run(start, [chosen, ...failed]);
    expect(outcome).toBe('fail');
    expect(stderr).toContain('Fix it, then resume (same purchase, no new test account needed):');
    expect(stderr).toMatch(/mp-verify resume new-signup-1 +repeats step 10\n/);
    expect(stderr).toMatch(/mp-verify resume new-signup-1 --from sign-up-page +repeats from step 9\n/);
  });

  test('is looked at again where it failed, with what was said before', async () => {
    const machine = await bought();
    await machine.run(start, [chosen, ...failed]);
    const ended = await machine.run('resume --json', [...passes('sign-up', 'sign-in', 'inspect'), 'q']);
    expect(ended.outcome).toBe('pass');
    expect(ended.stderr).toContain('before  FAIL, Aiko Tanaka, 2026-11-23 09:00 UTC: The form is empty.');
    const signUp = documentOf(ended).checklists[0]?.steps.find(({ id }) => id === 'sign-up');
    expect(signUp?.attempts?.map(({ status, stale }) => [status, stale])).toEqual([
      ['fail', true],
      ['pass', undefined],
    ]);
  });

  test('is still failed where the operator quits again at once', async () => {
    const machine = await bought();
    await machine.run(start, [chosen, ...failed]);
    const ended = await machine.run('resume --json', ['q']);
    expect(ended.outcome).toBe('fail');
  });
});

test('a failure stays asked for, also where an advisory step before it could not be checked', async () => {
  let broken = true;
  const machine = await openMachine({
    fault: (action) => (broken && action === 'ListPurchaseOptions' ? 'internal' : null),
  });
  const steps = [
    '  - { id: price, title: Price, check: offer, required: false }',
    '  - { id: look, title: Look, do: Look. }',
    '  - { id: buy, title: Buy, do: Buy. }',
  ].join('\n');
  await machine.write('my.yaml', `version: 1\nid: mine\ntitle: Mine\nsteps:\n${steps}\n`);
  machine.endpoint = 'http://127.0.0.1:9';
  const first = await machine.run('run ./my.yaml --json', [
    ...at('look').fails('It is broken.'),
    at('look').press('k'),
  ]);
  expect(stepWords(documentOf(first))).toBe('price error, look fail, buy pending');
  machine.endpoint = machine.sandbox.url;
  broken = false;
  const { questions } = await machine.run('resume --json', [...at('look').fails('Still.'), at('look').press('k')]);
  expect(questions).toHaveLength(3);
});

test('what AWS did not answer is asked again, and what was said after it stands until then', async () => {
  let broken = true;
  const machine = await openMachine({
    fault: (action) => (broken && action === 'GetEntitlements' ? 'internal' : null),
  });
  const ended = await machine.run(`run regression --buyer 666677778888 --max-wait 0s --json`);
  expect(ended.outcome).toBe('error');
  broken = false;
  const again = await machine.run('resume --json');
  expect(again.outcome).toBe('pass');
  expect(documentOf(again).tally.error).toBe(0);
});

test('a run that has passed is not gone on with, unless from a step', async () => {
  const machine = await openMachine();
  await machine.run('run regression --buyer 666677778888');
  const none = failure(await machine.run('resume'));
  expect(none.message).toBe('There is no unfinished run.');
  const named = failure(await machine.run('resume regression-1')) as UserError;
  expect(named.message).toBe('Run regression-1 has passed, so there is nothing to resume.');
  expect(named.hint).toContain('mp-verify run regression');
  expect((await machine.run('resume regression-1 --from ready')).outcome).toBe('pass');
});

describe('a run that is not as it was', () => {
  test('with another account is refused, naming both, as "could not tell"', async () => {
    const { machine } = await leftInTheMiddle();
    machine.keys = machine.sandbox.world.buyers['new-signup'] ?? machine.keys;
    const refused = failure(await machine.run('resume', [])) as CouldNotCheck;
    expect(refused).toBeInstanceOf(CouldNotCheck);
    expect(refused.message).toContain('the account was 111122223333 and is now 444455556666');
    expect(refused.hint).toContain('mp-verify resume new-signup-1 --accept-changed account');
  });

  test('is still about the product that was named, also where nothing was found yet', async () => {
    const machine = await openMachine();
    await machine.write('my.yaml', 'version: 1\nid: mine\ntitle: M\nsteps: [{ id: a, title: A, do: Look. }]\n');
    await machine.run('run ./my.yaml --product prod-sandboxboard1');
    const { target } = documentOf(await machine.run('resume mine-1 --json'));
    expect(target.product?.id).toBe('prod-sandboxboard1');
  });

  test('with another account can be gone on with where nothing was found yet: the first one was a mistake', async () => {
    const machine = await openMachine();
    const { keys } = machine;
    machine.keys = machine.sandbox.world.buyers['new-signup'] ?? keys;
    const wrong = await machine.run(`run regression --buyer 666677778888`);
    expect(wrong.outcome).toBe('error');
    machine.keys = keys;
    const ended = await machine.run('resume --json');
    expect(ended.outcome).toBe('pass');
    const { run, target } = documentOf(ended);
    expect([run.acceptedChanges, target.accountId]).toEqual([undefined, '111122223333']);
  });

  test('names every difference at once: product, endpoint, checklist', async () => {
    const machine = await openMachine();
    const source = await readFile(new URL('../../checklists/contract-change.yaml', import.meta.url), 'utf8');
    await machine.write('my.yaml', source);
    await machine.run('run ./my.yaml --buyer 666677778888', ['q']);
    await machine.write('my.yaml', `${source}\n# changed\n`);
    const differing = `resume --product prod-sandboxboard1`;
    const refused = failure(await machine.run(differing, [])) as UserError;
    expect(refused).toBeInstanceOf(UserError);
    expect(refused.message).toContain(
      'the product was Acme Notes (prod-sandboxnotes1) and is now Acme Boards (prod-sandboxboard1)',
    );
    expect(refused.message).toContain('the checklist contract-change has changed since the run started');
    expect(refused.hint).toContain('--accept-changed product,checklist');
    const part = failure(await machine.run(`${differing} --accept-changed product`, []));
    expect(part.message).toBe(refused.message);
    const ended = await machine.run(`${differing} --accept-changed product,checklist --json`, ['q']);
    expect(documentOf(ended).run.acceptedChanges).toEqual(['product', 'checklist']);
    expect(documentOf(ended).target.product?.id).toBe('prod-sandboxboard1');
  });

  test('on another endpoint is refused; loopback counts as one', async () => {
    const { machine } = await leftInTheMiddle();
    const port = new URL(machine.sandbox.url).port;
    machine.endpoint = `http://localhost:${port}`;
    expect((await machine.run('resume', ['q'])).outcome).toBe('incomplete');
    machine.endpoint = `http://0.0.0.0:${port}`;
    const refused = failure(await machine.run('resume', []));
    expect(refused.message).toMatch(/the endpoint was http:\/\/localhost:\d+ and is now http:\/\/0\.0\.0\.0:\d+/);
  });

  test('whose checklist is gone is refused, and walked as it was where that is accepted', async () => {
    const machine = await openMachine();
    await copyFile(new URL('../../checklists/contract-change.yaml', import.meta.url), join(machine.folder, 'my.yaml'));
    await machine.run('run ./my.yaml --buyer 666677778888', ['q']);
    await writeFile(join(machine.folder, 'my.yaml'), 'version: 1\n');
    expect(failure(await machine.run('resume', [])).message).toContain(
      'the checklist contract-change can no longer be read',
    );
    const ended = await machine.run('resume --accept-changed checklist --json', [
      ...passes('page'),
      at('change').press('q'),
    ]);
    expect(stepWords(documentOf(ended))).toContain('page pass, change pending');
  });
});

describe('nothing of one thing counts for another:', () => {
  test('where AWS does not tell the product for once, the run is still about the one it was about', async () => {
    let broken = false;
    const machine = await openMachine({ fault: (action) => (broken && action === 'ListEntities' ? 'internal' : null) });
    await machine.run(start, [...passes('page'), at('purchase').press('q')]);
    broken = true;
    await machine.run('resume --product Acme', ['q']);
    broken = false;
    await machine.write('mp-verify.yaml', 'product: Acme Boards\n');
    const ended = await machine.run('resume --json', ['q']);
    expect(documentOf(ended).target.product?.title).toBe('Acme Notes');
    expect(failure(await machine.run('resume --product prod-sandboxboard1', [])).message).toContain(
      'the product was Acme Notes',
    );
  });

  test('a baseline that an accepted checklist asks for in another way is asked for anew', async () => {
    const machine = await openMachine();
    const checklist = (title: string, is: string) =>
      `version: 1\nid: mine\ntitle: Mine\nsteps:\n  - { id: page, title: ${title}, check: product-page }\n  - { id: before, title: Before, check: baseline${is} }\n  - { id: a, title: A, do: Look. }\n`;
    await machine.write('my.yaml', checklist('Page', ''));
    await machine.run('run ./my.yaml --buyer 444455556666', ['q']);
    // Another title before it, or of its own, leaves it as it is.
    await machine.write('my.yaml', checklist('The page', '').replace('title: Before', 'title: What was there'));
    const same = documentOf(await machine.run('resume --accept-changed checklist --json', ['q']));
    expect(same.checklists[0]?.steps[1]).toMatchObject({ status: 'pass', carriedOver: true });
    await machine.write('my.yaml', checklist('Page', ', is: active'));
    const ended = await machine.run('resume --accept-changed checklist --json');
    expect(ended.outcome).toBe('fail');
    expect(stepWords(documentOf(ended))).toBe('page pass, before fail, a pending');
  });

  test('a value that an accepted checklist asks for stays what it was, as those do that the run began with', async () => {
    const machine = await openMachine();
    const checklist = (step: string) =>
      `version: 1\nid: mine\ntitle: Mine\nsteps:\n  - { id: a, title: A, do: Look. }\n${step}  - { id: c, title: C, do: Look. }\n`;
    await machine.write('my.yaml', checklist(''));
    await machine.run('run ./my.yaml', [...passes('a'), at('c').press('q')]);
    await machine.write('my.yaml', checklist(`  - { id: b, title: B, do: 'Open $\{inputs.tenant}.' }\n`));
    await machine.run('resume --accept-changed checklist --set tenant=one', [...passes('b'), at('c').press('q')]);
    expect(failure(await machine.run('resume --set tenant=two')).message).toContain('with tenant=one, not two');
    const ended = await machine.run('resume --from b', [...passes('b', 'c'), 'q']);
    expect(ended.outcome).toBe('pass');
    expect(ended.stderr).toContain('Open one.');
  });

  test('an accepted checklist is the one that every later report judges by', async () => {
    const machine = await openMachine();
    const steps = (ids: readonly string[]) =>
      `version: 1\nid: mine\ntitle: Mine\nsteps:\n${ids.map((id) => `  - { id: ${id}, title: T ${id}, do: Look. }\n`).join('')}`;
    await machine.write('my.yaml', steps(['a']));
    await machine.run('run ./my.yaml', [...at('a').fails('No.'), at('a').press('k')]);
    await machine.write('my.yaml', steps(['a', 'b']));
    const ended = await machine.run('resume --accept-changed checklist', [
      ...passes('a'),
      ...at('b').fails('b is broken.'),
      at('b').press('k'),
    ]);
    expect(ended.outcome).toBe('fail');
    expect((await machine.run('report')).stdout).toMatch(/^FAIL {2}Mine/m);
    // Accepted once, it is the run's own.
    expect((await machine.run('resume', [...passes('b'), 'q'])).outcome).toBe('pass');
  });

  test('with another product that was accepted, everything is asked again', async () => {
    const { machine } = await leftInTheMiddle();
    const ended = await machine.run('resume --product prod-sandboxboard1 --accept-changed product --json', ['q']);
    expect(stepWords(documentOf(ended))).toMatch(/^product pass, .*before pass, page pending, purchase pending/);
    expect(ended.stderr).not.toContain('carried over');
  });

  test('inputs stay what the run began with', async () => {
    const machine = await openMachine();
    const source = `version: 1\nid: mine\ntitle: Mine\nsteps:\n  - { id: a, title: A, do: "Look at \${inputs.plan}." }\n`;
    await machine.write('my.yaml', source);
    await machine.run('run ./my.yaml --set plan=pro', ['q']);
    const refused = failure(await machine.run('resume --set plan=basic', [])) as UserError;
    expect(refused.message).toBe('The run mine-1 was started with plan=pro, not basic.');
    expect((await machine.run('resume --set plan=pro', ['q'])).stderr).toContain('Look at pro.');
  });

  test('an answers file that names another buyer answers for that one', async () => {
    const { machine } = await leftInTheMiddle();
    await machine.write('answers.yaml', 'buyers: { new-signup: "555566667777" }\n');
    const report = documentOf(await machine.run('resume --answers answers.yaml --json'));
    expect(report.checklists[0]?.buyer).toBe('555566667777');
    expect(stepWords(report)).toContain('page pending');
  });

  test('notes of an earlier answer say when they were written', async () => {
    const { machine } = await leftInTheMiddle();
    await machine.run('resume', [
      ...at('sign-up').notes('The form is empty.'),
      ...at('sign-up').fails('Empty.'),
      at('sign-up').press('k'),
    ]);
    await later(machine, hour);
    const report = documentOf(await machine.run('resume --json', [...passes('sign-up'), at('sign-in').press('q')]));
    expect(report.checklists[0]?.steps.find(({ id }) => id === 'sign-up')?.note).toBe(
      '(2026-11-23 09:00 UTC, before this result) The form is empty.',
    );
  });

  test('an answer that is taken back in an earlier checklist takes later ones of the same buyer with it', async () => {
    const machine = await openMachine();
    await machine.write(
      'one.yaml',
      `version: 1\nid: one\ntitle: One\nsteps:\n  - { id: buy, title: Buy, do: "Buy as \${buyer}." }\n`,
    );
    await machine.write(
      'two.yaml',
      `version: 1\nid: two\ntitle: Two\nsteps:\n  - { id: before, title: B, check: baseline }\n  - { id: see, title: S, do: "See \${buyer}." }\n  - { id: end, title: E, do: End. }\n`,
    );
    const ended = await machine.run(`run ./one.yaml ./two.yaml --buyer one=${buyer} --buyer two=${buyer} --json`, [
      ...[...passes('buy', 'see'), at('end').press('b'), at('see').press('b')],
      ...[...passes('buy', 'see', 'end'), 'q'],
    ]);
    const [, two] = documentOf(ended).checklists;
    expect(two?.steps.map(({ id, attempts }) => `${id} ${attempts?.length ?? 1}`)).toEqual([
      'before 2',
      'see 2',
      'end 1',
    ]);
  });
});

test('a later version of a built-in checklist does not strand a run', async () => {
  const { machine } = await leftInTheMiddle();
  const { runs } = machine;
  const other = (text: string) => text.replace('title: New sign-up after purchase', 'title: New sign-up, as it was');
  machine.store = {
    ...runs,
    async open(id) {
      const open = await runs.open(id);
      const { record } = open;
      const checklists = record.checklists.map((each) => ({ ...each, source: other(each.source) }));
      return { ...open, record: { ...record, checklists } };
    },
  };
  const ended = await machine.run('resume', ['q']);
  expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain('This run continues with the one it started with.');
  expect(ended.stderr).toContain('New sign-up, as it was');
});

describe('a purchase from before the run, whose entitlement comes while it runs', () => {
  test.each(['GetAgreementTerms', 'GetAgreementEntitlements', 'none'])(
    'is in the way (%s may not be read)',
    async (denied) => {
      const minute = 60_000;
      const machine = await openMachine({
        delayMs: 3 * minute,
        fault: (action) => (action === denied ? 'access-denied' : null),
      });
      await machine.buy(buyer);
      // AWS shows the agreement, and the entitlement only later.
      await later(machine, 2 * minute);
      const before = documentOf(await machine.run(`${start} --json`)).checklists[0]?.steps.find(
        ({ id }) => id === 'before',
      );
      expect(before).toMatchObject({ status: 'fail', code: 'contract-in-the-way' });
    },
  );
});

describe('run, where a run of the same list has not passed', () => {
  test('asks whether to go on with it', async () => {
    const { machine } = await leftInTheMiddle();
    const resumed = await machine.run(start, ['r', at('sign-up').press('q')]);
    expect(resumed.stderr).toContain('new-signup-1 has not passed: INCOMPLETE, Aiko Tanaka, just now.');
    expect(resumed.stderr).toContain('new-signup-1  resumed');
    expect(
      (
        await machine.run(`${start} --url https://aws.amazon.com/marketplace/pp/prodview-x`, [
          'n',
          at('before').press('f'),
          at('before').press('q'),
        ])
      ).stderr,
    ).toContain('new-signup-2  every');
    expect(failure(await machine.run(start, ['q']))).toBeInstanceOf(UserError);
  });

  test('says what becomes of the answers where another buyer is named', async () => {
    const { machine } = await leftInTheMiddle();
    const asked = await machine.run('run new-signup --buyer 555566667777', ['q']);
    expect(asked.stderr.replaceAll(/\s+/g, ' ')).toContain(
      `Its buyer for new-signup is ${buyer}: if you resume with 555566667777, that checklist starts over.`,
    );
    expect((await machine.run(start, ['q'])).stderr).not.toContain('Its buyer');
  });

  test('offers no older run where the newest is damaged, or walked by another process', async () => {
    const { machine } = await leftInTheMiddle();
    await later(machine, hour);
    await machine.run(start, ['n', at('before').press('f'), at('before').press('q')]);
    const other = await machine.runs.open('new-signup-2');
    const busy = await machine.run(start, ['q']);
    expect(busy.stderr).toContain('new-signup-2 is in use by another process.');
    expect(busy.questions).toEqual(['n/q']);
    await other.close();
    await appendFile(join(other.location, 'results.jsonl'), 'nonsense\n');
    const damaged = await machine.run(start, ['q']);
    expect(damaged.stderr).toContain('! Run new-signup-2 is damaged.');
    expect(damaged.questions).toEqual(['n/q']);
  });

  test('is meant by whatever names its product', async () => {
    const { machine } = await leftInTheMiddle();
    for (const name of ['Acme Notes', 'acme notes', 'prod-sandboxnotes1', 'NOTES'])
      expect((await machine.run(['run', 'new-signup', '--buyer', buyer, '--product', name], ['q'])).questions).toEqual([
        'r/n/q',
      ]);
    expect(
      (await machine.run(['run', 'new-signup', '--buyer', buyer, '--product', 'Acme Boards'], ['q'])).questions,
    ).not.toContain('r/n/q');
  });

  test('offers no run of another file, though its checklist has the same id', async () => {
    const machine = await openMachine();
    const copy = 'version: 1\nid: new-signup\ntitle: Mine\nsteps:\n  - { id: a, title: A, do: Look. }\n';
    await machine.write('mine.yaml', copy);
    await machine.write('other.yaml', copy);
    await machine.run('run ./mine.yaml', ['q']);
    expect((await machine.run('run ./other.yaml', ['q'])).questions).toEqual(['p/f/s/n/c/q']);
    expect((await machine.run(start, ['q'])).questions).toHaveLength(1);
    expect((await machine.run('run ./mine.yaml', ['q'])).questions).toEqual(['r/n/q']);
  });

  test('asks nothing without a terminal, nor for another list', async () => {
    const { machine } = await leftInTheMiddle();
    expect((await machine.run(start)).stderr).toContain('new-signup-2  every answer');
    expect((await machine.run('run contract-change --buyer 666677778888', ['q'])).questions).toHaveLength(1);
  });
});

test('another sandbox has forgotten everything: what counted is done again in it, or asked again where nobody can', async () => {
  const sure = [...passes('purchase', 'sign-up-page', 'sign-up', 'sign-in'), at('inspect').press('q')];
  for (const [options, asked] of [
    [{}, ['inspect']],
    [{ fulfillmentUrl: 'http://127.0.0.1:9/register' }, ['purchase', 'sign-up-page', 'sign-up', 'sign-in', 'inspect']],
  ] as const) {
    const machine = await openMachine(options);
    await machine.run(start, [...passes('page'), at('purchase').press('q')]);
    const act = openRehearsal(machine.sandbox.url);
    for (const action of ['purchase', 'set-up', 'sign-up'] as const) await act(action, buyer);
    await machine.run('resume', sure);
    const other = await startSandbox({ delayMs: 0, now: () => machine.clock.now().getTime(), ...options });
    onTestFinished(other.close);
    machine.endpoint = other.url;
    const ended = await machine.run('resume --no-input --json --max-wait 1s');
    const report = documentOf(ended);
    expect(report.verdict).not.toBe('pass');
    expect(ended.stderr).toContain('This is a new sandbox');
    const pending = report.checklists[0]?.steps.filter(({ manual, status }) => manual && status === 'pending');
    expect(pending?.map(({ id }) => id)).toEqual(asked);
  }
});

test('the page of the product is in the report of a run that was gone on with', async () => {
  const { machine } = await leftInTheMiddle();
  const { target } = documentOf(await machine.run('resume --json', ['q']));
  expect(target.product).toMatchObject({ url: expect.stringContaining('/pp/prodview-'), urlSource: 'discovery' });
});

test('a configuration that is gone is named, with what to do', async () => {
  const machine = await openMachine();
  await machine.write('mp-verify.yaml', `buyers: { new-signup: "${buyer}" }\n`);
  await machine.run('run new-signup', ['q']);
  await rm(join(machine.folder, 'mp-verify.yaml'));
  const gone = failure(await machine.run('resume', [])) as UserError;
  expect([gone.message, gone.hint]).toEqual([
    `The run new-signup-1 was started with ${join(machine.folder, 'mp-verify.yaml')}, which no longer exists.`,
    'Restore the file, or use another one: --config FILE',
  ]);
});

test('at the summary a note can be written to any step, also to one that only the program took', async () => {
  const { machine } = await leftInTheMiddle();
  const note: readonly Move[] = ['n', { choose: 'new-signup/offer' }, line('Agreed with sales.')];
  const moves = [...passes('sign-up', 'sign-in', 'inspect'), ...note, 'q'];
  const ended = await machine.run('resume --json --report markdown=run.md', moves);
  expect(ended.outcome).toBe('pass');
  expect(documentOf(ended).checklists[0]?.steps.find(({ id }) => id === 'offer')).toMatchObject({
    status: 'pass',
    note: expect.stringContaining('Agreed with sales.'),
  });
  expect(await readFile(join(machine.folder, 'run.md'), 'utf8')).toContain('Agreed with sales.');
});

test('a walk of several use cases goes on in each of them: what passed, what failed, what was not reached', async () => {
  const machine = await openMachine();
  const [second, third] = ['555566667777', '666677778888'];
  const buyers = `--buyer new-signup=${buyer} --buyer existing-user=${second} --buyer contract-change=${third}`;
  await machine.buy(buyer);
  // The first passes; of the second the page is found wrong; the third is left at its first question.
  const left = await machine.run(`run use-cases ${buyers} --json`, [
    ...[at('before').press('c'), ...passes('page', 'purchase', 'sign-up-page', 'sign-up', 'sign-in', 'inspect')],
    ...[...at('page').fails('It is the page of another product.'), at('page').press('k')],
    at('page').press('q'),
  ]);
  const verdicts = (ended: Ended) => documentOf(ended).checklists.map(({ verdict }) => verdict);
  expect(verdicts(left)).toEqual(['pass', 'fail', 'incomplete']);
  await later(machine, hour);
  const again = await machine.run('resume --json', [...passes('page'), at('purchase').press('q')]);
  expect(again.stderr).toMatch(/carried over:\n✓ pass {3}1\/13 [\s\S]*✓ pass {2}13\/13 /);
  expect(again.questions).toEqual(['p/f/s/n/c/o/k/b/q', expect.stringMatching(/^p\/f\/s\/n/)]);
  expect(verdicts(again)).toEqual(['pass', 'incomplete', 'incomplete']);
  const [first, next, last] = documentOf(again).checklists;
  expect(first?.steps.every(({ carriedOver, attempts }) => carriedOver && attempts === undefined)).toBe(true);
  expect(next?.steps.find(({ id }) => id === 'page')?.attempts?.map(({ status }) => status)).toEqual(['fail', 'pass']);
  expect(last?.steps.filter(({ status }) => status === 'pass').every(({ carriedOver }) => carriedOver)).toBe(true);
  expect(last?.steps.at(-1)).toMatchObject({
    code: 'operator-quit',
    reason: expect.stringContaining(' of existing-user.'),
  });
});

describe('a damaged newest run', () => {
  test('is said, and no older one is taken for it', async () => {
    const { machine } = await leftInTheMiddle();
    await later(machine, hour);
    await machine.run('run contract-change --buyer 666677778888', [...passes('page'), at('change').press('q')]);
    const { location: folder } = await machine.runs.read('contract-change-1');
    const results = join(folder, 'results.jsonl');
    const text = await readFile(results, 'utf8');
    await writeFile(results, text.replace('"pass"', '"fail"'));
    const refused = failure(await machine.run('resume', [])) as CouldNotCheck;
    expect(refused).toBeInstanceOf(CouldNotCheck);
    expect(refused.message).toContain(`${results}:3`);
    expect(await readFile(results, 'utf8')).not.toBe(text);
    expect((await machine.run('resume new-signup', ['q'])).outcome).toBe('incomplete');
  });

  test('whose last line was not finished is gone on with, and says so', async () => {
    const { machine } = await leftInTheMiddle();
    const results = join((await machine.runs.read('new-signup-1')).location, 'results.jsonl');
    const { length } = await readFile(results);
    await appendFile(results, '{"v":1,"n":99,"sum":"00');
    const { stderr } = await machine.run('resume', ['q']);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('is incomplete because mp-verify was stopped while writing it');
    await truncate(results, length - 3);
    expect((await machine.run('resume', ['q'])).outcome).toBe('incomplete');
  });
});

test('a disk that is full ends the walk as "could not tell", and keeps what was said before', async () => {
  const machine = await openMachine();
  let writes = 0;
  machine.store = {
    ...machine.runs,
    async create(base, record) {
      const open = await machine.runs.create(base, record);
      return {
        ...open,
        append: (entry) =>
          entry.type === 'attempt' && ++writes === 8
            ? Promise.reject(new CouldNotCheck('cannot-save', 'The disk is full.'))
            : open.append(entry),
      };
    },
  };
  const ended = await machine.run(start, [...passes('page'), ...at('purchase').skips('Nobody is there.')]);
  expect(failure(ended).message).toBe('The disk is full.');
  machine.store = machine.runs;
  expect((await machine.run('resume', ['q'])).stderr).toMatch(
    /7\/13 {2}Check the product page URL +Aiko Tanaka, just now\n\n\? 8\/13/,
  );
});
