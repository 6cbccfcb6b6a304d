import { safe } from '../text/safe.ts';

/** What `init` has learned; null where a setting stays a comment. */
export interface ConfigDraft {
  readonly product: { readonly id: string; readonly title: string } | null;
  readonly profile: string | null;
  readonly buyerProfile: string | null;
  /** By checklist id. */
  readonly buyers: Readonly<Record<string, string>>;
  readonly signIn: string | null;
  readonly contractPage: string | null;
}

export const emptyDraft: ConfigDraft = {
  product: null,
  profile: null,
  buyerProfile: null,
  buyers: {},
  signIn: null,
  contractPage: null,
};

/** A commented configuration. What is not known stands there as an example, behind a `#` to take away. */
export function configText(draft: ConfigDraft): string {
  const { product, profile, buyerProfile, buyers, signIn, contractPage } = draft;
  const buyer = (checklist: string, example: string) =>
    setting(`  ${checklist}`, buyers[checklist] ?? null, `"${example}"`);
  return [
    '# What mp-verify need not be told each time. Flags beat this file; so does the environment (AWS_PROFILE, keys).',
    '# Take away a "#" to use a line. Then: mp-verify validate mp-verify.yaml',
    'version: 1',
    '',
    '# The product: entity id, product code or title. Needed where the account has several.',
    ...(product ? [`# ${safe(product.title)}`] : []),
    setting('product', product?.id ?? null, 'prod-lp5dq7gziiuyi'),
    '# Its page, where AWS does not tell it.',
    '#url: https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
    '',
    "# AWS profile of the seller, and one of a test buyer: mp-verify then also looks with the buyer's eyes.",
    setting('profile', profile, 'mp-seller'),
    setting('buyer-profile', buyerProfile, 'mp-buyer'),
    '',
    '# The test account of each checklist. The quotes are needed. A purchase uses a test account up.',
    group('buyers', Object.keys(buyers).length > 0),
    buyer('new-signup', '444455556666'),
    buyer('existing-user', '555566667777'),
    '  # An account that has a contract, and an account in the SaaS:',
    buyer('contract-change', '666677778888'),
    ...['regression', 'registration'].map((id) => buyer(id, buyers['contract-change'] ?? '666677778888')),
    '',
    '# Your name in reports, instead of the one that you are signed in to this machine with.',
    '#operator: Aiko Tanaka',
    '# In USD. Above it you are warned before somebody pays.',
    '#max-test-price: 1',
    '',
    '# Your SaaS. Its pages are shown where a step needs them.',
    group('saas', signIn !== null || contractPage !== null),
    setting('  sign-in', signIn, 'https://app.example.com/sign-in'),
    setting('  contract-page', contractPage, 'https://app.example.com/settings/contract'),
    ...contractApi,
    '',
    `# Values of \${inputs.NAME} in checklists of your own.`,
    '#inputs:',
    '#  team: blue',
    '',
  ].join('\n');
}

const contractApi = [
  '  # Your own view of a contract, as JSON. mp-verify compares it with what AWS says, instead of asking you to.',
  '  # Secrets stay in the environment. plan, quantity and end-date are JMESPath; plans says what your names mean.',
  '  # Where a buyer can have several plans, items finds the list of them, and the others look into each item of it.',
  '#  contract-api:',
  `#    url: https://app.example.com/internal/contracts?account=\${buyer}&licence=\${licence}`,
  '#    headers:',
  `#      authorization: Bearer \${env.ACME_TOKEN}`,
  '#    items: contracts',
  '#    plan: plan',
  '#    quantity: seats',
  '#    end-date: endsAt',
  '#    # How many accounts your SaaS has for this buyer: more than one is a duplicate.',
  '#    accounts: accounts',
  '#    plans:',
  '#      Professional: pro_plan',
];

function setting(key: string, value: string | null, example: string): string {
  // A text of JSON is one of YAML too, whatever stands in it.
  return value === null ? `#${key}: ${example}` : `${key}: ${JSON.stringify(value)}`;
}

function group(key: string, used: boolean): string {
  return `${used ? '' : '#'}${key}:`;
}
