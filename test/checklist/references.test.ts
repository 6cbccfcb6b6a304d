// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what checklists are written with
import { describe, expect, test } from 'vitest';
import { fillIn, fillInAll, inputsIn, referencesIn, unknownReference } from '../../src/checklist/references.ts';

const text = (name: string) => `Go to \${${name}}.`;

test('the names of a text are found in their order, as often as they stand there', () => {
  expect(referencesIn('${buyer} buys ${product.title} as ${buyer}; $5, {x}, $' + '{}')).toEqual([
    'buyer',
    'product.title',
    'buyer',
    '',
  ]);
});

test.each([
  'product.id',
  'product.code',
  'product.title',
  'product.visibility',
  'product.url',
  'product.purchaseUrl',
  'product.managementUrl',
  'product.fulfillmentUrl',
  'seller.account',
  'seller.arn',
  'buyer',
  'config.saas.sign-in',
  'config.saas.contract-page',
  'inputs.plan',
  'inputs.plan-2',
])('${%s} is known, and stands for words where it has no value', (name) => {
  expect(unknownReference(name)).toBeNull();
  expect(fillIn(text(name), { inputs: {} })).toMatch(/^Go to ‹[^$]+›\.$/);
  expect(fillInAll(text(name), { inputs: {} })).toBeNull();
});

test.each([
  ['product.ulr', 'product.url'],
  ['Product.Title', 'product.title'],
  ['buyers', 'buyer'],
  ['config.saas.signin', 'config.saas.sign-in'],
])('${%s} is unknown, and ${%s} was probably meant', (name, meant) => {
  expect(unknownReference(name)).toContain(`did you mean "${meant}"?`);
});

test.each([
  '',
  ' ',
  'xyz',
  'steps.before.output',
  'env.HOME',
  'inputs',
  'inputs.',
  'inputs.Plan',
  'inputs.a.b',
  'toString',
  '__proto__',
])('${%s} is unknown', (name) => {
  expect(unknownReference(name)).toContain(`unknown reference \${${name}}`);
});

test('nothing is suggested for a name that nothing is like', () => {
  expect(unknownReference('xyz')).not.toContain('did you mean');
});

test('the inputs of a text are the names after inputs.', () => {
  expect(inputsIn('${inputs.plan} ${buyer} ${inputs.seats-2} ${inputs.Plan}')).toEqual(['plan', 'seats-2']);
});

describe('filling in', () => {
  const values = {
    buyer: '444455556666',
    'product.url': null,
    'product.title': 'Pay $& or $1 for ${buyer}',
    inputs: { plan: 'pro' },
  } as const;

  test('puts values where their names stand, and words where there is none', () => {
    expect(fillIn('${buyer} on ${inputs.plan} at ${product.url}', values)).toBe(
      '444455556666 on pro at ‹the product page URL›',
    );
  });

  test('takes values as they are: nothing in them is filled in again', () => {
    expect(fillIn('${product.title}', values)).toBe('Pay $& or $1 for ${buyer}');
  });

  test('gives a link whole or not at all', () => {
    expect(fillInAll('https://acme.example/${inputs.plan}', values)).toBe('https://acme.example/pro');
    expect(fillInAll('https://acme.example/${inputs.plan}/${product.url}', values)).toBeNull();
    expect(fillInAll('https://acme.example/', values)).toBe('https://acme.example/');
  });

  test('knows no input that was not given', () => {
    expect(fillIn('${inputs.constructor}', values)).toBe('‹inputs.constructor›');
    expect(fillInAll('${inputs.constructor}', values)).toBeNull();
  });
});
