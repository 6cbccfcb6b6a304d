import { expect, test } from 'vitest';
import { openServer } from '../marketplace/support.ts';
import { at, passes } from '../support/script-terminal.ts';
import { documentOf, openMachine } from './machine.ts';

const buyer = '444455556666';
const day = 24 * 3_600_000;

test('a contract that the SaaS shows wrong is mended overnight, and confirmed the next day with the same purchase', async () => {
  let seats = 1;
  const saas = await openServer(() => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ plan: 'pro', seats }),
  }));
  const machine = await openMachine();
  const { clock } = machine;
  await machine.write(
    'mp-verify.yaml',
    [
      'buyers:',
      `  new-signup: "${buyer}"`,
      'saas:',
      '  contract-api:',
      `    url: ${saas.url}/contracts/\${buyer}`,
      '    plan: plan',
      '    quantity: seats',
    ].join('\n'),
  );

  // The morning: nobody has bought yet; the colleague with the test account is asked.
  const morning = await machine.run('run new-signup --operator Kim', [...passes('page'), at('purchase').press('q')]);
  expect(morning.outcome).toBe('incomplete');
  expect(morning.stderr).toContain('mp-verify resume new-signup-1  continues at step 8');

  // The afternoon: the purchase is there, and people find everything well, but the SaaS shows an old quantity.
  await clock.sleep(5 * 3_600_000, machine.signal.signal);
  await machine.buy(buyer);
  const afternoon = await machine.run('resume', [
    ...passes('purchase', 'sign-up-page', 'sign-up', 'sign-in', 'inspect'),
    at('inspect').press('f'),
    at('inspect').press('q'),
  ]);
  expect(afternoon.outcome).toBe('fail');
  expect(afternoon.stderr).toMatch(/quantity +10 +1\n/);
  expect(afternoon.stderr).toMatch(/mp-verify resume new-signup-1 +repeats step 13\n/);
  const asked = saas.received.length;

  // The next day: the SaaS is mended.
  seats = 10;
  await clock.sleep(day, machine.signal.signal);
  const nextDay = await machine.run('resume --json --report markdown=day.md', [...passes('inspect'), 'q']);
  expect(nextDay.outcome).toBe('pass');
  expect(nextDay.stderr).toMatch(/✓ pass {3}7\/13 {2}Check the product page URL +Kim, 29 h ago\n/);
  expect(nextDay.stderr).toMatch(/✓ pass {3}8\/13 {2}Buy a contract +Aiko Tanaka, 24 h ago, checked again\n/);
  expect(nextDay.stderr).toMatch(/before {2}FAIL, Aiko Tanaka, 2026-11-23 14:\d\d UTC: The operator answered pass/);
  expect(saas.received.length).toBeGreaterThan(asked);

  // The report tells it all: one buyer, one purchase, who said what when, what failed first and passed then.
  const report = documentOf(nextDay);
  expect(report.run).toMatchObject({ id: 'new-signup-1', startedAt: '2026-11-23T09:00:00.000Z', resume: null });
  expect(report.run.resumedAt?.map((at) => at.slice(0, 10))).toEqual(['2026-11-23', '2026-11-24']);
  const [checklist] = report.checklists;
  expect(checklist?.buyer).toBe(buyer);
  const step = (id: string) => checklist?.steps.find((each) => each.id === id);
  expect(step('before')).toMatchObject({ status: 'pass', carriedOver: true, startedAt: '2026-11-23T09:00:00.000Z' });
  expect(step('page')).toMatchObject({ status: 'pass', carriedOver: true, operator: 'Kim' });
  expect(step('purchase')).toMatchObject({ status: 'pass', carriedOver: true, operator: 'Aiko Tanaka' });
  expect(step('purchase')).not.toHaveProperty('attempts');
  expect(step('inspect')).toMatchObject({
    status: 'pass',
    by: 'both',
    attempts: [{ status: 'fail', stale: true, code: 'saas-differs' }, { status: 'pass' }],
  });
  expect(step('inspect')?.startedAt).toMatch(/^2026-11-24/);
  expect(machine.sandbox.world.agreements.filter(({ buyerAccountId }) => buyerAccountId === buyer)).toHaveLength(1);

  const printed = await machine.run('report --format markdown');
  expect(printed.stdout).toMatch(/^\*\*✓ PASS SANDBOX\*\* New sign-up after purchase/);
  expect(printed.stdout).toMatch(
    /\| Sessions \| 2026-11-23 \d\d:00 UTC, Kim, arn:\S+<br>2026-11-23 14:00 UTC, Aiko Tanaka, arn:/,
  );
  expect(printed.stdout).toMatch(/Earlier: FAIL, 2026-11-23 14:\d\d UTC, Aiko Tanaka: The operator answered pass/);
});
