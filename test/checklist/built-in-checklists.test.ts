import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assignBuyers, makesPurchase } from '../../src/checklist/buyers.ts';
import type { Checklist } from '../../src/checklist/model.ts';
import { inputsIn, referencesIn } from '../../src/checklist/references.ts';
import { checks } from '../../src/checks/index.ts';
import { builtIn, builtInPath, builtInText, type UseCase, useCases } from './support.ts';

/** A sentence of the procedure that sellers follow by hand, and the words of it that a step must hold. */
type Sentence = readonly [sentence: string, ...words: string[]];

const productPageUrl: readonly Sentence[] = [
  ['Check the URL of the product page that is privately published, in advance.', 'check', 'product page URL'],
  ['Sign in to AWS Marketplace Management Portal.', 'sign in', 'AWS Marketplace Management Portal'],
  ['Follow this link.', 'https://aws.amazon.com/marketplace/management/products/saas'],
  [
    'A list of SaaS products in private publication will be displayed, so select the SaaS product.',
    'SaaS products in private publication',
    'select',
  ],
  [
    'On the detail page, check the product page URL from the button at the top right.',
    'detail page',
    'check the product page URL',
    'View on AWS Marketplace',
    'top right',
  ],
];

const inspect: Sentence = [
  'Move to the page where you can check the contract information and inspect the contract details.',
  'move to the page',
  'check the contract information',
  'contract page',
  'inspect the contract details',
];

const procedures: Readonly<Record<UseCase, readonly Sentence[]>> = {
  'new-signup': [
    ...productPageUrl,
    [
      'Access the product page on AWS Marketplace with a test account.',
      'access the product page on AWS Marketplace',
      'test account',
    ],
    ['Select and purchase a particular contract.', 'select and purchase a particular contract'],
    [
      'After the purchase, follow the prompts to the sign-up page of the SaaS service.',
      'after the purchase',
      'follow the prompts',
      'sign-up page of the SaaS',
    ],
    ['(Sign up.)', 'sign up on the sign-up page'],
    [
      'After signing up, sign in to the SaaS service with that account.',
      'after signing up',
      'sign in to the SaaS',
      'with that account',
    ],
    inspect,
  ],
  'existing-user': [
    ...productPageUrl,
    [
      'With a test account that already possesses an account on the SaaS service, access the product page.',
      'test account',
      'already possesses an account on the SaaS service',
      'access the product page on AWS Marketplace',
    ],
    ['Choose a specific contract and purchase it.', 'choose a specific contract and purchase it'],
    [
      'After the purchase, follow the prompts to the sign-up page of the SaaS service,',
      'after the purchase',
      'follow the prompts',
      'sign-up page of the SaaS',
    ],
    ['then move on to the sign-in page.', 'move on to the sign-in page'],
    ['Sign in to the SaaS with that account.', 'sign-in page', 'sign in to the SaaS', 'account that already exists'],
    inspect,
  ],
  'contract-change': [
    ...productPageUrl,
    [
      'Access the product contract page on AWS Marketplace.',
      'access the product contract page on AWS Marketplace',
      'test account',
    ],
    ['Choose a specific contract and update the contract.', 'choose a specific contract and update the contract'],
    ['Sign in to SaaS.', 'sign in to the SaaS'],
    inspect,
  ],
};

describe.each(useCases)('%s', (id) => {
  const checklist = builtIn(id);

  test('has every sentence of the procedure, in its order, with its nouns', () => {
    const lines = linesOf(checklist);
    let reached = 0;
    for (const [sentence, ...words] of procedures[id]) {
      const found = lines.findIndex(
        (line, i) => i >= reached && words.every((word) => line.includes(word.toLowerCase())),
      );
      expect(found, `"${sentence}" is in none of:\n${lines.slice(reached).join('\n')}`).toBeGreaterThanOrEqual(0);
      reached = found;
    }
  });

  test('begins, for people, with the product page URL, long before money is spent', () => {
    const [first] = checklist.steps.filter((step) => step.do.length > 0);
    expect(first).toMatchObject({ title: 'Check the product page URL', who: 'seller' });
  });

  test('looks at the product, keeps a baseline, and has AWS confirm what the buyer did', () => {
    const kinds = checklist.steps.flatMap(({ check }) => check?.kind ?? []);
    expect(kinds.filter((kind) => kind in { 'product-page': 1, baseline: 1, entitlements: 1 })).toEqual([
      'product-page',
      'baseline',
      'entitlements',
    ]);
    const after = checklist.steps.find(({ check }) => check?.kind === 'entitlements');
    expect(after?.check).toMatchObject({
      fields: { is: id === 'contract-change' ? 'changed' : 'new' },
      within: 15 * 60_000,
    });
    const order = checklist.steps.map((step) => step.sandbox ?? step.check?.kind ?? step.id);
    const acted = order.indexOf(id === 'contract-change' ? 'change' : 'purchase');
    expect(order.indexOf('baseline')).toBeLessThan(acted);
    expect(acted).toBeLessThan(order.indexOf('entitlements'));
    expect(checklist.steps[acted]?.check?.kind).toBe('agreement');
    const compared = checklist.steps.findIndex(({ check }) => check?.kind === 'saas-contract');
    expect(order.indexOf('entitlements')).toBeLessThan(compared);
  });

  test('shows what AWS grants beside the last step, where a person compares the SaaS with it', () => {
    const last = checklist.steps.at(-1);
    const shown = checklist.steps.find((step) => step.id === last?.show);
    expect(last).toMatchObject({ id: 'inspect', who: 'saas-user' });
    expect(shown?.check?.kind).toBe('entitlements');
  });

  test('requires every step, but for what only makes an observation better', () => {
    const advisory = checklist.steps.filter(({ required }) => !required).map(({ check }) => check?.kind);
    expect(['registration-page', 'offer', 'purchase-options']).toEqual(expect.arrayContaining(advisory));
  });

  test('tells people what to expect wherever they judge', () => {
    expect(checklist.steps.filter((step) => step.do.length > 0 && step.expect === null)).toEqual([]);
  });

  test('asks for a buyer and for nothing else', () => {
    const texts = JSON.stringify(checklist);
    expect(inputsIn(texts)).toEqual([]);
    expect(referencesIn(texts)).toContain('buyer');
    const { missing } = assignBuyers([checklist], { byChecklist: {}, general: [], sandbox: {} }, checks);
    expect(missing).toEqual([checklist]);
  });

  test('is named like its file, carries the hash of its bytes and names its schema to editors', () => {
    expect(checklist.id).toBe(id);
    expect(checklist.sha256).toBe(
      createHash('sha256')
        .update(readFileSync(builtInPath(id)))
        .digest('hex'),
    );
    expect(builtInText(id).split('\n')[0]).toBe('# yaml-language-server: $schema=./checklist.schema.json');
  });
});

test('a purchase uses its buyer up, a change of contract does not', () => {
  expect(useCases.map((id) => makesPurchase(builtIn(id)))).toEqual([true, true, false]);
});

test('existing-user asks for a test account that new-signup has not used up', () => {
  const needs = builtIn('existing-user').needs.join(' ');
  expect(needs).toContain('test account');
  expect(needs).toContain('new-signup');
});

/** What people read of the manual steps, in the order in which they read it. */
function linesOf({ steps }: Checklist): readonly string[] {
  return steps
    .filter((step) => step.do.length > 0)
    .flatMap(({ title, do: does }) => [title, ...does])
    .map((line) => line.toLowerCase());
}
