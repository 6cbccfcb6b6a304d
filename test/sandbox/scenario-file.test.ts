import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { formatProblem } from '../../src/checklist/problems.ts';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { parseScenario } from '../../src/sandbox/scenario-file.ts';
import { scenarioFile } from '../../src/sandbox/scenario-schema.ts';

const full = `# A shop that is slow, and busy.
version: 1
seller: "123412341234"
buyers:
  new-signup: "444455556666"
  acme: "999988887777"
products:
  - title: Acme Notes
    id: prod-acmenotes
    code: acmenotes0000000000000001
    visibility: Limited
    fulfillment-url: http://localhost:3000/register
    dimensions:
      - key: pro
        name: Pro
        price: 0.5
      - key: gigabytes
        type: ExternallyMetered
        price: 0.001
    currency: EUR
    months: [1, 24]
    quantities: Disallowed
    allowlist: [new-signup]
    discoverable: false
    concurrent-agreements: false
    change-set: FAILED
contracts:
  - buyer: acme
    product: prod-acmenotes
    dimensions: { pro: 5 }
    months: 12
    started: 40d
    auto-renew: true
    granted: false
delays: { agreement: 1s, entitlement: 2m }
registration-tokens: 30s
quotas: 20
faults:
  - { action: GetEntitlements, fault: throttling, call: [1, 3] }
  - { action: ResolveCustomer, fault: drop, call: 2 }
  - { action: ListEntities, fault: access-denied }
`;

function problemsOf(source: string): readonly string[] {
  const scenario = parseScenario('busy.yaml', source);
  return 'faults' in scenario ? [] : scenario.map(formatProblem);
}

test('every field of a scenario is read', () => {
  expect(parseScenario('busy.yaml', full)).toEqual({
    seller: '123412341234',
    tokenLifetimeMs: 30_000,
    buyers: { 'new-signup': '444455556666', acme: '999988887777' },
    products: [
      {
        title: 'Acme Notes',
        id: 'prod-acmenotes',
        code: 'acmenotes0000000000000001',
        visibility: 'Limited',
        fulfillmentUrl: 'http://localhost:3000/register',
        dimensions: [
          { key: 'pro', name: 'Pro', type: 'Entitled', price: 0.5 },
          { key: 'gigabytes', name: 'gigabytes', type: 'ExternallyMetered', price: 0.001 },
        ],
        currency: 'EUR',
        months: [1, 24],
        quantities: 'Disallowed',
        allowlist: ['new-signup'],
        discoverable: false,
        concurrentAgreements: false,
        changeSet: 'FAILED',
      },
    ],
    contracts: [
      {
        buyer: 'acme',
        product: 'prod-acmenotes',
        dimensions: { pro: 5 },
        months: 12,
        startedMsAgo: 40 * 24 * 60 * 60 * 1000,
        autoRenew: true,
        granted: false,
      },
    ],
    delays: { agreementMs: 1000, licenceMs: undefined, entitlementMs: 120_000 },
    faults: [
      { action: 'GetEntitlements', fault: 'throttling', calls: [1, 3] },
      { action: 'ResolveCustomer', fault: 'drop', calls: [2] },
      { action: 'ListEntities', fault: 'access-denied', calls: null },
    ],
    quotas: 20,
  });
});

test('what a scenario leaves out is left to the sandbox', () => {
  const nothing = {
    tokenLifetimeMs: null,
    seller: null,
    buyers: null,
    products: null,
    contracts: null,
    delays: null,
    faults: [],
    quotas: null,
  };
  expect(parseScenario('busy.yaml', 'version: 1\n')).toEqual(nothing);
});

test('reports all problems at once, with their positions, from top to bottom', () => {
  const source = full
    .replace('title: Acme Notes', 'titel: Acme Notes')
    .replace('price: 0.5', 'price: free')
    .replace('agreement: 1s', 'agreement: 1')
    .replace('fault: drop', 'fault: dorp');
  expect(problemsOf(source)).toEqual([
    'busy.yaml:8:5: products[0].title: is missing',
    'busy.yaml:8:5: products[0].titel: unknown field, did you mean "title"?',
    'busy.yaml:16:16: products[0].dimensions[0].price: must be a number, not "free"',
    'busy.yaml:35:22: delays.agreement: must be text, but YAML reads a number here (1): put it in quotes',
    expect.stringMatching(/^busy.yaml:40:39: faults\[1\].fault: must be one of .*, not "dorp", did you mean "drop"\?$/),
  ]);
});

test('reports contradictions together with invalid shapes, each at its position in the file', () => {
  const source = full
    .replace('acme: "999988887777"', 'acme: "444455556666"')
    .replace('buyer: acme', 'buyer: acmee')
    .replace('fault: drop', 'fault: dorp');
  expect(problemsOf(source).map((line) => line.replace(/^busy.yaml:\d+:\d+: /, ''))).toEqual([
    expect.stringMatching(/^buyers.acme: 444455556666 is already another buyer/),
    expect.stringMatching(/^contracts\[0\].buyer: there is no buyer "acmee"/),
    expect.stringMatching(/^faults\[1\].fault: must be one of/),
  ]);
  // Which product a contract means is not known where one can't be read.
  const unread = full.replace('title: Acme Notes', 'titel: Acme Notes');
  expect(problemsOf(unread).join()).not.toContain('contracts');
});

test('reports a fault that can never happen', () => {
  const twice = `${full}  - { action: ListEntities, fault: drop, call: 1 }\n`;
  expect(problemsOf(twice)).toEqual([
    'busy.yaml:42:5: faults[3]: has no effect: faults[2] already covers those calls of ListEntities',
  ]);
});

test.each([
  ['not YAML', 'title: Acme Notes', 'title: "Acme', /not YAML/],
  ['another version', 'version: 1', 'version: 2', /version: 2 is not supported/],
  ['an account that YAML reads as a number', '"444455556666"', '444455556666', /buyers.new-signup: must be text/],
  ['no account', '"444455556666"', '"4444"', /buyers.new-signup: must be an AWS account id/],
  ['no name of a buyer', 'acme: "999988887777"', 'A_c: "999988887777"', /buyers.A_c: must be lowercase/],
  ['two buyers of one account', '999988887777', '444455556666', /buyers.acme: 444455556666 is already another buyer/],
  ['a buyer that is the seller', '999988887777', '123412341234', /buyers.acme: is the seller/],
  ['a page that is no address', 'http://localhost:3000/register', 'localhost', /must be a URL/],
  ['no quotas', 'quotas: 20', 'quotas: 0', /quotas: must be at least 1/],
  ['no dimensions', 'dimensions: { pro: 5 }', 'dimensions: {}', /contracts\[0\].dimensions: there are no dimensions/],
  ['a dimension twice', 'key: gigabytes', 'key: pro', /dimensions\[1\].key: another dimension already has this key/],
  [
    'an unknown buyer',
    'buyer: acme',
    'buyer: acmee',
    /contracts\[0\].buyer: there is no buyer "acmee", did you mean "acme"\?/,
  ],
  [
    'an unknown product',
    'product: prod-acmenotes',
    'product: Boards',
    /there is no product "Boards"; valid names: Acme Notes/,
  ],
  ['an unknown dimension', '{ pro: 5 }', '{ prro: 5 }', /dimension "prro", did you mean "pro"\?/],
  [
    'a contract of a metered dimension',
    '{ pro: 5 }',
    '{ gigabytes: 5 }',
    /dimensions.gigabytes: is ExternallyMetered, billed by usage: a contract is for Entitled dimensions; there is pro$/,
  ],
  ['no quantity', '{ pro: 5 }', '{ pro: 0 }', /contracts\[0\].dimensions.pro: must be at least 1/],
  [
    'an unknown buyer on the allowlist',
    '[new-signup]',
    '[new-sign]',
    /allowlist\[0\]: there is no buyer "new-sign", did/,
  ],
  ['an unknown action', 'ListEntities', 'ListEntites', /not "ListEntites", did you mean "ListEntities"\?/],
  ['call 0', 'call: 2', 'call: 0', /faults\[1\].call: must be at least 1/],
  ['a fault of another action', 'fault: drop', 'fault: unprocessed', /unprocessed is a fault of BatchMeterUsage only/],
  [
    'an empty first page of what has no pages',
    'fault: drop',
    'fault: empty-first-page',
    /empty-first-page is a fault of GetEntitlements only/,
  ],
])('a scenario with %s is refused', (_case, right, wrong, problem) => {
  expect(full).toContain(right);
  expect(problemsOf(full.replace(right, wrong)).join('\n')).toMatch(problem);
});

test('contracts without products are refused: there is nothing that was bought', () => {
  const contracts = 'contracts: [{ buyer: new-signup, dimensions: { pro: 1 } }]';
  expect(problemsOf(contracts)).toEqual(['busy.yaml:1:12: contracts: needs "products": what the contracts are for']);
});

describe('a scenario that contradicts itself is refused:', () => {
  test.each(Object.entries(defaultWorld(0).buyers))('the seller is the usual buyer %s', (name, { accountId }) => {
    const words = `${accountId} is the usual test buyer ${name}: use another seller, or define your own "buyers"`;
    expect(problemsOf(`seller: "${accountId}"`)).toEqual([`busy.yaml:1:9: seller: ${words}`]);
    expect(problemsOf(`seller: "${accountId}"\nbuyers: { acme: "999988887777" }`)).toEqual([]);
  });

  test('the usual seller is a buyer', () => {
    const { accountId } = defaultWorld(0).seller;
    expect(problemsOf(`buyers: { acme: "${accountId}" }`)).toEqual([
      expect.stringMatching(/^busy.yaml:1:17: buyers.acme: is the seller: a seller cannot buy its own product/),
    ]);
  });

  test('a title is the ID of another product, so a name could mean either', () => {
    const products =
      '[{ title: A, id: prod-a, dimensions: [{ key: a }] }, { title: prod-a, dimensions: [{ key: b }] }]';
    expect(problemsOf(`products: ${products}`)).toEqual([
      expect.stringContaining('products[1].title: is the ID of another product'),
    ]);
    const own = '[{ title: prod-a, id: prod-a, dimensions: [{ key: a }] }]';
    expect(problemsOf(`products: ${own}`)).toEqual([]);
  });

  test('a contract of a product that has metered dimensions only', () => {
    const products = '[{ title: A, dimensions: [{ key: a, type: Metered }] }]';
    expect(problemsOf(`products: ${products}\ncontracts: [{ buyer: new-signup, dimensions: { a: 1 } }]`)).toEqual([
      'busy.yaml:2:51: contracts[0].dimensions.a: is Metered, billed by usage: a contract is for Entitled dimensions, and A has none',
    ]);
  });

  describe('two contracts at a time of one buyer, for a product that allows one:', () => {
    const contracts = (second: string, concurrent = false) => `products:
  - { title: A, id: prod-a, dimensions: [{ key: a }], concurrent-agreements: ${concurrent} }
  - { title: B, dimensions: [{ key: a }] }
contracts:
  - { buyer: new-signup, dimensions: { a: 1 }, started: 41d }
  - { buyer: new-signup, dimensions: { a: 2 }, started: 10d }
  - ${second}
`;

    test.each([
      ['the second begins before the first ends', '{ buyer: new-signup, dimensions: { a: 1 } }', 1],
      ['named by the title', '{ buyer: new-signup, product: A, dimensions: { a: 1 } }', 1],
      ['named by the ID', '{ buyer: new-signup, product: prod-a, dimensions: { a: 1 } }', 1],
      ['both over now', '{ buyer: new-signup, dimensions: { a: 1 }, started: 50d }', 0],
      ['one that was bought for longer', '{ buyer: new-signup, dimensions: { a: 1 }, started: 300d, months: 12 }', 0],
    ])('%s', (_case, second, other) => {
      expect(problemsOf(contracts(second))).toEqual([
        `busy.yaml:7:5: contracts[2]: runs at the same time as contracts[${other}], and A has "concurrent-agreements: false": one contract per buyer; remove one, or let the older one end first ("started", "months")`,
      ]);
    });

    test.each([
      ['another buyer', '{ buyer: existing-user, dimensions: { a: 1 } }'],
      ['another product', '{ buyer: new-signup, product: B, dimensions: { a: 1 } }'],
      ['one that was over before', '{ buyer: new-signup, dimensions: { a: 1 }, started: 72d }'],
    ])('%s is none of that', (_case, second) => {
      expect(problemsOf(contracts(second))).toEqual([]);
    });

    test('a product under concurrent agreements has as many as there are', () => {
      expect(problemsOf(contracts('{ buyer: new-signup, dimensions: { a: 1 } }', true))).toEqual([]);
    });
  });
});

describe('checklists/scenario.schema.json', () => {
  test('is the schema that scenarios are read with', async () => {
    const { $schema: _, ...schema } = z.toJSONSchema(scenarioFile, { io: 'input' });
    const text = `${JSON.stringify({ title: "A scenario of mp-verify's sandbox", ...schema }, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../checklists/scenario.schema.json');
  });

  test('finds nothing wrong with a right one, and something with a wrong one', () => {
    expect(scenarioFile.safeParse(parse(full)).error).toBeUndefined();
    expect(scenarioFile.safeParse(parse(full.replace('months: 12', 'month: 12'))).success).toBe(false);
  });
});
