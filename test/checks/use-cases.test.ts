import { describe, expect, test } from 'vitest';
import type { Confirmation } from '../../src/checklist/confirmations.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import { seller } from '../support/acme.ts';
import { observe } from './observe.ts';

function useCase(checklist: string, state: Confirmation['state'] = 'pass', unfinished: string | null = null) {
  const missing = state === 'missing';
  return {
    ...{ checklist, title: checklist, state, unfinished },
    run: missing ? null : `${checklist}-1`,
    confirmedAt: missing ? null : '2026-11-20T09:00:00.000Z',
    operator: missing ? null : 'Aiko',
    seen: { byProgram: 9, byPerson: 4, rehearsed: 0, disagreed: 0 },
  } satisfies Confirmation;
}

const passed = [useCase('new-signup'), useCase('existing-user')];
const damaged = new CouldNotCheck('damaged-run', 'Run new-signup-2 is damaged.', 'Restore it.');
const known = (...useCases: readonly Confirmation[]) => ({
  confirmations: () => ({ useCases, damaged: null }),
});

describe('the use cases', () => {
  test('pass where all three have, and it says on whose word', async () => {
    const found = await observe('check: use-cases', known(...passed, useCase('contract-change')));
    expect(found).toMatchObject({
      ...{ status: 'pass', code: 'use-cases-passed' },
      values: {
        ...{ 'new-signup': 'pass', 'existing-user': 'pass', 'contract-change': 'pass' },
        useCases: ['new-signup', 'existing-user', 'contract-change'],
        runs: ['new-signup-1', 'existing-user-1', 'contract-change-1'],
        byProgram: [9, 9, 9],
      },
    });
    expect(found.reason).toContain(
      "contract-change passed on 2026-11-20 (contract-change-1, Aiko; by the program 9, on a person's word 4, disagreed 0).",
    );
  });

  test('fail where one has, whatever the others are', async () => {
    const found = await observe(
      'check: use-cases',
      known(useCase('new-signup', 'missing'), useCase('existing-user', 'fail')),
    );
    expect(found).toMatchObject({
      status: 'fail',
      code: 'use-cases-failed',
      values: { 'new-signup': 'missing', 'existing-user': 'fail' },
      reason: expect.stringContaining(
        'existing-user failed on 2026-11-20 (existing-user-1, Aiko): mp-verify resume existing-user-1.',
      ),
      actual: { 'new-signup': 'not passed yet', 'existing-user': 'failed' },
    });
  });

  test.each([
    ['missing', null, 'contract-change has not passed yet: mp-verify run contract-change.'],
    [
      'missing',
      'use-cases-2',
      'contract-change has not passed yet: mp-verify run contract-change, or resume: mp-verify resume use-cases-2.',
    ],
    [
      'too-old',
      null,
      'contract-change passed too long ago, on 2026-11-20 (contract-change-1, Aiko): mp-verify run contract-change.',
    ],
  ] as const)(
    'are skipped where one is %s, and the operator must have read the command',
    async (state, open, words) => {
      const found = await observe('check: use-cases', known(...passed, useCase('contract-change', state, open)));
      expect(found).toMatchObject({
        ...{ status: 'skip', acknowledge: true, code: 'use-cases-missing' },
        values: { 'contract-change': state },
        reason: expect.stringContaining(words),
      });
    },
  );

  test.each([
    ['check: use-cases', 30],
    ['check: use-cases, max-age: 7d', 7],
  ])('%s: a result may be %i days old', async (fields, days) => {
    const asked: number[] = [];
    const confirmations = (maxAge: number) => {
      asked.push(maxAge / 86_400_000);
      return { useCases: passed, damaged: null };
    };
    await observe(fields, { confirmations });
    expect(asked).toEqual([days]);
  });

  test('could not check with a damaged run, which may be a failure; a known failure counts', async () => {
    const withDamage = (state: Confirmation['state']) =>
      observe('check: use-cases', { confirmations: () => ({ useCases: [useCase('new-signup', state)], damaged }) });
    expect(await withDamage('pass')).toMatchObject({
      status: 'error',
      code: 'damaged-run',
    });
    expect(await withDamage('missing')).toMatchObject({ status: 'error' });
    expect(await withDamage('fail')).toMatchObject({ status: 'fail' });
  });

  test.each([
    ['a sandbox', { caller: () => ({ ...seller, sandbox: {} }), endpoint: 'http://127.0.0.1:9' }],
    ['another endpoint', { endpoint: 'https://aws.test' }],
  ])('do not apply in %s: nothing that is walked there counts', async (_, marketplace) => {
    const confirmations = () => {
      throw new Error('nobody asks');
    };
    const found = await observe('check: use-cases', { marketplace, confirmations });
    expect(found).toMatchObject({ status: 'not-applicable', code: 'not-on-aws' });
  });
});
