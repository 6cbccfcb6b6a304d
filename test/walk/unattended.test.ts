import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/checklist/model.ts';
import { acmeMarketplace, granted } from '../support/acme.ts';
import { at, passes } from '../support/script-terminal.ts';
import { type Situation, statuses, walked } from './walked.ts';

const look = '  - { id: look, title: Look, do: Look at it. }\n';
const sign = '  - { id: sign, title: Sign in, do: Sign in. }\n';
const extra = '  - { id: extra, title: Extra, do: Look., required: false }\n';
const active = '  - { id: active, title: AWS grants it, check: entitlements }\n';
const advisory = '  - { id: advisory, title: Advice, check: entitlements, required: false }\n';

const answer = (verdict: Answer['verdict'], more: Partial<Answer> = {}): Answer => ({
  verdict,
  note: null,
  by: null,
  ...more,
});
const granting = (...answers: (readonly unknown[])[]): Situation => ({
  marketplace: acmeMarketplace({ entitlements: answers.map((rows) => (rows.length > 0 ? [granted()] : [])) }),
});
const [yes, no] = [[1], []];

describe('stops', () => {
  test('at a step by hand, which is pending, and so is the rest', async () => {
    const { steps, verdict, written } = await walked(look + sign + active);
    expect(verdict).toBe('incomplete');
    expect(steps.map(({ status, code }) => [status, code])).toEqual([
      ['pending', 'needs-person'],
      ['pending', 'stopped-before'],
      ['pending', 'stopped-before'],
    ]);
    expect(written).toMatch(/^· pending {2}1\/3 {2}Look$/m);
  });

  test('at a check that fails', async () => {
    const { steps, verdict } = await walked(active + look, granting(no));
    expect(verdict).toBe('fail');
    expect(steps[1]).toMatchObject({
      code: 'stopped-before',
      reason: expect.stringContaining('step 1 (AWS grants it) failed'),
    });
  });

  test('at a check that could not be made', async () => {
    const { steps, verdict } = await walked(active + look, { buyer: null });
    expect(statuses(steps)).toBe('error pending');
    expect(verdict).toBe('error');
    expect(steps.map(({ code }) => code)).toEqual(['no-buyer', 'stopped-before']);
  });

  test.each([
    ['fail', 'fail'],
    ['skip', 'incomplete'],
  ] as const)('at a step that is answered with %s', async (status, ends) => {
    const { steps, verdict } = await walked(look + sign, { answers: { trial: { look: answer(status) } } });
    expect(statuses(steps)).toBe(`${status} pending`);
    expect(steps[1]?.code).toBe('stopped-before');
    expect(verdict).toBe(ends);
  });

  test('and the next checklist starts', async () => {
    const { report } = await walked([look + active, active, sign], granting(yes));
    expect(report.checklists.map(({ verdict, steps }) => [verdict, statuses(steps)])).toEqual([
      ['incomplete', 'pending pending'],
      ['pass', 'pass'],
      ['incomplete', 'pending'],
    ]);
    expect(report.verdict).toBe('incomplete');
  });
});

describe('does not stop', () => {
  test('at advisory steps, whatever becomes of them', async () => {
    const { steps, verdict } = await walked(extra + advisory + active, granting(no, yes));
    expect(statuses(steps)).toBe('pending fail pass');
    expect(steps[0]?.code).toBe('needs-person');
    expect(verdict).toBe('pass');
  });

  test('at what was answered with pass', async () => {
    const { steps, verdict, written } = await walked(look + active + sign, {
      ...granting(yes),
      answers: { trial: { look: answer('pass', { note: 'Seen on Monday.', by: 'Lee' }), sign: answer('pass') } },
    });
    expect(verdict).toBe('pass');
    expect(steps.map(({ by, operator, note }) => [by, operator, note])).toEqual([
      ['answers', 'Lee', 'Seen on Monday.'],
      ['check', null, null],
      ['answers', 'kim', null],
    ]);
    expect(written).toMatch(/^✓ pass {2}1\/3 {2}Look +answers file, Lee$/m);
  });
});

describe('an answer', () => {
  test.each(['fail', 'skip'] as const)('of %s has its note as the reason', async (status) => {
    const { steps } = await walked(look, {
      answers: { trial: { look: answer(status, { note: 'The page is empty.' }) } },
    });
    expect(steps[0]).toMatchObject({ status, code: 'answers-file-said', reason: 'The page is empty.', by: 'answers' });
  });

  test('without a note says that it comes from the file', async () => {
    const { steps } = await walked(look, { answers: { trial: { look: answer('fail') } } });
    expect(steps[0]?.reason).toBe('The answers file says fail.');
  });

  test('for another checklist answers nothing', async () => {
    const { steps } = await walked(look, { answers: { other: { look: answer('pass') } } });
    expect(statuses(steps)).toBe('pending');
  });

  test('is taken on a terminal too; looking again would not change it', async () => {
    const { steps, questions } = await walked(look + sign, {
      moves: [at('look').press('g'), ...passes('sign')],
      answers: { trial: { look: answer('fail') } },
    });
    expect(statuses(steps)).toBe('fail pass');
    expect(questions).toEqual(['n/k/g/q', 'p/f/s/n/c/q']);
  });

  test('is not found for a step whose name every object in JavaScript knows', async () => {
    const { steps } = await walked('  - { id: constructor, title: Look, do: Look. }\n', { answers: { trial: {} } });
    expect(statuses(steps)).toBe('pending');
  });
});
