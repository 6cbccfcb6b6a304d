import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import { CouldNotCheck, UserError } from '../../src/errors.ts';
import { openRehearsal } from '../../src/sandbox/rehearsal/rehearse.ts';
import { bugs } from '../../src/sandbox/saas/bugs.ts';
import { parseScenario, type Scenario } from '../../src/sandbox/scenario-file.ts';
import { at, passes } from '../support/script-terminal.ts';
import { documentOf, openMachine } from './machine.ts';

const rehearsal = 'run use-cases --sandbox --rehearse --json --max-wait 10s';

/** `existing-user 12 inspect` of each step that failed. */
async function failedWith(option: string) {
  const machine = await openMachine();
  const ended = await machine.run(`${rehearsal}${option}`);
  const failed = documentOf(ended).checklists.flatMap(({ id, steps }) =>
    steps.flatMap((step, i) => (step.status === 'fail' ? [`${id} ${i + 1} ${step.id}`] : [])),
  );
  return { outcome: ended.outcome, failed };
}

test('a rehearsal walks the three use cases to pass, and says of each part that it was rehearsed', async () => {
  const machine = await openMachine();
  const ended = await machine.run(rehearsal);
  expect(ended.outcome).toBe('pass');
  expect(ended.questions).toEqual([]);
  const report = documentOf(ended);
  expect(report.run.sandbox).toBe(true);
  const byHand = report.checklists.flatMap(({ steps }) => steps.filter(({ manual }) => manual));
  expect(byHand.map(({ by }) => by)).toEqual(byHand.map(() => 'rehearsal'));
  expect(byHand.every(({ operator }) => operator === null)).toBe(true);
});

test('a rehearsal in its own sandbox waits for nothing', async () => {
  const machine = await openMachine();
  await machine.run('run use-cases --sandbox --rehearse');
  expect(machine.clock.naps).toEqual([]);
});

describe('a SaaS that is broken fails the rehearsal at the step that should catch it:', () => {
  const signUpPages = ['new-signup 9 sign-up-page', 'existing-user 9 sign-in-page'];
  const inspections = ['new-signup 13 inspect', 'existing-user 12 inspect'];
  const caught: Readonly<Record<keyof typeof bugs, readonly string[]>> = {
    'ignores-contract-change': ['contract-change 9 inspect'],
    'drops-quantity': [...inspections, 'contract-change 9 inspect'],
    'wrong-plan': [...inspections, 'contract-change 9 inspect'],
    'get-only-registration': signUpPages,
    'decodes-token-twice': signUpPages,
    'duplicates-existing-user': ['existing-user 10 sign-in'],
    'never-stores-contract': inspections,
    // With this bug the first page is always empty.
    'crashes-on-empty-entitlements': [...signUpPages, 'contract-change 8 sign-in'],
  };

  test.each(Object.entries(caught))('%s', async (bug, steps) => {
    const { outcome, failed } = await failedWith(` --saas-bug ${bug}`);
    expect(failed).toEqual(steps);
    expect(outcome).toBe('fail');
  });

  test('and each bug has such a step', () => {
    expect(Object.keys(caught).sort()).toEqual(Object.keys(bugs).sort());
  });
});

describe('why a rehearsed step failed is told in words of the page:', () => {
  test.each<[keyof typeof bugs, string]>([
    [
      'get-only-registration',
      '"Set up your account" leads to /saas/registration, which says: 405, "Something went wrong Method not allowed."',
    ],
    ['never-stores-contract', 'This account has no contract.'],
    ['duplicates-existing-user', 'The SaaS signs existing-user@acme.example in to account 4; it was account 1 before.'],
  ])('%s: %s', async (bug, words) => {
    const machine = await openMachine();
    const report = documentOf(await machine.run(`${rehearsal} --saas-bug ${bug}`));
    const failed = report.checklists.flatMap(({ steps }) => steps).filter(({ status }) => status === 'fail');
    expect(failed.map(({ reason }) => reason)).toContainEqual(expect.stringContaining(words));
    for (const { reason } of failed) expect(reason).not.toMatch(/Skip to the content|\bnull\b/);
  });

  test('a sandbox that does not answer any more is named', async () => {
    const machine = await openMachine();
    const act = openRehearsal(machine.sandbox.url);
    await machine.sandbox.close();
    const words = `${machine.sandbox.url}/marketplace did not respond.`;
    expect(await act('purchase', '666677778888')).toEqual({ status: 'fail', words });
  });
});

describe('whatever the sandbox sells is rehearsed:', () => {
  const parsed = (source: string): Scenario => {
    const scenario = parseScenario('scenario.yaml', source);
    if ('faults' in scenario) return scenario;
    throw new Error(scenario.map(({ message }) => message).join('\n'));
  };
  const others: Readonly<Record<string, string>> = {
    'a title and names that mean something in HTML and to us': `products: [{ title: "Notes & <Boards>, agmt-1", dimensions: [{ key: a, name: "Pro (annual), & more", price: 0.01 }] }]
contracts: [{ buyer: contract-change, dimensions: { a: 5 } }]`,
    'a product whose quantity cannot be chosen': `products: [{ title: Notes, dimensions: [{ key: a, price: 0.01 }, { key: b, price: 0.01 }], quantities: Disallowed }]
contracts: [{ buyer: contract-change, dimensions: { a: 1 } }]`,
    'a contract with several dimensions': `products: [{ title: Notes, dimensions: [{ key: a, price: 0.01 }, { key: b, price: 0.01 }] }]
contracts: [{ buyer: contract-change, dimensions: { a: 5, b: 3 } }]`,
  };
  test.each(Object.entries(others))('%s', async (_, source) => {
    const machine = await openMachine({ scenario: parsed(source) });
    const ended = await machine.run('run use-cases --rehearse --json --max-wait 10s');
    const failed = documentOf(ended).checklists.flatMap(({ steps }) => steps.filter(({ status }) => status === 'fail'));
    expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(ended.outcome).toBe('pass');
  });

  test('the product that --product names, not the first', async () => {
    const machine = await openMachine();
    const ended = await machine.run(
      'run new-signup --sandbox --rehearse --json --max-wait 10s --product prod-sandboxboard1',
    );
    expect(ended.outcome).toBe('pass');
    const { steps = [] } = documentOf(ended).checklists[0] ?? {};
    expect(steps.find(({ id }) => id === 'page')?.reason).toMatch(/prodview-sandboxboard1, the page of Acme Boards/);
    expect(steps.find(({ id }) => id === 'purchase')?.reason).toContain('the contract for Acme Boards was created');
  });

  test('and by hand the line to paste names that product too', async () => {
    const machine = await openMachine();
    const named = await machine.run('run new-signup --sandbox --product prod-sandboxboard1', [
      ...passes('page'),
      at('purchase').press('q'),
    ]);
    expect(named.stderr).toMatch(/curl -d buyer=444455556666 -d product=prod-sandboxboard1 http/);
    const usual = await machine.run('run contract-change --sandbox', [...passes('page'), at('change').press('q')]);
    expect(usual.stderr).toMatch(/curl -d buyer=666677778888 -d quantity=20 http/);
  });
});

describe('the example of checklists/README.md', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', '..', 'checklists', 'README.md'), 'utf8');
  const [, example = ''] = /^For example:\n\n```yaml\n(.*?)^```/ms.exec(readme) ?? [];
  const rehearse = async (checklist: string) => {
    const machine = await openMachine();
    await machine.write('example.yaml', checklist);
    return machine.run('run ./example.yaml --sandbox --rehearse --json --max-wait 10s');
  };

  test('passes a rehearsal', async () => {
    expect((await rehearse(example)).outcome).toBe('pass');
  });

  test('could not be checked without its sign-in, and the SaaS is not blamed', async () => {
    const ended = await rehearse(example.replace(/ {2}- id: sign-in\n(?: {4}.*\n)*/, ''));
    expect(ended.outcome).toBe('error');
    const inspect = documentOf(ended).checklists[0]?.steps.find(({ id }) => id === 'inspect');
    expect(inspect).toMatchObject({ status: 'error', by: 'rehearsal' });
    expect(inspect?.reason).toContain('has not signed in to the SaaS');
    expect(ended.stderr).not.toContain('GetEntitlements');
  });
});

test('against a sandbox of another process the sample SaaS is compared too', async () => {
  const machine = await openMachine();
  const ended = await machine.run('run new-signup --rehearse --json --max-wait 10s');
  expect(ended.outcome).toBe('pass');
  const inspect = documentOf(ended).checklists[0]?.steps.find(({ id }) => id === 'inspect');
  expect(inspect?.output).toMatchObject({ kind: 'saas-contract', contract: { quantity: 10 } });
});

test('what the SaaS shows is said once, with its date as everywhere else', async () => {
  const machine = await openMachine();
  const { stderr } = await machine.run('run new-signup --sandbox --rehearse --max-wait 10s --json');
  const inspect = /13\/13 {2}Inspect.*\n([\s\S]*?)\n\n/.exec(stderr)?.[1]?.replaceAll(/\s+/g, ' ').trim();
  expect(inspect).toMatch(
    /^The SaaS shows plan Pro, quantity 10, end date 20\d\d-\d\d-\d\d \d\d:\d\d UTC, which matches what AWS grants\.$/,
  );
});

test('where buyers are sent to another SaaS a rehearsal is refused: it would look at the sample one', async () => {
  const machine = await openMachine({ fulfillmentUrl: 'http://127.0.0.1:9/register' });
  const { outcome } = await machine.run('run contract-change --rehearse');
  expect(outcome).toBeInstanceOf(UserError);
  expect((outcome as Error).message).toContain('this sandbox sends buyers to another SaaS');
});

test('what is rehearsed is compared with the sample SaaS, whatever mp-verify.yaml names', async () => {
  const machine = await openMachine();
  const api = 'saas: { contract-api: { url: "http://127.0.0.1:9/contracts", plan: plan, quantity: seats } }';
  await machine.write('mp-verify.yaml', api);
  const ended = await machine.run(
    'run existing-user --sandbox --rehearse --json --max-wait 10s --saas-bug duplicates-existing-user',
  );
  expect(ended.outcome).toBe('fail');
});

test('outside a sandbox a rehearsal is refused', async () => {
  const machine = await openMachine();
  machine.endpoint = 'http://127.0.0.1:9';
  const { outcome } = await machine.run('run new-signup --rehearse --buyer 444455556666');
  expect(outcome).toBeInstanceOf(UserError);
  expect((outcome as Error).message).toContain('--rehearse works only in a sandbox');
});

test('on AWS a rehearsal is refused before a buyer is asked for', async () => {
  const machine = await openMachine();
  machine.endpoint = null;
  for (const moves of [null, []]) {
    const { code, stderr, questions } = await machine.run('run new-signup --rehearse', moves);
    expect([code, questions]).toEqual([2, []]);
    expect(stderr).toContain('--rehearse works only in a sandbox');
  }
});

test('a bug of the sample SaaS is refused where there is no sandbox to break', async () => {
  const machine = await openMachine();
  const { outcome } = await machine.run('run new-signup --saas-bug drops-quantity');
  expect(outcome).toBeInstanceOf(UserError);
  expect((outcome as Error).message).toContain('--saas-bug needs --sandbox');
});

test('a rehearsal that was left is gone on with in a new sandbox, where the people’s parts are done again', async () => {
  const machine = await openMachine();
  const first = await machine.run(
    'run new-signup --sandbox --rehearse --json --max-wait 10s --saas-bug drops-quantity',
  );
  expect(first.outcome).toBe('fail');
  expect(first.stderr).toContain('SAAS BUG drops-quantity');
  const { resume } = documentOf(first).run;
  expect(resume).toBe('mp-verify resume new-signup-1 --rehearse');
  const byHand = documentOf(await machine.run('resume --json'));
  expect(byHand.checklists[0]?.steps.find(({ id }) => id === 'inspect')?.code).toBe('new-sandbox');
  const second = await machine.run(`${resume?.replace('mp-verify ', '')} --json --max-wait 10s`);
  expect(second.outcome).toBe('pass');
  expect(second.stderr.replaceAll(/\s+/g, ' ')).toContain('This is a new sandbox, and its sample SaaS has no bug:');
  expect(second.stderr).toContain('This is a new sandbox; repeated for 444455556666: Buy a contract');
  expect(second.stderr).toContain('repeated for 444455556666: Sign up');
});

describe('a rehearsal that was killed passes when it is resumed in the same sandbox', () => {
  /** Saves so many entries, and nothing more. */
  async function killedAfter(saved: number, checklist: string) {
    const machine = await openMachine();
    const { store } = machine;
    machine.store = {
      ...store,
      async create(...args) {
        const run = await store.create(...args);
        let count = 0;
        const append: typeof run.append = async (entry) => {
          if (count++ >= saved) throw new CouldNotCheck('cannot-save', 'The process was killed.');
          await run.append(entry);
        };
        return Object.create(run, { append: { value: append } });
      },
    };
    const killed = await machine.run(`run ${checklist} --rehearse --max-wait 10s`);
    machine.store = store;
    return { machine, killed };
  }

  async function entriesOf(checklist: string): Promise<readonly Entry[]> {
    const { machine } = await killedAfter(Number.POSITIVE_INFINITY, checklist);
    return (await machine.store.read(`${checklist}-1`)).entries;
  }

  test.each(['new-signup', 'existing-user', 'contract-change'])('%s, after each result', async (checklist) => {
    const entries = await entriesOf(checklist);
    const first = entries.findIndex(({ type }) => type === 'attempt');
    const last = entries.findLastIndex(({ type }) => type === 'attempt');
    expect(last - first).toBeGreaterThan(8);
    for (let saved = first + 1; saved <= last; saved++) {
      const next = entries[saved];
      // Done, but not said to be done: nobody can tell, and a person would answer it.
      if (next?.type === 'claimed') continue;
      const { machine, killed } = await killedAfter(saved, checklist);
      expect(killed.code).toBe(4);
      const resumed = await machine.run('resume --rehearse --json --max-wait 10s');
      expect(resumed.outcome, `${saved} saved, then: ${JSON.stringify(next)}\n${resumed.stderr}`).toBe('pass');
    }
  });
});
