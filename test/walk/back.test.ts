import { describe, expect, test } from 'vitest';
import { at, passes } from '../support/script-terminal.ts';
import { statuses, walked } from './walked.ts';

const look = '  - { id: look, title: Look at it, do: Look. }\n';
const page = '  - { id: page, title: Find the page, check: product-page }\n';
const sign = '  - { id: sign, title: Sign in, do: Sign in. }\n';

describe('b', () => {
  test('asks the step before again; its answer changes, and what came after is asked again', async () => {
    const { steps, verdict, questions } = await walked(look + sign + sign.replace('sign', 'last'), {
      moves: [
        ...passes('look', 'sign'),
        at('last').press('b'),
        at('sign').press('b'),
        ...at('look').fails('A typo.'),
        at('look').press('g'),
        ...passes('sign', 'last'),
      ],
    });
    expect(statuses(steps)).toBe('fail pass pass');
    expect(verdict).toBe('fail');
    expect(questions[0]).toBe('p/f/s/n/c/q');
    expect(steps[0]?.attempts?.map(({ status, stale }) => [status, stale])).toEqual([
      ['pass', true],
      ['fail', undefined],
    ]);
    expect(steps[1]?.attempts).toHaveLength(2);
  });

  test('passes over what the program looks at, which looks again by itself', async () => {
    const { steps, written } = await walked(look + page + sign, {
      moves: [...passes('look'), at('sign').press('b'), ...passes('look', 'sign')],
    });
    expect(statuses(steps)).toBe('pass pass pass');
    expect(steps[1]?.attempts).toHaveLength(2);
    expect(written.match(/pass {2}2\/3/g)).toHaveLength(2);
  });

  test('and k lets the answer stand, with all that came after', async () => {
    const { steps } = await walked(look + page + sign, {
      moves: [...passes('look'), at('sign').press('b'), at('look').press('k'), ...passes('sign')],
    });
    expect(statuses(steps)).toBe('pass pass pass');
    expect(steps.every(({ attempts }) => attempts === undefined)).toBe(true);
  });

  test('and q keeps the earlier answer and loses nothing', async () => {
    const { steps } = await walked(look + page + sign, {
      moves: [...passes('look'), at('sign').press('b'), at('look').press('q')],
    });
    expect(statuses(steps)).toBe('pass pass pending');
  });

  test('goes back into the checklist before, and comes again to the one that it left', async () => {
    const { report, written } = await walked([look + page, sign + look], {
      moves: [...passes('look'), at('sign').press('b'), ...passes('look', 'sign', 'look')],
    });
    expect(report.verdict).toBe('pass');
    expect(report.checklists.map(({ steps }) => steps.map(({ attempts }) => attempts?.length ?? 1))).toEqual([
      [2, 2],
      [1, 1],
    ]);
    expect(written).toContain('before  pass, kim,');
  });

  test('is not offered before the first answer', async () => {
    const { questions } = await walked(page + look, { moves: ['q'] });
    expect(questions).toEqual(['p/f/s/n/c/q']);
  });

  test('leaves a failure as it is: to keep the answer before it leads to it again', async () => {
    const { steps, verdict } = await walked(look + sign, {
      moves: [
        ...passes('look'),
        ...at('sign').fails('No.'),
        at('sign').press('b'),
        at('look').press('k'),
        at('sign').press('k'),
      ],
    });
    expect(statuses(steps)).toBe('pass fail');
    expect(verdict).toBe('fail');
  });

  test('twice, then k each time, returns through the same steps to where going back began', async () => {
    const { steps } = await walked(look + sign + sign.replace('sign', 'last'), {
      moves: [
        ...passes('look', 'sign'),
        at('last').press('b'),
        at('sign').press('b'),
        at('look').press('k'),
        at('sign').press('k'),
        ...passes('last'),
      ],
    });
    expect(statuses(steps)).toBe('pass pass pass');
    expect(steps.every(({ attempts }) => attempts === undefined)).toBe(true);
  });

  test('into another checklist, then k, returns to the step that was left there', async () => {
    const { report } = await walked([look, page + sign], {
      moves: [...passes('look'), at('sign').press('b'), at('look').press('k'), ...passes('sign')],
    });
    expect(report.verdict).toBe('pass');
    expect(report.checklists.flatMap(({ steps }) => steps.filter(({ attempts }) => attempts))).toEqual([]);
  });

  test('to a failure that was continued from: where its answer is kept, it is decided about once more', async () => {
    const { steps, questions } = await walked(look + sign, {
      moves: [
        ...at('look').fails('A typo.'),
        at('look').press('g'),
        at('sign').press('b'),
        at('look').press('k'),
        at('look').press('g'),
        ...passes('sign'),
      ],
    });
    expect(statuses(steps)).toBe('fail pass');
    expect(questions.at(-2)).toBe('r/n/k/g/q');
  });

  test('past a checklist that was finished with a failure, and a new answer there, walks on in it', async () => {
    const { report } = await walked([look + sign, page + sign], {
      moves: [
        ...at('look').fails('No.'),
        at('look').press('k'),
        at('sign').press('b'),
        ...passes('look', 'sign', 'sign'),
      ],
    });
    expect(report.checklists.map(({ steps }) => statuses(steps))).toEqual(['pass pass', 'pass pass']);
  });
});
