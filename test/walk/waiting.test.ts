import { describe, expect, test } from 'vitest';
import { CouldNotCheck } from '../../src/errors.ts';
import { acmeMarketplace, granted } from '../support/acme.ts';
import { at } from '../support/script-terminal.ts';
import { prepare, statuses, walked } from './walked.ts';

const waitFor = (within: string) => `  - { id: wait, title: AWS grants it, check: entitlements, within: ${within} }\n`;
const sign = '  - { id: sign, title: Sign in, do: Sign in. }\n';
const nothing = () => acmeMarketplace({ entitlements: () => [] });
const throttled = new CouldNotCheck('throttled', 'AWS throttled the question.', null, true);
const refused = new CouldNotCheck('access-denied', 'A permission is missing.');

test('looks again after 2 s, then less and less often, every 30 s at last', async () => {
  const { naps } = await walked(waitFor('5m'), { marketplace: nothing() });
  expect(naps.slice(0, 9)).toEqual([2_000, 3_000, 4_500, 6_750, 10_125, 15_187.5, 22_781.25, 30_000, 30_000]);
  expect(Math.max(...naps)).toBe(30_000);
});

test.each([
  ['1s', 1_000, 2],
  ['2s', 2_000, 2],
  ['30s', 30_000, 7],
  ['15m', 900_000, 36],
])('within %s: looks once more exactly at the deadline, and no more', async (within, ms, looks) => {
  const marketplace = nothing();
  const { steps } = await walked(waitFor(within), { marketplace });
  expect(marketplace.asked.filter((question) => question.startsWith('entitlements'))).toHaveLength(looks);
  expect(steps[0]).toMatchObject({ status: 'fail', durationMs: ms });
});

test('what comes in the last second is seen', async () => {
  const prepared = prepare(waitFor('30s'), {
    marketplace: acmeMarketplace({
      entitlements: () => (prepared.clock.now() >= new Date('2026-11-23T09:00:30Z') ? [granted()] : []),
    }),
  });
  await prepared.start();
  expect(prepared.report().verdict).toBe('pass');
});

test('a look that lasts beyond the deadline is not the last one', async () => {
  const signal = new AbortController().signal;
  const prepared = prepare(waitFor('30s'), {
    marketplace: acmeMarketplace({
      async entitlements() {
        const asked = prepared.clock.now();
        await prepared.clock.sleep(20_000, signal);
        return asked >= new Date('2026-11-23T09:00:30Z') ? [granted()] : [];
      },
    }),
  });
  await prepared.start();
  expect(prepared.report().verdict).toBe('pass');
});

test('without a deadline one look is all', async () => {
  const { steps, naps } = await walked('  - { id: once, title: Once, check: entitlements }\n', {
    marketplace: acmeMarketplace({ entitlements: [[]] }),
  });
  expect(statuses(steps)).toBe('fail');
  expect(naps).toEqual([]);
});

test('trouble that may pass is waited out', async () => {
  const { steps } = await walked(waitFor('1m'), {
    marketplace: acmeMarketplace({ entitlements: [throttled, [], throttled, [granted()]] }),
  });
  expect(steps[0]).toMatchObject({ status: 'pass', durationMs: 9_500 });
});

test('trouble that does not pass by the deadline is no failure', async () => {
  const { steps } = await walked(waitFor('10s'), {
    marketplace: acmeMarketplace({
      entitlements: () => {
        throw throttled;
      },
    }),
  });
  expect(steps[0]).toMatchObject({ status: 'error', code: 'throttled', durationMs: 10_000 });
});

test('trouble that cannot pass ends the waiting at once', async () => {
  const marketplace = acmeMarketplace({ entitlements: [[], refused] });
  const { steps, naps } = await walked(waitFor('15m'), { marketplace });
  expect(statuses(steps)).toBe('error');
  expect(naps).toEqual([2_000]);
});

test('a buyer who is the seller is not waited for', async () => {
  const marketplace = acmeMarketplace({ entitlements: [] });
  const { steps, naps } = await walked(waitFor('15m'), { marketplace, buyer: '111122223333' });
  expect(statuses(steps)).toBe('fail');
  expect(naps).toEqual([]);
});

test.each([
  ['shorter', 5_000],
  ['longer', 1_800_000],
  ['not at all', 0],
])('--max-wait stands in for every deadline: %s', async (_, maxWait) => {
  const { steps } = await walked(waitFor('15m'), { marketplace: nothing(), maxWait });
  expect(steps[0]).toMatchObject({ status: 'fail', durationMs: maxWait });
});

test('--max-wait does not make a check wait that has no deadline', async () => {
  const { naps } = await walked('  - { id: once, title: Once, check: entitlements }\n', {
    marketplace: acmeMarketplace({ entitlements: [[]] }),
    maxWait: 600_000,
  });
  expect(naps).toEqual([]);
});

test('says what it waits for, since when, until when, and when it looks next', async () => {
  const prepared = prepare(waitFor('15m') + sign, {
    moves: ['p'],
    marketplace: acmeMarketplace({ entitlements: [[], [], [granted()]] }),
  });
  const shown: (string | null)[] = [];
  prepared.clock.onNap = () => shown.push(prepared.terminal.showing());
  await prepared.start();
  expect(shown.at(-1)).toMatchInlineSnapshot(`
    "… wait  1/2  AWS grants it
                 2 looks in 0:02, next in 3 s, until 09:15:00
                 q or Ctrl+C saves and quits
                 AWS returned no entitlements for buyer 444455556666 and this
                 product.
    "
  `);
  expect(prepared.terminal.showing(), 'after the waiting').toBeNull();
  expect(prepared.terminal.written()).toMatch(/✓ pass {2}1\/2 {2}AWS grants it +after 0:05\n/);
});

describe('at the deadline on a terminal', () => {
  test('the operator may wait longer, as often as it takes', async () => {
    const marketplace = acmeMarketplace({ entitlements: [...Array<[]>(10).fill([]), [granted()]] });
    const { steps, questions, naps } = await walked(waitFor('10s'), {
      moves: [at('wait').press('w'), at('wait').press('w')],
      marketplace,
    });
    expect(steps[0]).toMatchObject({ status: 'pass', durationMs: 20_000 });
    expect(steps[0]).not.toHaveProperty('attempts');
    expect(questions).toEqual(['w/f/n/q', 'w/f/n/q']);
    expect(naps).toEqual([2_000, 3_000, 4_500, 500, 2_000, 3_000, 4_500, 500]);
  });

  test('or fail it, and is then asked as at any failure', async () => {
    const { steps, questions, written } = await walked(waitFor('10s'), {
      moves: [at('wait').press('f'), at('wait').press('k')],
      marketplace: nothing(),
    });
    expect(steps[0]).toMatchObject({
      status: 'fail',
      code: 'no-entitlement',
      expected: { entitlement: 'an active entitlement' },
      actual: { entitlement: 'no entitlement' },
    });
    expect(questions).toEqual(['w/f/n/q', 'r/n/k/g/q']);
    expect(written).toMatch(/the wait ended at 09:00:10/);
    expect(written).toMatch(/expected +actual\n +✗ +entitlement +an active entitlement +no entitlement\n/);
  });

  test('or quit', async () => {
    const { steps, verdict } = await walked(waitFor('10s') + sign, { moves: ['q'], marketplace: nothing() });
    expect(verdict).toBe('incomplete');
    expect(steps.map(({ code }) => code)).toEqual(['operator-quit', 'operator-quit']);
  });

  test('giving up when AWS does not answer is no failure', async () => {
    const marketplace = acmeMarketplace({
      entitlements: () => {
        throw throttled;
      },
    });
    const { verdict } = await walked(waitFor('10s'), {
      moves: [at('wait').press('f'), at('wait').press('k')],
      marketplace,
    });
    expect(verdict).toBe('error');
  });
});

test.each([
  ['after a look', () => []],
  ['in the middle of one that lasts', () => new Promise<never>(() => {})],
] as const)('q ends a wait as it ends a question: %s', async (_, answer) => {
  let quit = () => {};
  const marketplace = acmeMarketplace({
    entitlements: () => {
      quit();
      return answer();
    },
  });
  const prepared = prepare(`${waitFor('5m')}${sign}`, { marketplace, moves: [] });
  prepared.terminal.progress = (_text, whenQ = quit) => {
    quit = whenQ;
    return { stop() {} };
  };
  await expect(prepared.start()).resolves.toEqual({ quitAt: { checklist: 0, step: 0 } });
  const report = prepared.report();
  expect([report.verdict, report.checklists[0]?.steps[0]?.reason]).toEqual([
    'incomplete',
    'The operator ended the run at step 1 (AWS grants it).',
  ]);
});
