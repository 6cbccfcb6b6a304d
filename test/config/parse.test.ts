import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/checklist/problems.ts';
import { type Config, parseConfig } from '../../src/config/config-file.ts';
import { noSettings } from '../../src/ports/saas.ts';
import { parseScenario } from '../../src/sandbox/scenario-file.ts';

const full = `version: 1
product: prod-lp5dq7gziiuyi
url: https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22
profile: mp-seller
role-arn: arn:aws:iam::111122223333:role/tools/mp-verify
external-id: acme-7
buyer-profile: mp-buyer
buyers:
  new-signup: "444455556666"
  existing-user: 5555-6666-7777
operator: Aiko Tanaka
max-test-price: 0.5
saas:
  sign-in: https://app.acme.example/login
  contract-page: https://app.acme.example/contract
  contract-api:
    url: https://app.acme.example/api?account=\${buyer}&licence=\${licence}
    headers:
      authorization: Bearer \${env.ACME_TOKEN}
      accept-language: en
    items: contracts
    plan: plan
    quantity: seats
    end-date: endsAt
    accounts: accounts
    plans:
      Professional: pro_plan
inputs:
  team: blue
store:
  url: s3://acme-verify/prod
  profile: mp-runs
  role-arn: arn:aws:iam::111122223333:role/mp-verify-runs
  external-id: acme-8
  region: eu-central-1
  endpoint-url: https://s3.acme.example
`;

const nothing: Config = {
  product: null,
  url: null,
  account: null,
  profile: null,
  role: null,
  buyerProfile: null,
  buyers: {},
  operator: null,
  inputs: {},
  store: null,
  settings: noSettings,
  roles: [],
  products: null,
  accounts: [],
};

function problemsOf(source: string): readonly string[] {
  const config = parseConfig('mp-verify.yaml', source);
  return 'buyers' in config ? [] : config.map(formatProblem);
}

test('every field is read, account IDs with or without hyphens', () => {
  expect(parseConfig('mp-verify.yaml', full)).toEqual({
    product: 'prod-lp5dq7gziiuyi',
    url: 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
    profile: 'mp-seller',
    account: null,
    role: { arn: 'arn:aws:iam::111122223333:role/tools/mp-verify', externalId: 'acme-7' },
    roles: [{ arn: 'arn:aws:iam::111122223333:role/tools/mp-verify', externalId: 'acme-7' }],
    products: null,
    accounts: [],
    buyerProfile: 'mp-buyer',
    buyers: { 'new-signup': '444455556666', 'existing-user': '555566667777' },
    operator: 'Aiko Tanaka',
    inputs: { team: 'blue' },
    store: {
      url: 's3://acme-verify/prod',
      profile: 'mp-runs',
      role: { arn: 'arn:aws:iam::111122223333:role/mp-verify-runs', externalId: 'acme-8' },
      region: 'eu-central-1',
      endpointUrl: 'https://s3.acme.example',
    },
    settings: {
      maxTestPrice: 0.5,
      saas: { signIn: 'https://app.acme.example/login', contractPage: 'https://app.acme.example/contract' },
      contractApi: {
        url: `https://app.acme.example/api?account=\${buyer}&licence=\${licence}`,
        headers: { authorization: `Bearer \${env.ACME_TOKEN}`, 'accept-language': 'en' },
        items: 'contracts',
        plan: 'plan',
        quantity: 'seats',
        endDate: 'endsAt',
        accounts: 'accounts',
        plans: { Professional: 'pro_plan' },
      },
    },
  });
});

test.each([
  ['a version alone', 'version: 1\n'],
  ['comments alone', '# profile: mp-seller\n\n  # more\n'],
])('%s says nothing', (_, source) => {
  expect(parseConfig('mp-verify.yaml', source)).toEqual(nothing);
});

const api = (lines: string) => `saas:\n  contract-api:\n    plan: plan\n${lines.replace(/^/gm, '    ')}\n`;

describe('a problem is one line with its place', () => {
  test.each([
    ['an unknown field', 'porfile: x', '1:1: porfile: unknown field, did you mean "profile"?'],
    [
      'an unknown field of the SaaS',
      'saas:\n  signin: https://a.example',
      '2:3: saas.signin: unknown field, did you mean "sign-in"?',
    ],
    [
      'an unknown field of the contract API',
      api(`url: https://a.example/\${buyer}\nplan-names: {}`),
      '5:5: saas.contract-api.plan-names: unknown field',
    ],
    [
      'an account ID that YAML reads as a number',
      'buyers:\n  new-signup: 444455556666',
      '2:15: buyers.new-signup: must be text, but YAML reads a number here (444455556666): put it in quotes',
    ],
    [
      'an account ID of eleven digits',
      'buyers:\n  new-signup: "44445555666"',
      '2:15: buyers.new-signup: "44445555666" is not a valid buyer: an AWS account ID has 12 digits, but this has 11.',
    ],
    [
      'a name that no checklist can have',
      'buyers:\n  New Signup: "444455556666"',
      'buyers.New Signup: must be lowercase letters, digits and hyphens, such as "sign-up"',
    ],
    [
      'a page of something else',
      'url: https://example.com/',
      '1:6: url: must be the URL of a product page: https://aws.amazon.com/marketplace/pp/prodview-…',
    ],
    [
      'a role without its account',
      'role-arn: mp-verify',
      '1:11: role-arn: must be the ARN of a role, such as arn:aws:',
    ],
    ['a user as a role', 'role-arn: arn:aws:iam::111122223333:user/kim', '1:11: role-arn: must be the ARN of a role'],
    ['an external ID of no role', 'external-id: acme-7', '1:14: external-id: needs "role-arn"'],
    ['a price in words', 'max-test-price: 1 USD', '1:17: max-test-price: must be a number, not "1 USD"'],
    ['a negative price', 'max-test-price: -1', '1:17: max-test-price: must not be negative'],
    ['a page that is no web address', 'saas:\n  sign-in: app.example.com', '2:12: saas.sign-in: must be a URL'],
    ['a page that starts a program', 'saas:\n  sign-in: file:///etc/passwd', '2:12: saas.sign-in: must be a URL'],
    [
      'a page with a reference',
      `saas:\n  contract-page: https://a.example/\${buyer}`,
      '2:18: saas.contract-page: cannot contain',
    ],
    [
      'a newer format',
      'version: 2\nnew-field: 1',
      '1:10: version: 2 is not supported; this mp-verify supports version 1',
    ],
    ['a list', '- product', '1:1: the file: must be a group of fields, not a list'],
    ['no YAML', 'buyers: {', 'not YAML'],
  ])('%s', (_, source, expected) => {
    const problems = problemsOf(source);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^mp-verify\.yaml:\d+:\d+: /);
    expect(problems[0]).toContain(expected);
  });
});

describe('a contract API must not send credentials where they do not belong', () => {
  test.each([
    ['another reference in the URL', `url: https://a.example/\${env.TOKEN}`, `unknown reference \${env.TOKEN}`],
    ['the buyer as its host', `url: https://\${buyer}.example.com/`, 'only after the host'],
    ['the license as its port', `url: http://127.0.0.1:\${licence}/`, 'contract-api.url: '],
    ['http', `url: http://a.example/\${buyer}`, 'must begin with https://'],
    ['a password in the URL', `url: https://me:secret@a.example/\${buyer}`, 'must not contain a user name or password'],
    ['half a reference in the URL', `url: https://a.example/\${buyer`, `has "\${" without "}"`],
    ['no URL', 'headers: {}', 'saas.contract-api.url: is missing'],
    [
      'keys of AWS',
      header(`\${env.AWS_SECRET_ACCESS_KEY}`),
      'is an AWS variable, which mp-verify never sends to another server',
    ],
    ['another reference in a header', header(`\${buyer}`), `a header can contain only \${env.NAME}`],
    ['half a reference in a header', header(`\${env.TOKEN`), `has "\${" without "}"`],
    ['a line break in a header', header('a\\r\\nb'), 'has characters that are not allowed in a header'],
    ['no name of a header', `url: https://a.example/\${buyer}\nheaders:\n  "a b": c`, 'is not a header name'],
    [
      'no JMESPath',
      `url: https://a.example/\${buyer}\nquantity: a.[`,
      'contract-api.quantity: is not valid JMESPath: ',
    ],
    [
      'no JMESPath of a list',
      `url: https://a.example/\${buyer}\nitems: "[?"`,
      'contract-api.items: is not valid JMESPath: ',
    ],
  ])('%s', (_, lines, expected) => {
    const problems = problemsOf(api(lines));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  test.each([
    `https://app.acme.example/\${buyer}/\${licence}`,
    `http://127.0.0.1:8080/\${buyer}`,
    `http://localhost:8080/x?a=\${buyer}`,
    'http://[::1]:8080/',
  ])('%s is fine', (url) => {
    expect(problemsOf(api(`url: ${url}`))).toEqual([]);
  });

  test('it must compare something', () => {
    expect(problemsOf(`saas:\n  contract-api:\n    url: https://a.example/\${buyer}\n`)).toEqual([
      'mp-verify.yaml:3:5: saas.contract-api: needs "plan", "quantity" or "end-date": without them there is nothing to compare',
    ]);
    expect(
      problemsOf('saas:\n  contract-api:\n    url: https://a.example/\n    quantity: n\n    plans: { Pro: pro }\n'),
    ).toEqual(['mp-verify.yaml:5:12: saas.contract-api.plans: needs "plan", whose values it maps']);
    expect(
      problemsOf('saas:\n  contract-api:\n    url: https://a.example/\n    quantity: n\n    items: all\n'),
    ).toEqual(['mp-verify.yaml:5:12: saas.contract-api.items: needs "plan", which distinguishes the items']);
  });
});

test('all problems are listed at once', () => {
  const problems = problemsOf('profil: x\nmax-test-price: many\nbuyers:\n  new-signup: 1\nsaas:\n  sign-in: x\n');
  expect(problems.map((line) => line.split(':')[1]).sort()).toEqual(['1', '2', '4', '6']);
});

test('what stands in a header is never repeated: it may be a secret', () => {
  const [problem] = problemsOf(api(`url: https://a.example/\${buyer}\nheaders:\n  x-api-key: 8413072255`));
  expect(problem).toContain('saas.contract-api.headers.x-api-key: must be text: put it in quotes');
  expect(problem).not.toContain('8413072255');
});

function header(value: string): string {
  return `url: https://a.example/\${buyer}\nheaders:\n  authorization: "${value}"`;
}

test.each([
  ['configuration.md', 2],
  ['fleet.md', 2],
])('the configurations in docs/%s are right', async (page, count) => {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, example = '']) => example);
  // Not a workflow of GitHub, and not a single field.
  const whole = examples.filter((example) => /^(product|products|accounts):/m.test(example) && !isScenario(example));
  for (const example of examples.filter(isScenario))
    expect(parseScenario(page, example)).toMatchObject({ products: expect.anything() });
  expect(whole).toHaveLength(count);
  for (const example of whole) expect(problemsOf(example)).toEqual([]);
});

function isScenario(example: string): boolean {
  return /^contracts:/m.test(example);
}
