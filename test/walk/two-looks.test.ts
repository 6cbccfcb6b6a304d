import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/checklist/entries.ts';
import { noSettings, type Web } from '../../src/ports/saas.ts';
import { acmeMarketplace, granted } from '../support/acme.ts';
import { at, passes } from '../support/script-terminal.ts';
import { prepare, type Situation, statuses, walked } from './walked.ts';

const inspect = (within: string) => `  - { id: inspect, title: The SaaS shows it, check: saas-contract${within} }\n`;
const settings = {
  ...noSettings,
  contractApi: {
    url: `https://saas.example/\${buyer}`,
    headers: {},
    items: null,
    plan: 'plan',
    quantity: 'seats',
    endDate: null,
    accounts: null,
    plans: {},
  },
};

/** A SaaS whose nodes answer in turn: each with the quantity that it knows, or with a status. */
function nodes(...seats: readonly (number | '503')[]): Web & { readonly asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    async request({ url }) {
      const known = seats[asked++ % seats.length];
      const body = JSON.stringify({ plan: 'Pro', seats: known });
      return { status: known === '503' ? 503 : 200, url, redirects: [], contentType: null, body };
    },
  };
}

const look = (web: Web, within = '', more: Situation = {}) =>
  walked(inspect(within), {
    web,
    settings,
    marketplace: acmeMarketplace({ entitlements: () => [granted()] }),
    ...more,
  });

describe('the SaaS passes on two looks in a row, a second apart:', () => {
  test('two that agree pass', async () => {
    const web = nodes(10);
    const { steps, naps } = await look(web);
    expect(statuses(steps)).toBe('pass');
    expect(web.asked()).toBe(2);
    expect(naps).toEqual([1_000]);
  });

  test.each([
    ['one lucky look', [10, 5], 'fail', 'saas-differs'],
    ['a node that fails', [10, '503' as const], 'error', 'saas-fails'],
  ])('%s does not', async (_, seats, status, code) => {
    for (const within of ['', ', within: 1m']) {
      const { steps } = await look(nodes(...seats), within);
      expect(steps[0]).toMatchObject({
        status,
        code,
        reason: expect.stringContaining('Do all nodes of the system return the same result'),
      });
    }
  });

  test('a node that learns of it late is waited for', async () => {
    const { steps, naps } = await look(nodes(10, 5, 10, 10), ', within: 1m');
    expect(statuses(steps)).toBe('pass');
    expect(naps).toEqual([1_000, 2_000, 1_000]);
  });

  test('what is first seen at the deadline is confirmed past it', async () => {
    const { steps } = await look(nodes(5, 10, 10), ', within: 2s');
    expect(steps[0]).toMatchObject({ status: 'pass', durationMs: 3_000 });
  });

  test('what AWS grants is asked for each time', async () => {
    const marketplace = acmeMarketplace({ entitlements: [[granted({ value: 5 })], [granted({ value: 8 })]] });
    const { steps } = await look(nodes(5), '', { marketplace });
    expect(steps[0]).toMatchObject({ status: 'fail', expected: { quantity: 8 }, actual: { quantity: 5 } });
  });

  test('in a rehearsal one look is enough', async () => {
    const web = nodes(10, 5);
    const rehearsal = async () => ({ status: 'pass', words: 'Done.' }) as const;
    const { steps, naps } = await look(web, '', { rehearsal });
    expect(statuses(steps)).toBe('pass');
    expect(naps).toEqual([]);
  });

  test('the screen says what the second look is for', async () => {
    const prepared = prepare(inspect(', within: 1m'), {
      web: nodes(10),
      settings,
      moves: [],
      marketplace: acmeMarketplace({ entitlements: () => [granted()] }),
    });
    const shown: (string | null)[] = [];
    prepared.clock.onNap = () => shown.push(prepared.terminal.showing());
    await prepared.start();
    expect(shown).toEqual([
      expect.stringMatching(/wait .*The SaaS shows it\n +as expected: confirming with a second check\n/),
    ]);
  });

  test('beside a question one lucky look does not count either', async () => {
    const step = inspect('').replace('check:', 'do: Inspect it., check:');
    const marketplace = acmeMarketplace({ entitlements: () => [granted()] });
    const moves = [...passes('inspect'), at('inspect').press('k')];
    const { steps } = await walked(step, { web: nodes(10, 5), settings, moves, marketplace });
    expect(steps[0]).toMatchObject({ status: 'fail', by: 'both', code: 'saas-differs' });
  });
});

describe('between the steps of a walk AWS may grant something else:', () => {
  const steps = `  - { id: grants, title: AWS grants it, check: entitlements }\n${inspect('')}`;
  const five = [granted({ value: 5 })];

  test.each<[what: string, now: ReturnType<typeof granted>[], seats: number, result: object]>([
    [
      'raised, and the SaaS shows it',
      five,
      5,
      { status: 'pass', reason: expect.stringContaining('What AWS grants has changed') },
    ],
    [
      'raised, and the SaaS shows what was',
      five,
      3,
      { status: 'fail', expected: { quantity: 5 }, actual: { quantity: 3 } },
    ],
    ['cancelled', [], 3, { status: 'error', code: 'nothing-granted', reason: expect.stringContaining('pro_plan 3') }],
  ])('%s', async (_, now, seats, result) => {
    let asked = 0;
    const entitlements = () => (asked++ === 0 ? [granted({ value: 3 })] : now);
    const ended = await walked(steps, { web: nodes(seats), settings, marketplace: acmeMarketplace({ entitlements }) });
    expect(ended.steps[0]?.status).toBe('pass');
    expect(ended.steps[1]).toMatchObject(result);
  });

  test('a change that was taken back proves nothing about a SaaS that never looks again', async () => {
    let asked = 0;
    const answers = [10, 20];
    const entitlements = () => [granted({ value: answers[asked++] ?? 10 })];
    const ended = await walked(
      `  - { id: before, title: Before, check: baseline, is: active }
  - { id: after, title: AWS grants the change, check: entitlements, is: changed }
${inspect(', within: 5m')}`,
      { web: nodes(10), settings, marketplace: acmeMarketplace({ entitlements }) },
    );
    expect(statuses(ended.steps)).toBe('pass pass error');
    expect(ended.steps[2]).toMatchObject({ code: 'change-undone', reason: expect.stringContaining('pro_plan 20') });
  });
});

test('a check that has failed is not answered by taking its setting away', async () => {
  const at = '2026-11-23T09:00:00.000Z';
  const of = { checklist: 'trial', step: 'inspect' } as const;
  const failed: Entry = {
    ...{ type: 'attempt', ...of, status: 'fail', code: 'saas-differs', values: {}, reason: 'It shows 3.' },
    ...{ by: 'check', operator: null, note: null, disagreed: false, startedAt: at, durationMs: 0 },
  };
  const { start, report } = prepare(inspect(''), { before: [failed, { type: 'reopened', ...of, at }] });
  await start();
  expect(report().checklists[0]?.steps[0]).toMatchObject({ status: 'error', code: 'check-removed' });
});
