import { expect, test } from 'vitest';
import { noReason } from '../../src/checklist/reasons.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import { judge } from '../../src/walk/judge.ts';
import { acmeMarketplace, granted } from '../support/acme.ts';
import { walked } from './walked.ts';

const step = '  - { id: active, title: AWS grants it, check: entitlements }\n';
const expired = new CouldNotCheck('expired-credentials', 'They have expired.', 'Run: aws sso login --profile mp');

test('credentials that expire park the step until they are renewed, and no failure is kept', async () => {
  const marketplace = acmeMarketplace({ entitlements: [expired, [granted()]] });
  const { verdict, steps, written, questions } = await walked(step, { moves: ['r'], marketplace });
  expect(verdict).toBe('pass');
  expect(steps[0]?.attempts).toBeUndefined();
  expect(written).toContain('Run: aws sso login --profile mp');
  expect(questions).toEqual(['r/n/q']);
  expect(marketplace.asked).toContain('refreshCredentials');
});

test('unattended they end the checklist as "could not check"', async () => {
  const { verdict, steps } = await walked(step, { marketplace: acmeMarketplace({ entitlements: [expired] }) });
  expect([verdict, steps[0]?.status]).toEqual(['error', 'error']);
});

test('[r] asks AWS again, whatever the problem was', async () => {
  const marketplace = acmeMarketplace({ entitlements: [[], [granted()]] });
  const { verdict } = await walked(step, { moves: ['r'], marketplace });
  expect(verdict).toBe('pass');
  expect(marketplace.asked).toContain('refreshCredentials');
});

test.each(['fail', 'error'] as const)("a person's word stands beside an advisory %s", (status) => {
  const look = { status, code: 'price-above-limit', values: {}, reason: 'The price is high.', advisory: true };
  const claim = { reason: 'Seen it.', by: 'answers' } as const;
  for (const said of ['pass', 'fail'] as const) {
    const judged = judge({ ...claim, status: said }, look);
    expect([judged.status, judged.advisory]).toEqual([said, undefined]);
  }
});

test('what the check found is put in words, even if it has nothing to add', () => {
  const { reason } = judge({ status: 'fail', reason: 'No', by: 'operator' }, { status: 'pass', ...noReason });
  expect(reason).toBe('No. But mp-verify found: what was expected.');
});
