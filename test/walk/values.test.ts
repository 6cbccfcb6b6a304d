// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references of checklists
import { expect, test } from 'vitest';
import { CouldNotCheck } from '../../src/errors.ts';
import { acmeMarketplace, granted } from '../support/acme.ts';
import { at, passes } from '../support/script-terminal.ts';
import { statuses, walked } from './walked.ts';

const step = (text: string, more = '') => `  - { id: look, title: "Title ${text}", do: "Do ${text}"${more} }\n`;

test.each([
  ['product.id', 'prod-lp5dq7gziiuyi'],
  ['product.code', '4ml54db8vrmjuykaw1psroool'],
  ['product.title', 'Acme Notes'],
  ['product.visibility', 'Limited'],
  ['product.url', 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22'],
  ['product.fulfillmentUrl', 'https://acme.example/aws'],
  ['seller.account', '111122223333'],
  ['seller.arn', 'arn:aws:iam::111122223333:user/mp-seller'],
  ['buyer', '444455556666'],
  ['inputs.plan', 'Pro'],
  ['config.saas.sign-in', '‹the sign-in page of the SaaS›'],
  ['config.saas.contract-page', '‹the contract page of the SaaS›'],
])('${%s} is %s', async (name, value) => {
  const { written } = await walked(step(`\${${name}}`), { moves: ['p'], inputs: { plan: 'Pro' } });
  // In the question's title, in what to do, and in the result's title.
  expect(written.slice(written.indexOf('? 1/1')).split(value)).toHaveLength(4);
});

test('the purchase page replaces an unknown product page', async () => {
  const marketplace = acmeMarketplace({ findListing: () => ({ listingId: null, why: 'It is Limited.' }) });
  const { written } = await walked(step('${product.url}'), { moves: ['p'], marketplace });
  expect(written).toContain('https://aws.amazon.com/marketplace/procurement?productId=prod-lp5dq7gziiuyi');
});

test('what AWS could not tell is named, and a link to it is left out', async () => {
  const caller = () => {
    throw new CouldNotCheck('network', 'There is no network.', null, true);
  };
  const { written, questions } = await walked(step('${product.title} ${product.url}', ', open: "${product.url}"'), {
    moves: ['p'],
    marketplace: acmeMarketplace({ caller }),
  });
  expect(written).toContain('Do ‹your product› ‹the product page URL›');
  expect(written).not.toContain('link');
  expect(questions).toEqual(['p/f/s/n/c/q']);
});

test('a value is a value: it is not filled in again', async () => {
  const { written } = await walked(step('${inputs.plan}'), { moves: ['p'], inputs: { plan: '${buyer}' } });
  expect(written).toContain('Do ${buyer}');
});

test('AWS is not asked about a product of which no text speaks', async () => {
  const marketplace = acmeMarketplace({ caller: [], describeProduct: [], findListing: [] });
  await walked(step('${buyer} ${inputs.plan}'), { moves: ['p'], marketplace, inputs: { plan: 'Pro' } });
  expect(marketplace.asked).toEqual([]);
});

test('a check compares with what was given', async () => {
  const check = '  - { id: it, title: It, check: entitlements, dimension: "${inputs.plan}" }\n';
  for (const [plan, status] of [
    ['pro_plan', 'pass'],
    ['team_plan', 'fail'],
  ] as const) {
    const marketplace = acmeMarketplace({ entitlements: [[granted()]] });
    const { steps } = await walked(check, { inputs: { plan }, marketplace });
    expect(statuses(steps)).toBe(status);
  }
});

test('a step that shows what was never found says so', async () => {
  const list = [
    '  - { id: grants, title: AWS grants it, check: entitlements }',
    '  - { id: compare, title: Compare, do: Compare., show: grants }',
    '',
  ].join('\n');
  const refused = new CouldNotCheck('access-denied', 'A permission is missing.');
  const { written } = await walked(list, {
    moves: [at('grants').press('g'), ...passes('compare')],
    marketplace: acmeMarketplace({ entitlements: [refused] }),
  });
  expect(written).toMatch(/AWS +no data yet from step grants\./);
});
