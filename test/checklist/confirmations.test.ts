import { describe, expect, test } from 'vitest';
import {
  type Confirmation,
  type Confirmations,
  confirmations,
  confirmedVerdict,
  defaultMaxAge,
  missingRequirement,
  useCaseOfRun,
} from '../../src/checklist/confirmations.ts';
import type { Entry } from '../../src/checklist/entries.ts';
import { buildReport } from '../../src/checklist/report.ts';
import { noOptions } from '../support/no-options.ts';
import { type Walk, walkedRun } from '../support/walked-run.ts';
import { builtIn, useCases } from './support.ts';

const now = new Date('2026-11-23T09:00:00.000Z');
const builtIns = useCases.map(builtIn);
const all = { of: useCases } as const;

/** What these runs say, each by its name. */
function known(runs: Readonly<Record<string, Walk>>, maxAge = defaultMaxAge): Confirmations {
  const walked = Object.entries(runs).flatMap(([id, walk]) => {
    const { record, checklists, entries } = walkedRun(walk);
    return checklists.map((checklist) => {
      const report = buildReport({ ...record, id }, [{ checklist, buyer: null }], entries);
      const original = builtIns.find((each) => each.id === checklist.id);
      const missing = original ? missingRequirement(original, checklist) : null;
      return { ...useCaseOfRun({ checklist, report }), missing };
    });
  });
  return confirmations(walked, builtIns, now, maxAge);
}

/** Where new-signup stands: `pass first`, `missing, second is open`. */
function newSignup(runs: Readonly<Record<string, Walk>>, maxAge = defaultMaxAge): string {
  const found = known(runs, maxAge).products[0]?.useCases[0];
  if (!found) return 'nothing is known';
  const open = found.unfinished === null ? '' : `, ${found.unfinished} is open`;
  return `${[found.state, found.run].filter(Boolean).join(' ')}${open}`;
}

const [third, tenth, twentieth] = ['2026-11-03T09:00:00.000Z', '2026-11-10T09:00:00.000Z', '2026-11-20T09:00:00.000Z'];

describe('a use case stands as its newest run says that has passed or failed', () => {
  test.each<[string, string, Readonly<Record<string, Walk>>]>([
    ['it passed', 'pass a', { a: { at: tenth } }],
    ['it failed', 'fail a', { a: { at: tenth, ends: 'fail' } }],
    ['it was never finished', 'missing, a is open', { a: { at: tenth, ends: 'incomplete' } }],
    ['it could not be checked', 'missing, a is open', { a: { at: tenth, ends: 'error' } }],
    ['passed after a failure', 'pass b', { a: { at: tenth, ends: 'fail' }, b: { at: twentieth } }],
    ['failed after it passed', 'fail b', { a: { at: tenth }, b: { at: twentieth, ends: 'fail' } }],
    ['the order of the list says nothing', 'fail b', { b: { at: twentieth, ends: 'fail' }, a: { at: tenth } }],
    [
      'started again and not finished',
      'pass a, b is open',
      { a: { at: tenth }, b: { at: twentieth, ends: 'incomplete' } },
    ],
    [
      'started again and not checked',
      'fail a, b is open',
      { a: { at: tenth, ends: 'fail' }, b: { at: twentieth, ends: 'error' } },
    ],
    ['an old run that need not be finished', 'pass b', { a: { at: tenth, ends: 'incomplete' }, b: { at: twentieth } }],
    [
      'of two open ones the newer',
      'missing, b is open',
      { a: { at: tenth, ends: 'incomplete' }, b: { at: twentieth, ends: 'error' } },
    ],
    ['another checklist only', 'missing', { a: { at: tenth, of: ['contract-change'] } }],
  ])('%s: %s', (_, stands, runs) => {
    expect(newSignup(runs)).toBe(stands);
  });

  describe('a failure stands until something has passed', () => {
    const failed = walkedRun({ at: tenth, ends: 'fail' });
    const attempt = failed.entries.findLast((entry) => entry.type === 'attempt');
    if (!attempt) throw new Error('the walk is empty');
    const { checklist, step } = attempt;
    const began: Entry = {
      ...{ type: 'began', at: twentieth, operator: 'Ben', version: '0.1.0', accepted: [], options: noOptions },
    };
    const reopened = (of: string) => ({ type: 'reopened', checklist, step: of, at: twentieth }) as const;
    const again = (status: 'pass' | 'error' | 'skip') => ({ ...attempt, status, startedAt: twentieth });
    test.each<[string, string, readonly Entry[]]>([
      ['the run was gone on with, and left', 'fail b', [began, reopened(step)]],
      ['the run was gone on with from an earlier step, and left', 'fail b', [began, reopened('page')]],
      ['it could not be looked at again', 'fail b', [began, again('error')]],
      ['it was skipped when it was looked at again', 'fail b', [began, again('skip')]],
      [
        'what failed has passed, and an earlier step is open',
        'pass a, b is open',
        [began, again('pass'), reopened('page')],
      ],
    ])('%s: %s', (_, stands, after) => {
      expect(newSignup({ a: { at: third }, b: { at: tenth, ends: 'fail', after } })).toBe(stands);
    });

    test('until then nothing older counts, but what is newer than the failure, whatever was looked at again', () => {
      const later = { ...again('pass'), step: 'page' };
      for (const after of [
        [began, again('error')],
        [began, later],
      ]) {
        const a = { at: tenth, ends: 'fail', after } as const;
        expect(newSignup({ a, b: { at: third } })).toBe('fail a');
        expect(newSignup({ a, b: { at: '2026-11-12T09:00:00.000Z' } })).toMatch(/^pass b/);
      }
    });
  });

  describe('a clock that was wrong', () => {
    const ahead = '2026-11-23T18:00:00.000Z';
    test('makes no pass that never gets old, and hides no failure', () => {
      const { products, leftOut } = known({ a: { at: ahead }, b: { at: twentieth, ends: 'fail' } });
      expect(products[0]?.useCases[0]).toMatchObject({ state: 'fail', run: 'b' });
      expect(leftOut).toMatchObject([
        { run: 'a', reason: 'Its results are from 2026-11-23 18:12 UTC, which is in the future: a clock was wrong.' },
      ]);
    });

    test('takes no failure away', () => {
      expect(newSignup({ a: { at: twentieth }, b: { at: ahead, ends: 'fail' } })).toBe('fail b');
    });

    test('by minutes is no matter', () => {
      expect(newSignup({ a: { at: '2026-11-23T08:51:00.000Z' } })).toBe('pass a');
    });
  });

  test('a failure is newer than a pass whose run went on with other checklists after it', () => {
    const ended = { type: 'ended', at: twentieth, interrupted: false, unreached: {} } as const;
    expect(newSignup({ a: { ...all, at: third, after: [ended] }, b: { at: tenth, ends: 'fail' } })).toBe('fail b');
  });

  test('a run of all three that stopped in the last one counts for the others, and is open for that one', () => {
    const [product] = known({ a: { ...all, at: tenth, ends: 'incomplete' } }).products;
    expect(product?.useCases.map(({ state, run, unfinished }) => [state, run, unfinished])).toEqual([
      ['pass', 'a', null],
      ['pass', 'a', null],
      ['missing', null, 'a'],
    ]);
  });
});

describe('its age', () => {
  const day = 86_400_000;
  test.each([
    ['within it', 13 * day + 1, 'pass a'],
    ['at its end', 13 * day, 'pass a'],
    ['beyond it', 13 * day - 1, 'too-old a'],
  ])('%s', (_, maxAge, stands) => {
    expect(newSignup({ a: { at: tenth } }, maxAge)).toBe(stands);
  });

  test('counts from the oldest result: what a resumed run has carried over is as old as it was', () => {
    const { last, entries } = walkedRun({ at: tenth, ends: 'incomplete' });
    const before = entries.find((entry) => entry.type === 'attempt');
    if (!last || !before) throw new Error('the walk is empty');
    const after = [
      { type: 'began', at: twentieth, operator: 'Ben', version: '0.1.0', accepted: [], options: noOptions },
      { ...before, step: last.step.id, by: 'operator', operator: 'Ben', startedAt: twentieth },
    ] as const;
    const runs = { a: { at: tenth, ends: 'incomplete', after } } as const;
    expect(known(runs).products[0]?.useCases[0]).toMatchObject({
      state: 'pass',
      confirmedAt: tenth,
      operator: 'Aiko, Ben',
    });
    expect(newSignup(runs, 10 * day)).toBe('too-old a');
  });

  test('makes no failure better', () => {
    expect(newSignup({ a: { at: tenth, ends: 'fail' } }, 1)).toBe('fail a');
  });
});

test('who has answered, and on whose word it rests, is that of this checklist alone', () => {
  const [product] = known({ a: { ...all, at: tenth } }).products;
  expect(product).toMatchObject({ productId: 'prod-lp5dq7gziiuyi', title: 'Acme Notes', accountId: '111122223333' });
  expect(product?.useCases.map(({ operator, seen }) => [operator, seen])).toEqual([
    ['Aiko', { byProgram: 9, byPerson: 4, rehearsed: 0, disagreed: 0 }],
    ['Aiko', { byProgram: 9, byPerson: 3, rehearsed: 0, disagreed: 0 }],
    ['Aiko', { byProgram: 7, byPerson: 2, rehearsed: 0, disagreed: 0 }],
  ]);
});

describe('what does not count is left out, with the reason', () => {
  const lose = (step: string) => (source: string) => {
    const cut = source
      .replace(new RegExp(`  - id: ${step}\\n[\\s\\S]*?(?=\\n  - id: |$)`), '')
      .replace(`show: ${step}`, '');
    expect(cut).not.toBe(source);
    return cut;
  };
  const change = (from: string, to: string) => (source: string) => {
    expect(source).toContain(from);
    return source.replace(from, to);
  };
  const sandbox = 'It ran in a sandbox.';
  test.each<[string, Partial<Walk>, string]>([
    ['a sandbox', { sandbox: true }, sandbox],
    ['a failure in a sandbox', { sandbox: true, ends: 'fail' }, sandbox],
    ['another endpoint', { endpoint: 'https://aws.test' }, 'It ran on another endpoint (https://aws.test).'],
    ['an accepted change', { accepted: ['account'] }, 'It was resumed with accepted changes: account.'],
    ['an unknown product', { product: null }, 'AWS did not return its product or account.'],
    [
      'a copy without a step',
      { edit: lose('sign-up') },
      'Its checklist lacks the step "sign-up" of the built-in new-signup.',
    ],
    [
      'a copy in which a step is optional',
      { edit: change('- id: contract\n', '- id: contract\n    required: false\n') },
      'Its checklist does not require the step "contract" of the built-in new-signup.',
    ],
    [
      'a copy that wants less',
      { edit: change('check: entitlements\n    is: new', 'check: entitlements\n    is: active') },
      'Its checklist lacks the check of the step "contract" of the built-in new-signup.',
    ],
    [
      'a copy without a check',
      { edit: change('    check: saas-contract\n    within: 5m\n', '') },
      'Its checklist lacks the check of the step "inspect" of the built-in new-signup.',
    ],
    [
      'a copy in another order',
      {
        edit: (source) => {
          const [inspect = ''] = / {2}- id: inspect\n[\s\S]*$/.exec(source) ?? [];
          const early = inspect.replace(/ +show: contract\n/, '').trimEnd();
          return source.replace(inspect, '').replace('  - id: sign-in\n', `${early}\n  - id: sign-in\n`);
        },
      },
      'Its checklist has the step "inspect" before "sign-in", unlike the built-in new-signup.',
    ],
    [
      'a copy that asks no person',
      { edit: (source) => source.replace(/ {4}do: Move to the page.*\n(?= +show: contract)/, '') },
      'Its checklist does not ask a person at the step "inspect" of the built-in new-signup.',
    ],
  ])('%s', (_, walk, reason) => {
    const found = known({ a: { at: twentieth, ...walk } });
    expect(found.products.flatMap(({ useCases: each }) => each)).toEqual([]);
    expect(found.leftOut).toMatchObject([{ run: 'a', checklist: 'new-signup', reason }]);
  });

  test.each<[string, (source: string) => string]>([
    ['a step more', (source) => `${source}\n  - id: more\n    title: More\n    do: Look around.\n`],
    ['other words', change('Buy a contract', 'Buy the Pro plan')],
    ['more time', change('within: 15m', 'within: 30m')],
    ['no advisory step', lose('visible')],
  ])('but a copy with %s counts', (_, edit) => {
    expect(newSignup({ a: { at: tenth, edit } })).toBe('pass a');
  });

  test('and it hides neither an older pass nor an older failure', () => {
    expect(newSignup({ a: { at: tenth }, b: { at: twentieth, sandbox: true, ends: 'fail' } })).toBe('pass a');
    expect(newSignup({ a: { at: tenth, ends: 'fail' }, b: { at: twentieth, accepted: ['product'] } })).toBe('fail a');
  });

  test('a walk in a sandbox that was not finished is not worth a word', () => {
    expect(known({ a: { at: tenth, sandbox: true, ends: 'incomplete' } })).toEqual({ products: [], leftOut: [] });
  });
});

test('products and accounts stand for themselves, the one that was walked last first', () => {
  const { products } = known({
    a: { ...all, at: third },
    b: { at: twentieth, accountId: '999988887777' },
    c: { at: tenth, product: { productId: 'prod-other', title: 'Other' } },
  });
  const states = (useCases: readonly Confirmation[]) => useCases.map(({ state }) => state).join(' ');
  expect(products.map(({ title, accountId, useCases: each }) => [title, accountId, states(each)])).toEqual([
    ['Acme Notes', '999988887777', 'pass missing missing'],
    ['Other', '111122223333', 'pass missing missing'],
    ['Acme Notes', '111122223333', 'pass pass pass'],
  ]);
});

test.each([
  ['pass pass pass', 'pass'],
  ['pass too-old pass', 'incomplete'],
  ['missing pass pass', 'incomplete'],
  ['missing fail too-old', 'fail'],
  ['', 'incomplete'],
] as const)('%j together is %s', (states, verdict) => {
  const useCases = states.split(' ').filter(Boolean) as Confirmation['state'][];
  expect(confirmedVerdict(useCases.map((state) => ({ state }) as Confirmation))).toBe(verdict);
});
