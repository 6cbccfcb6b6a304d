import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/checklist/problems.ts';
import { type Config, parseConfig } from '../../src/config/config-file.ts';

const accounts = `accounts:
  main: { role-arn: "arn:aws:iam::111122223333:role/mp-verify", external-id: acme-7 }
  emea: { profile: mp-emea }
`;
const api = (product: string) => `https://app.acme.example/contracts?account=\${buyer}&product=${product}`;

function read(source: string): Config {
  const config = parseConfig('mp-verify.yaml', source);
  if (!('buyers' in config)) throw new Error(config.map(formatProblem).join('\n'));
  return config;
}

function problemsOf(source: string): readonly string[] {
  const config = parseConfig('mp-verify.yaml', source);
  return 'buyers' in config ? [] : config.map(formatProblem);
}

function productsOf(source: string) {
  return [...(read(source).products?.values() ?? [])];
}

describe('a product is recorded as the file names it', () => {
  test('by its name alone, or with account, owner, waiver and no SaaS', () => {
    const products = productsOf(`${accounts}defaults: { account: main, owner: team-core }
products:
  - prod-aaa
  - { product: Acme Notes, account: emea, owner: team-notes }
  - { product: prod-ccc, waive: { until: 2027-01-15, reason: "MP-412: no test contract yet" } }
  - { product: prod-ddd, saas: none, waive: { until: "2027-02-28", reason: x } }
`);
    const usual = { account: 'main', owner: 'team-core', waiver: null, withoutSaas: false };
    expect(products.map(({ recorded }) => recorded)).toEqual([
      { ...usual, product: 'prod-aaa' },
      { ...usual, product: 'Acme Notes', account: 'emea', owner: 'team-notes' },
      { ...usual, product: 'prod-ccc', waiver: { until: '2027-01-15', reason: 'MP-412: no test contract yet' } },
      { ...usual, product: 'prod-ddd', waiver: { until: '2027-02-28', reason: 'x' }, withoutSaas: true },
    ]);
  });

  test('without accounts, owners and defaults', () => {
    const [product] = productsOf('products: [prod-aaa]');
    expect(product?.recorded).toEqual({
      product: 'prod-aaa',
      account: null,
      owner: null,
      waiver: null,
      withoutSaas: false,
    });
  });
});

describe('the settings of a product: those of the file, then of the defaults, then its own', () => {
  test('groups of fields merge by key, single values replace', () => {
    const [usual, special] = productsOf(`max-test-price: 1
inputs: { team: blue, region: eu }
buyers: { new-signup: "111111111111", regression: "222222222222" }
buyer-profile: top
saas: { sign-in: https://top.example/, contract-page: https://top.example/page }
defaults:
  max-test-price: 2
  buyers: { regression: "333333333333" }
  buyer-profile: usual
  saas:
    contract-page: https://usual.example/page
    contract-api:
      url: ${api('all')}
      headers: { Authorization: usual, accept-language: en }
      plan: plan
      plans: { Pro: pro }
products:
  - prod-aaa
  - product: prod-bbb
    max-test-price: 0
    inputs: { team: red }
    buyers: { registration: 4444-4444-4444 }
    saas:
      contract-api:
        url: ${api('bbb')}
        headers: { authorization: special }
        plans: { Team: team }
        quantity: seats
`);
    expect(usual).toMatchObject({
      buyerProfile: 'usual',
      inputs: { team: 'blue', region: 'eu' },
      buyers: { 'new-signup': '111111111111', regression: '333333333333' },
    });
    expect(usual?.settings).toEqual({
      maxTestPrice: 2,
      saas: { signIn: 'https://top.example/', contractPage: 'https://usual.example/page' },
      contractApi: {
        ...{ url: api('all'), headers: { authorization: 'usual', 'accept-language': 'en' }, plan: 'plan' },
        ...{ plans: { Pro: 'pro' }, items: null, quantity: null, endDate: null, accounts: null },
      },
    });
    expect(special).toMatchObject({
      inputs: { team: 'red', region: 'eu' },
      buyers: { 'new-signup': '111111111111', regression: '333333333333', registration: '444444444444' },
      settings: {
        maxTestPrice: 0,
        contractApi: {
          ...{ url: api('bbb'), headers: { authorization: 'special', 'accept-language': 'en' }, plan: 'plan' },
          ...{ quantity: 'seats', plans: { Pro: 'pro', Team: 'team' } },
        },
      },
    });
  });

  test('headers are not sent to another origin, which can belong to somebody else', () => {
    const [same, other, own] = productsOf(`defaults:
  saas: { contract-api: { url: "${api('all')}", headers: { authorization: usual }, plan: plan } }
products:
  - { product: prod-aaa, saas: { contract-api: { url: "${api('aaa')}" } } }
  - { product: prod-bbb, saas: { contract-api: { url: "https://other.example/\${buyer}" } } }
  - { product: prod-ccc, saas: { contract-api: { url: "https://other.example/\${buyer}", headers: { x-key: own } } } }
`);
    expect([same, other, own].map((product) => product?.settings.contractApi?.headers)).toEqual([
      { authorization: 'usual' },
      {},
      { 'x-key': 'own' },
    ]);
  });

  test('an account replaces profile, role and external ID of the file', () => {
    const products = productsOf(`profile: top
role-arn: arn:aws:iam::444455556666:role/top
external-id: top-1
${accounts}products: [prod-aaa, { product: prod-bbb, account: main }, { product: prod-ccc, account: emea }]
`);
    expect(products.map(({ profile, role }) => [profile, role])).toEqual([
      ['top', { arn: 'arn:aws:iam::444455556666:role/top', externalId: 'top-1' }],
      [null, { arn: 'arn:aws:iam::111122223333:role/mp-verify', externalId: 'acme-7' }],
      ['mp-emea', null],
    ]);
  });

  test('saas: none replaces all of it, and a group replaces a none', () => {
    const [without, own] = productsOf(`saas: { sign-in: https://top.example/ }
defaults: { saas: none }
products: [prod-aaa, { product: prod-bbb, saas: { contract-page: https://own.example/ } }]
`);
    expect([without?.settings.saas, without?.recorded.withoutSaas]).toEqual([
      { signIn: null, contractPage: null },
      true,
    ]);
    expect([own?.settings.saas, own?.recorded.withoutSaas]).toEqual([
      { signIn: null, contractPage: 'https://own.example/' },
      false,
    ]);
  });

  test('a waiver can have its reason from the defaults', () => {
    const [product] = productsOf(`defaults: { waive: { until: 2027-01-15, reason: MP-412 } }
products: [{ product: prod-aaa, waive: { until: 2027-03-31 } }]
`);
    expect(product?.recorded.waiver).toEqual({ until: '2027-03-31', reason: 'MP-412' });
  });

  test('the page of the file is that of its product, however its ID is written', () => {
    const page = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';
    const products = productsOf(`product: prod-aaa@7
url: ${page}
products: [prod-aaa, prod-bbb, { product: prod-ccc, url: ${page}c }]
`);
    expect(products.map(({ url }) => url)).toEqual([page, null, `${page}c`]);
  });

  test('a name of JavaScript is a name like any other', () => {
    const [product] = productsOf(`accounts: { constructor: { profile: mp-own } }
defaults: { inputs: { constructor: a } }
products: [{ product: prod-aaa, account: constructor, inputs: { constructor: b } }]
`);
    expect([product?.profile, product?.inputs]).toEqual(['mp-own', { constructor: 'b' }]);
    const [problem] = problemsOf('products: [{ product: prod-aaa, account: toString }]');
    expect(problem).toContain('products[0].account: "accounts" has no "toString"');
  });
});

test('for a product that is not listed the file applies, then the defaults', () => {
  const config = read(`profile: top
buyers: { regression: "222222222222" }
${accounts}defaults: { account: emea, buyers: { new-signup: "333333333333" } }
products: [{ product: prod-aaa, account: main, buyers: { new-signup: "444444444444" } }]
`);
  expect(config).toMatchObject({
    ...{ account: 'emea', profile: 'mp-emea', role: null },
    buyers: { regression: '222222222222', 'new-signup': '333333333333' },
  });
});

test('a contract API that only products complete is none for others', () => {
  const source = (own: string) => `defaults: { saas: { contract-api: { url: "${api('x')}" } } }
products: [{ product: prod-aaa, saas: { contract-api: { ${own} } } }]
`;
  const config = read(source('plan: plan'));
  expect(config.settings.contractApi).toBe(null);
  expect(config.products?.get('prod-aaa')?.settings.contractApi).toMatchObject({ url: api('x'), plan: 'plan' });
});

test('the roles of the file and of all its accounts are known', () => {
  const config = read(`role-arn: arn:aws:iam::444455556666:role/top\n${accounts}products: [prod-aaa]\n`);
  expect(config.roles.map(({ arn }) => arn)).toEqual([
    'arn:aws:iam::444455556666:role/top',
    'arn:aws:iam::111122223333:role/mp-verify',
  ]);
});

describe('a problem is one line with its place', () => {
  test.each([
    [
      'an account that is not there',
      `${accounts}products:\n  - { product: p, account: eema }\n`,
      '5:28: products[0].account: "accounts" has no "eema", did you mean "emea"?',
    ],
    [
      'one in the defaults',
      `defaults: { account: main }\nproducts: [p]\n`,
      '1:22: defaults.account: "accounts" has no "main"',
    ],
    [
      'a product twice',
      'products:\n  - prod-aaa\n  - prod-bbb\n  - prod-aaa\n',
      '4:5: products[2]: prod-aaa is listed twice (also in line 2)',
    ],
    [
      'a product twice, with a revision',
      'products:\n  - prod-aaa\n  - { product: prod-aaa@3 }\n',
      '3:16: products[1].product: prod-aaa is listed twice (also in line 2)',
    ],
    [
      'a product twice, in an ARN',
      'products: [prod-aaa, "arn:aws:aws-marketplace:us-east-1:111122223333:AWSMarketplace/SaaSProduct/prod-aaa"]',
      '1:22: products[1]: prod-aaa is listed twice (also in line 1)',
    ],
    ['no products', 'products: []', '1:11: products: is empty: list a product, or remove it'],
    ['nothing where products should be', 'products:\n', '1:10: products: must be a list, not empty'],
    ['a product without a name', 'products: [{ owner: x }]', '1:12: products[0].product: is missing'],
    [
      'a product that YAML reads as a number',
      'products: [4711]',
      '1:12: products[0]: must be text, but YAML reads a number here (4711): put it in quotes',
    ],
    ['an empty item', 'products:\n  - prod-aaa\n  -\n', 'products[1]: must be text, not empty'],
    [
      'an unknown field of a product',
      'products: [{ product: p, ovner: x }]',
      '1:26: products[0].ovner: unknown field, did you mean "owner"?',
    ],
    [
      'an unknown field of its SaaS',
      'products: [{ product: p, saas: { signin: x } }]',
      'products[0].saas.signin: unknown field, did you mean "sign-in"?',
    ],
    [
      'an unknown field of the defaults',
      'defaults: { acount: x }',
      '1:13: defaults.acount: unknown field, did you mean "account"?',
    ],
    [
      'an unknown field of an account',
      'accounts: { main: { profil: x, role-arn: "arn:aws:iam::111122223333:role/x" } }',
      '1:21: accounts.main.profil: unknown field, did you mean "profile"?',
    ],
    ['an account without anything', 'accounts: { main: {} }', '1:19: accounts.main: needs "profile" or "role-arn"'],
    [
      'an external ID without a role',
      'accounts: { main: { profile: x, external-id: acme-7 } }',
      'accounts.main.external-id: needs "role-arn"',
    ],
    [
      'a test buyer as a number',
      'products: [{ product: p, buyers: { regression: 666677778888 } }]',
      'products[0].buyers.regression: must be text, but YAML reads a number here (666677778888): put it in quotes',
    ],
    [
      'another word than none',
      'products: [{ product: p, saas: non }]',
      '1:32: products[0].saas: must be none, not "non", did you mean "none"?',
    ],
    [
      'a waiver without its end',
      'products: [{ product: p, waive: { reason: x } }]',
      '1:33: products[0].waive: needs "until"',
    ],
    [
      'a waiver without a reason',
      'products: [{ product: p, waive: { until: 2027-01-15 } }]',
      '1:33: products[0].waive: needs "reason"',
    ],
    [
      'a day that does not exist',
      'products: [{ product: p, waive: { until: 2027-02-29, reason: x } }]',
      '1:42: products[0].waive.until: must be a date, such as 2027-01-15',
    ],
    [
      'a time instead of a day',
      'products: [{ product: p, waive: { until: 2027-02-28T12:00:00Z, reason: x } }]',
      'waive.until: must be a date, such as 2027-01-15',
    ],
    [
      'a contract API that compares nothing',
      `defaults: { saas: { contract-api: { url: "${api('x')}" } } }\nproducts: [a, b]\n`,
      '1:35: defaults.saas.contract-api: needs "plan", "quantity" or "end-date": without them there is nothing to compare',
    ],
    [
      'one that lacks a URL',
      'products: [{ product: p, saas: { contract-api: { plan: plan } } }]',
      '1:48: products[0].saas.contract-api.url: is missing',
    ],
    [
      'one with items that nothing distinguishes',
      `defaults: { saas: { contract-api: { url: "${api('x')}", quantity: n } } }\nproducts: [{ product: p, saas: { contract-api: { items: all } } }]\n`,
      '2:57: products[0].saas.contract-api.items: needs "plan", which distinguishes the items',
    ],
  ])('%s', (_, source, expected) => {
    const problems = problemsOf(source);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^mp-verify\.yaml:\d+:\d+: /);
    expect(problems[0]).toContain(expected);
  });
});

test('all problems are listed at once, in the order of the file', () => {
  const problems = problemsOf(`profil: x
accounts: { main: { profile: x } }
products:
  - { product: prod-aaa, account: mian }
  - { product: prod-bbb, ovner: x }
  - prod-aaa
  - { product: prod-ccc, waive: { reason: x } }
`);
  expect(problems.map((line) => line.replace(/^mp-verify.yaml:(\d+):\d+: ([^:]*):.*/, '$1 $2'))).toEqual([
    '1 profil',
    '4 products[0].account',
    '5 products[1].ovner',
    '6 products[2]',
    '7 products[3].waive',
  ]);
});

test.each(['defaults: { saas: ', 'products: [{ product: p, saas: '])(
  'what stands in a header is never repeated: %s',
  (start) => {
    const end = start.startsWith('d') ? '}' : '}]';
    const [number] = problemsOf(`${start}{ contract-api: { headers: { x-api-key: 8413072255 } } } ${end}`);
    expect(number).toContain('saas.contract-api.headers.x-api-key: must be text: put it in quotes');
    const [text] = problemsOf(`${start}{ contract-api: { headers: "x-api-key 8413072255" } } ${end}`);
    expect(text).toContain('saas.contract-api.headers: must be a group of fields');
    expect(`${number}${text}`).not.toContain('8413072255');
  },
);
