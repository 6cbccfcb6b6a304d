// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references of checklists
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { checks } from '../../src/checks/index.ts';
import { UserError } from '../../src/errors.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { acmeMarketplace, granted } from '../support/acme.ts';
import { at, passes } from '../support/script-terminal.ts';
import { tooWide } from '../support/too-wide.ts';
import { statuses, walked } from './walked.ts';

const look = '  - { id: look, title: Look, do: Look at it. }\n';
const buy =
  '  - { id: buy, title: Buy a contract, who: buyer, do: "Buy it as ${buyer}.", if-it-fails: Ask the buyer. }\n';
const sign = '  - { id: sign, title: Sign in, do: Sign in., expect: You are in. }\n';
const extra = '  - { id: extra, title: Extra, do: Look., required: false }\n';
const active = '  - { id: active, title: AWS grants it, check: entitlements }\n';

const questionKeys = 'p/f/s/n/c/q';
const failureKeys = 'r/n/k/g/q';

/** What a person writes down. */
const line = (text: string | null) => ({ line: text });

/** The use case `new-signup`, where everything goes well. */
async function walkedNewSignup(columns: number) {
  const path = new URL('../../checklists/new-signup.yaml', import.meta.url);
  const checklist = parseChecklist('new-signup.yaml', await readFile(path, 'utf8'), checks);
  if (!('steps' in checklist)) throw new Error('the use case can not be read');
  let looks = 0;
  return walked(checklist, {
    moves: passes(...checklist.steps.filter((step) => step.do.length > 0).map(({ id }) => id)),
    marketplace: acmeMarketplace({
      entitlements: () => (looks++ === 0 ? [] : [granted()]),
      publicOffer: () => ({ id: 'offer-1', currency: 'USD', prices: [], quantityCanChange: true }),
    }),
    web: { request: async ({ url }) => ({ status: 200, url, redirects: [], contentType: 'text/html', body: '' }) },
    look: { columns, paint: plainPaint },
  });
}

test('walks a whole use case to pass', async () => {
  const { report, written, questions } = await walkedNewSignup(80);
  expect(report).toMatchObject({
    verdict: 'pass',
    tally: { pass: 12, fail: 0, error: 0, skip: 0, pending: 0, 'not-applicable': 1 },
    seen: { byProgram: 7, byPerson: 5, rehearsed: 0, disagreed: 0 },
  });
  expect(questions).toHaveLength(6);
  expect(written.match(/^✓ pass {2,3}\d+\/13/gm)).toHaveLength(12);
  // What AWS grants stands beside the step that compares it.
  expect(written.slice(written.indexOf('? 13/13'))).toMatch(
    /AWS +says:\n +license +plan .*\n +l-1 +Pro \(pro_plan\) +10 /,
  );
});

test.each([80, 40])('a whole use case fits on a screen of %i columns', async (columns) => {
  expect(tooWide((await walkedNewSignup(columns)).written, columns)).toEqual([]);
});

test('what a step found starts below its title, whatever the number of steps', async () => {
  const { written } = await walkedNewSignup(80);
  expect(written).toMatch(/\n✓ pass {3}1\/13 {2}Find.*\n {15}The /);
});

test('a step by hand says who does what, what to expect, and on whose word it passed', async () => {
  const { written, steps, questions } = await walked(buy + sign, { moves: [...passes('buy', 'sign')] });
  expect(written).toMatchInlineSnapshot(`
    "
    Trial of trial                                                2 steps, 2 by hand
      product  not known yet                                     AWS (not a sandbox)
      seller   not known yet
      buyer    444455556666
      run      trial-1  every answer is saved; q stops, nothing is lost


    ? 1/2  Buy a contract                                    who: BUYER 444455556666
      do      Buy it as 444455556666.
    ✓ pass  1/2  Buy a contract                                         you 09:00:00

    ? 2/2  Sign in                                                       who: SELLER
      do      Sign in.
      expect  You are in.
    ✓ pass  2/2  Sign in                                                you 09:00:00
    "
  `);
  expect(questions).toEqual([questionKeys, 'p/f/s/n/c/b/q']);
  expect(steps[0]).toMatchObject({ status: 'pass', by: 'operator', operator: 'kim', code: null });
});

describe('a failed step', () => {
  test('asks why, and then what to do', async () => {
    const { steps, questions, written, verdict } = await walked(buy + sign, {
      moves: [...at('buy').fails('The page is empty.'), at('buy').press('k')],
    });
    expect(questions).toEqual([questionKeys, 'line: What is wrong?', failureKeys]);
    expect(steps[0]).toMatchObject({
      ...{ status: 'fail', by: 'operator', code: 'operator-said', reason: 'The page is empty.' },
    });
    expect(written).toMatch(/✗ FAIL {2}1\/2 {2}Buy a contract .*\n +The page is empty\.\n +Ask the buyer\.\n/);
    expect(verdict).toBe('fail');
  });

  test('is not failed when the operator thinks better of saying why', async () => {
    const { steps, questions } = await walked(look, {
      moves: [at('look').press('f'), line(null), at('look').press('s'), line(null), ...passes('look')],
    });
    expect(statuses(steps)).toBe('pass');
    expect(questions.filter((question) => question === questionKeys)).toHaveLength(3);
  });

  test('is looked at again: a new attempt, and the report has both', async () => {
    const { steps, verdict } = await walked(look, {
      moves: [
        ...at('look').fails('No.'),
        at('look').press('r'),
        ...at('look').fails('Still no.'),
        at('look').press('r'),
        ...passes('look'),
      ],
    });
    expect(verdict).toBe('pass');
    expect(steps[0]).toMatchObject({
      status: 'pass',
      reason: null,
      attempts: [
        { status: 'fail', reason: 'No.' },
        { status: 'fail', reason: 'Still no.' },
        { status: 'pass', reason: null },
      ],
    });
  });

  test('a check is looked at again', async () => {
    const { steps } = await walked(active, {
      moves: ['r'],
      marketplace: acmeMarketplace({ entitlements: [[], [granted()]] }),
    });
    expect(steps[0]).toMatchObject({ status: 'pass', attempts: [{ status: 'fail' }, { status: 'pass' }] });
    expect(steps[0]).not.toHaveProperty('expected');
  });

  test('k keeps it and ends this checklist; the next begins', async () => {
    const { report, written } = await walked([look + sign, sign], {
      moves: [...at('look').fails('No.'), at('look').press('k'), ...passes('sign')],
    });
    expect(report.checklists.map(({ verdict }) => verdict)).toEqual(['fail', 'pass']);
    expect(report.checklists[0]?.steps[1]).toMatchObject({
      status: 'pending',
      code: 'stopped-before',
    });
    expect(written).toContain('Trial of trial-2');
  });

  test('g continues, and the step stays failed', async () => {
    const { steps, verdict } = await walked(look + sign, {
      moves: [...at('look').fails('No.'), at('look').press('g'), ...passes('sign')],
    });
    expect(statuses(steps)).toBe('fail pass');
    expect(verdict).toBe('fail');
  });

  test('q ends everything', async () => {
    const { steps, verdict } = await walked([look + sign, sign], {
      moves: [...at('look').fails('No.'), at('look').press('q')],
    });
    expect(statuses(steps)).toBe('fail pending pending');
    expect(verdict).toBe('fail');
  });

  test('that is advisory is not asked about', async () => {
    const { steps, verdict } = await walked(extra + look, { moves: [...at('extra').fails('No.'), ...passes('look')] });
    expect(statuses(steps)).toBe('fail pass');
    expect(verdict).toBe('pass');
  });
});

test('q ends everything as incomplete, and says where', async () => {
  const { steps, verdict, report } = await walked([look + sign, sign], {
    moves: [...passes('look'), at('sign').press('q')],
  });
  expect(verdict).toBe('incomplete');
  expect(statuses(steps)).toBe('pass pending pending');
  expect(steps.slice(1).map(({ code }) => code)).toEqual(['operator-quit', 'operator-quit']);
  expect(steps.slice(1).map(({ reason }) => reason)).toEqual([
    'The operator ended the run at step 2 (Sign in).',
    'The operator ended the run at step 2 (Sign in) of trial-1.',
  ]);
  expect(report.checklists.map((checklist) => checklist.verdict)).toEqual(['incomplete', 'incomplete']);
});

test('a skipped step gives its reason, and the walk continues', async () => {
  const { steps, questions, verdict } = await walked(look + sign, {
    moves: [...at('look').skips('No time.'), ...passes('sign')],
  });
  expect(questions).toEqual([questionKeys, 'line: Why skip this step?', 'p/f/s/n/c/b/q']);
  expect(statuses(steps)).toBe('skip pass');
  expect(steps[0]).toMatchObject({ code: 'operator-said', reason: 'No time.', by: 'operator' });
  expect(verdict).toBe('incomplete');
});

test('notes from before and after the result are kept in their order', async () => {
  const { steps, written } = await walked(look, {
    moves: [
      ...at('look').notes('Slow.'),
      ...[at('look').press('n'), line(null)],
      ...at('look').fails('No.'),
      ...at('look').notes('Asked Lee.'),
      at('look').press('r'),
      ...at('look').notes('Mended.'),
      at('look').press('p'),
    ],
  });
  expect(steps[0]).toMatchObject({ status: 'pass', note: 'Slow.\nAsked Lee.\nMended.' });
  expect(written).toMatch(/^ {2}note {4}Slow\.$/m);
});

test('no line of a note is lost, and each stays a line', async () => {
  const { steps, written } = await walked(look, { moves: ['n', line('Slow.\nWrong plan.'), 'p'] });
  expect(steps[0]).toMatchObject({ note: 'Slow.\nWrong plan.' });
  expect(written).toMatch(/^ {2}note {4}Slow\.\n {2}note {4}Wrong plan\.$/m);
});

test('a note at a step that is then left is kept', async () => {
  const { steps } = await walked(look, { moves: [...at('look').notes('Later.'), at('look').press('q')] });
  expect(steps[0]).toMatchObject({ status: 'pending', note: 'Later.' });
});

test('c prints the step as plain text for a colleague, without paint and without keys', async () => {
  const shout = (text: string) => text.toUpperCase();
  const paint = { plain: shout, bold: shout, dim: shout, good: shout, bad: shout, warn: shout, accent: shout };
  const { written } = await walked(buy, {
    moves: [at('buy').press('c'), ...passes('buy')],
    look: { columns: 80, paint },
  });
  expect(written).toContain(
    [
      '',
      'Buy a contract (Trial of trial)                          who: BUYER 444455556666',
      '  do      Buy it as 444455556666.',
      '',
    ].join('\n'),
  );
});

describe('o opens the link', () => {
  const link = (url: string) => `  - { id: look, title: Look, do: Look., open: "${url}" }\n`;

  test('of a web address', async () => {
    const opened: string[] = [];
    const { questions, written } = await walked(link('https://saas.example/in'), {
      moves: [at('look').press('o'), ...passes('look')],
      openLink: async (url) => void opened.push(url),
    });
    expect(questions).toEqual(['p/f/s/n/c/o/q', 'p/f/s/n/c/o/q']);
    expect(opened).toEqual(['https://saas.example/in']);
    expect(written).toMatch(/^ {2}opened {2}https:\/\/saas\.example\/in$/m);
  });

  test.each(['file:///etc/passwd', 'javascript:alert(1)', 'saas.example', '${config.saas.sign-in}'])(
    'and is no key for %s',
    async (url) => {
      const { questions } = await walked(link(url), { moves: ['p'] });
      expect(questions).toEqual([questionKeys]);
    },
  );

  test('and says so where no browser can be started', async () => {
    const { steps, written } = await walked(link('https://saas.example/in'), {
      moves: [at('look').press('o'), ...passes('look')],
      openLink: async () => Promise.reject(new UserError('no-browser', 'No browser could be started.')),
    });
    expect(written).toContain('! No browser could be started.');
    expect(statuses(steps)).toBe('pass');
  });
});

describe('in a sandbox', () => {
  const purchase = '  - { id: buy, title: Buy, who: buyer, do: Buy., sandbox: purchase }\n';

  test('the line that does the step is shown, and other steps need nothing', async () => {
    const { written } = await walked(purchase + look, { moves: [...passes('buy', 'look')], sandbox: true });
    expect(written).toMatch(/^ {2}sandbox curl -d buyer=444455556666 http:\/\/127\.0\.0\.1:9\/sandbox\/purchase$/m);
    expect(written).toMatch(/^ {2}sandbox pages: \S+\/marketplace\. If this step does not need them, press p/m);
  });

  test('nothing of it is shown where AWS is real', async () => {
    const { written } = await walked(purchase, { moves: ['p'] });
    expect(written).not.toMatch(/sandbox {1}|curl/);
  });
});
