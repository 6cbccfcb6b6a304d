import { parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { CouldNotTell } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ProductSummary } from '../ports/marketplace.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import { safe } from '../text/safe.ts';
import { wrongPage } from './saas-settings.ts';

/** Asks what a configuration needs. Every question can be left open. */
export async function askConfig(
  options: { readonly profile?: string | undefined; readonly endpointUrl?: string | undefined },
  host: Host,
  terminal: Terminal,
): Promise<ConfigDraft> {
  const say = (body: string) => terminal.write(block(terminal.look(), { body }));
  const ask = (message: string, check: (text: string) => string | null = () => null) =>
    terminal.line({ message, check });

  say('Escape leaves a question open: it then stays in mp-verify.yaml as a comment.');
  const profiles = await host.profiles();
  const profile =
    options.profile ??
    (await ask('AWS profile of the seller (Escape: what the environment says):', (text) =>
      wrongProfile(text, profiles),
    ));
  const { product, seller } = await askProduct({ ...options, profile }, host, terminal, say);

  const buyers: Record<string, string> = {};
  const asked = [
    ['new-signup', 'without a contract'],
    ['existing-user', 'another one, without a contract'],
    ['contract-change', 'with a contract'],
  ] as const;
  for (const [checklist, what] of asked) {
    const answer = await ask(`Test buyer for ${checklist}, ${what} (account id):`, (text) =>
      unfitBuyer(text, checklist, seller, buyers),
    );
    if (answer !== null) buyers[checklist] = parseBuyer(answer);
  }
  return {
    ...emptyDraft,
    product,
    profile,
    buyers,
    buyerProfile: await ask("AWS profile of a test buyer, to look with the buyer's eyes:", (text) =>
      wrongProfile(text, profiles),
    ),
    signIn: await ask('Sign-in page of your SaaS (https://…):', wrongPage),
    contractPage: await ask('Page of your SaaS that shows the contract (https://…):', wrongPage),
  };
}

interface Asked {
  readonly product: ConfigDraft['product'];
  /** The account that asks; null where AWS did not say. */
  readonly seller: string | null;
}

async function askProduct(
  { profile, endpointUrl }: { readonly profile: string | null; readonly endpointUrl?: string | undefined },
  host: Host,
  terminal: Terminal,
  say: (body: string) => void,
): Promise<Asked> {
  const progress = terminal.progress(() => block(terminal.look(), { body: '… asking AWS for your products' }));
  try {
    const marketplace = await host.connect({ profile, endpointUrl: endpointUrl ?? null, keys: null });
    const { accountId } = await marketplace.caller();
    const products = await marketplace.listProducts();
    progress.stop();
    say(
      `Signed in to account ${accountId}, with ${products.length} SaaS ${products.length === 1 ? 'product' : 'products'}.`,
    );
    return { product: await choose(products, terminal), seller: accountId };
  } catch (error) {
    progress.stop();
    if (!(error instanceof CouldNotTell)) throw error;
    say(`AWS does not tell the products of this account: ${[error.message, error.hint].filter(Boolean).join(' ')}`);
    const id = await terminal.line({ message: 'Product (entity id, product code or title):' });
    return { product: id === null ? null : { id, title: 'As you gave it; AWS was not asked.' }, seller: null };
  }
}

async function choose(products: readonly ProductSummary[], terminal: Terminal): Promise<ConfigDraft['product']> {
  if (products.length === 0) return null;
  const id = await terminal.choose({
    message: 'Which product?',
    choices: products.map(({ id, title, visibility }) => ({
      value: id,
      name: `${title}  ${id}  ${visibility ?? ''}`.trimEnd(),
    })),
  });
  return products.find((product) => product.id === id) ?? null;
}

/** A mistake here would only be noticed in the middle of a run. */
function unfitBuyer(
  text: string,
  checklist: string,
  seller: string | null,
  buyers: Readonly<Record<string, string>>,
): string | null {
  const wrong = wrongBuyer(text);
  if (wrong !== null) return wrong;
  const buyer = parseBuyer(text);
  if (buyer === seller) return "That is the seller's own account: sellers can't buy their own products.";
  if (checklist === 'existing-user' && buyer === buyers['new-signup'])
    return 'new-signup uses that account up: a purchase needs one without a contract.';
  return null;
}

/** Null for a profile of this machine. */
export function wrongProfile(name: string, profiles: readonly string[]): string | null {
  if (profiles.includes(name.trim())) return null;
  const known = profiles.length > 0 ? `There is ${profiles.join(', ')}.` : 'There is none.';
  return `There is no AWS profile ${name} on this machine. ${known}`;
}

/** What `init` has learned; null where a setting stays a comment. */
interface ConfigDraft {
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
