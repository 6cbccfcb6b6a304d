import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { htmlReport } from '../../src/reporters/html.ts';
import { allHostile, hostile, rawIn } from '../support/hostile.ts';
import { material } from '../support/report-material.ts';
import { hostileReport } from './hostile-report.ts';
import { attempt, byHand, failed, inSandbox, passed, reportOf, useCase } from './reports.ts';

const printed = (...of: Parameters<typeof reportOf>) => htmlReport(reportOf(...of), material);
/** The words of the heading, as a screen reader has them. */
const heading = (html: string) =>
  (html.match(/<h1>(.*)<\/h1>/)?.[1] ?? '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

test.each([
  [passed, {}, '✓ PASS: 3 of 5 steps seen by mp-verify, 2 vouched for by kim.'],
  [passed, inSandbox, '✓ PASS in a SANDBOX: 3 of 5 steps seen by mp-verify, 2 vouched for by kim.'],
  [failed, {}, '✗ FAIL: 3 of 5 steps seen by mp-verify, 1 vouched for by kim; 1 failed, 1 pending.'],
  [
    [
      ...passed.slice(0, 2),
      attempt('buy', 2, { by: 'rehearsal' }),
      attempt('grants', 3, { by: 'both', status: 'fail', disagreed: true, operator: 'kim' }),
      attempt('inspect', 5, { by: 'answers' }),
    ],
    { interrupted: true },
    '✗ FAIL: 2 of 5 steps seen by mp-verify, 1 vouched for by the operator, 1 rehearsed, 1 where a person and mp-verify disagreed; 1 failed, interrupted.',
  ],
  [[], {}, '· INCOMPLETE: 0 of 5 steps seen by mp-verify; 5 pending.'],
])('the heading is the verdict and what it rests on', (entries, facts, words) => {
  expect(heading(printed(entries, facts))).toBe(words);
});

test.each([
  [inSandbox, 'SANDBOX, not AWS.'],
  [{ endpoint: 'https://proxy.example' }, 'Not AWS.'],
])('what was not made on AWS says so first, and in the title: %o', (facts, words) => {
  const html = printed(passed, facts);
  expect(html).toMatch(new RegExp(`<body class="pass not-aws">\\s*<aside[^>]*><strong>${words}`));
  expect(html.match(/<title>(.*)<\/title>/)?.[1]).toContain(words.replace('.', ''));
  expect(printed(passed)).not.toContain('<aside');
});

test('names its age, failures with expected and actual, whose word a step is, and the next command', () => {
  const html = printed([...failed, attempt('inspect', 9, byHand)]);
  const part = (id: string) =>
    html.match(new RegExp(`<section class="part" aria-labelledby="${id}">.*?</section>`, 's'))?.[0];
  expect(html).toContain('2026-11-28 09:00 UTC, 4 days after the run ended');
  expect(part('fail')).toMatch(/Step 4: AWS grants the contract.*<td>10<\/td><td><strong class="bad">.*1<span/s);
  expect(part('word')).toMatch(/Step 3: Buy a contract.*kim.*Step 5: Inspect it/s);
  expect(part('next')).toContain('<code>mp-verify resume new-signup-7</code>');
});

test('a use case that passed names the next one, and one that is not configured its step', () => {
  const unset = attempt('before', 1, { status: 'not-applicable', code: 'not-configured', reason: 'Set it.' });
  const html = printed(passed.map((entry) => (entry.type === 'attempt' && entry.step === 'before' ? unset : entry)));
  expect(html).toContain('<code>mp-verify run existing-user</code>');
  expect(html).toMatch(/What was not configured.*Step 2: What the buyer has.*Set it\./s);
});

test('loads nothing and runs nothing: the policy allows one style sheet, by its hash, and pictures within the file', () => {
  const html = printed(passed);
  const hash = createHash('sha256')
    .update(html.match(/<style>(.*)<\/style>/s)?.[1] ?? '')
    .digest('base64');
  const policy = `default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`;
  expect(html).toContain(`<meta http-equiv="Content-Security-Policy" content="${policy}">`);
  expect(html).not.toMatch(/<script|<iframe|<object|<form| style=| on\w+=|url\(|@import/i);
});

test('a large file is named, a picture is shown, text is folded, and another file can be saved', () => {
  const sizes = [
    ['shot.png', 'image/png', 3],
    ['page.jpg', 'image/jpeg', 2_000_000],
    ['run.log', 'text/plain', 4],
    ['bill.pdf', 'application/pdf', 5],
  ] as const;
  const files = sizes.map(([name, mediaType, bytes]) => ({
    ...({
      type: 'evidence',
      checklist: useCase.id,
      step: 'buy',
      name,
      mediaType,
      bytes,
      redacted: 0,
      operator: 'kim',
    } as const),
    ...{ sha256: createHash('sha256').update(name).digest('hex'), at: '2026-11-23T09:05:00.000Z' },
  }));
  const small = files
    .filter(({ bytes }) => bytes < 10)
    .map(({ sha256, name }) => [sha256, Buffer.from(`${name}\r\n\t<b>`)] as const);
  const html = htmlReport(reportOf([...passed, ...files]), { ...material, evidence: new Map(small) });
  expect(html.match(/<img src="data:image\/png;base64,[^"]*" alt="Attached picture shot\.png">/)).not.toBeNull();
  expect(html).toMatch(/page\.jpg, image\/jpeg, 1953 KiB.*\n?<p>Not shown: larger than 1 MiB\.<\/p>/);
  expect(html).toContain('<summary>Show run.log</summary><pre>\nrun.log\n    &lt;b&gt;</pre>');
  expect(html).toMatch(/<a href="data:application\/pdf;base64,[^"]*" download="bill\.pdf">/);
});

/** The tags of a page with their attributes, but not the values, as they stand. */
const skeleton = (html: string) =>
  html
    .match(/<[^>]*>/g)
    ?.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
    .join('');

const harmless = hostileReport('words');
const plain = skeleton(htmlReport(harmless.report, harmless.material));

test('no text changes the markup', () => {
  const dangerous = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '`',
    '=',
    '/',
    '<!--',
    ']]>',
    '</style>',
    '</pre>',
    '<script>',
    '&lt;',
    'javascript:',
    '\u2028',
  );
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(dangerous, fc.string()), { maxLength: 8 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      // Without line ends and addresses, which make paragraphs and links.
      const { report, material } = hostileReport(`x${text.replaceAll('\n', ' ')}`);
      const html = htmlReport(report, material);
      expect(skeleton(html)).toBe(plain);
      expect(rawIn(html)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test.each(Object.entries({ ...hostile, all: allHostile }))('never holds control characters: %s', (_, text) => {
  const { report, material } = hostileReport(text);
  expect(rawIn(htmlReport(report, { ...material, evidence: new Map() }))).toEqual([]);
});

test.each(['javascript:alert(1)', 'data:text/html,<script>', 'file:///etc/passwd'])('makes no link of %s', (text) => {
  const { report, material } = hostileReport(text);
  expect(htmlReport(report, material)).not.toMatch(/<a href="(?!#|data:application\/pdf)/);
});
