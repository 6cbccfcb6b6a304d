import { expect, test } from 'vitest';
import { didYouMean, suggest } from '../../src/checklist/problems.ts';

const fields = ['id', 'title', 'who', 'do', 'open', 'expect', 'show', 'if-it-fails', 'sandbox', 'required', 'check'];
const names = ['product-page', 'baseline', 'entitlements', 'new-signup', 'existing-user', 'contract-change'];

test.each([
  ['titel', 'title'],
  ['tilte', 'title'],
  ['Title', 'title'],
  ['tittle', 'title'],
  ['exepct', 'expect'],
  ['shwo', 'show'],
  ['wo', 'who'],
  ['require', 'required'],
  ['if-fails', 'if-it-fails'],
  ['entitlement', 'entitlements'],
  ['basline', 'baseline'],
  ['new-singup', 'new-signup'],
  ['newsignup', 'new-signup'],
  ['existing-users', 'existing-user'],
  ['contractchange', 'contract-change'],
])('who writes %s means %s', (written, meant) => {
  expect(suggest(written, [...fields, ...names])).toBe(meant);
});

test.each(['zzz', 'colour', 'x', '', 'foo', 'constructor', 'purchase', 'a-rather-long-name-of-something-else'])(
  'nothing is suggested for %j',
  (written) => {
    expect(suggest(written, [...fields, ...names])).toBeNull();
  },
);

test('the nearest of several is meant', () => {
  expect(suggest('contract', ['contracts-2', 'contracts', 'contact-us'])).toBe('contracts');
});

test('where nothing is near, a short list of what there is helps, a long one does not', () => {
  expect(didYouMean('titel', fields)).toBe(', did you mean "title"?');
  expect(didYouMean('zzz', ['do', 'check'])).toBe('; valid names: do, check');
  expect(didYouMean('zzz', [])).toBe('');
  expect(
    didYouMean(
      'zzz',
      Array.from({ length: 30 }, (_, i) => `name-${i}`),
    ),
  ).toBe('');
});
