import { parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { configAbove, configName as name } from '../config/find-config.ts';
import { wrongPage } from '../config/saas-settings.ts';
import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { BaseHost, ColorMode, Terminal } from '../ports/host.ts';
import type { ProductSummary } from '../ports/marketplace.ts';
import { block, warning } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import { safe, shellWord } from '../text/safe.ts';

export interface InitOptions {
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Creates mp-verify.yaml: asks for its values on a terminal, otherwise writes a template. Never overwrites a file. */
export async function init(options: InitOptions, host: BaseHost): Promise<Outcome> {
  const terminal = await prepareInit(options, 'mp-verify init', host);
  const wrong = options.profile === undefined ? null : wrongProfile(options.profile, await host.profiles());
  if (wrong !== null) terminal.write(block(terminal.styles(), { body: wrong }));
  const draft = terminal.interactive
    ? await askConfig(options, host, terminal)
    : { ...emptyDraft, profile: options.profile ?? null };
  await host.files.create(name, configText(draft));

  const what = terminal.interactive
    ? `Created ${name}. Review it, then: mp-verify run new-signup`
    : `Created ${name} from a template. Remove a "#" to use a line.`;
  host.stdout.write(block(host.stdout.styles(options.color), { body: what }));
  return 'pass';
}

/** Makes sure that there is no file yet, and warns if one above no longer applies here. */
export async function prepareInit(options: InitOptions, command: string, host: BaseHost): Promise<Terminal> {
  if (await host.files.exists(name))
    throw new UserError(
      'file-exists',
      `${name} already exists, and was not changed.`,
      `Edit it, then check it: mp-verify validate ${name}. Or move it, and run ${command} again.`,
    );
  const terminal = await host.openTerminal(options);
  const above = await configAbove(host);
  if (above && !above.isForeign)
    terminal.write(
      warning(terminal.styles(), `Here and below, mp-verify will use the new file instead of ${above.path}.`),
    );
  return terminal;
}

/** Asks for the settings of a configuration. Every question can be skipped. */
async function askConfig(
  options: { readonly profile?: string | undefined; readonly endpointUrl?: string | undefined },
  host: BaseHost,
  terminal: Terminal,
): Promise<ConfigDraft> {
  const say = (body: string) => terminal.write(block(terminal.styles(), { body }));
  const ask = (message: string, check: (text: string) => string | null = () => null) =>
    terminal.line({ message, check });

  say('Press Escape to skip a question. Its setting then stays a comment in mp-verify.yaml.');
  const profiles = await host.profiles();
  const profile =
    options.profile ??
    (await ask('AWS profile of the seller (Escape: use the environment):', (text) => wrongProfile(text, profiles)));
  const { product, seller } = await askProduct({ ...options, profile }, host, terminal, say);

  const buyers: Record<string, string> = {};
  const asked = [
    ['new-signup', 'without a contract'],
    ['existing-user', 'another one, without a contract'],
    ['contract-change', 'with a contract'],
  ] as const;
  for (const [checklist, what] of asked) {
    const answer = await ask(`Test buyer for ${checklist}, ${what} (account ID):`, (text) =>
      unfitBuyer(text, checklist, seller, buyers),
    );
    if (answer !== null) buyers[checklist] = parseBuyer(answer);
  }
  return {
    ...emptyDraft,
    product,
    profile,
    buyers,
    buyerProfile: await ask('AWS profile of a test buyer, to check what the buyer can see:', (text) =>
      wrongProfile(text, profiles),
    ),
    signIn: await ask('Sign-in page of your SaaS (https://…):', wrongPage),
    contractPage: await ask('Page of your SaaS that shows the contract (https://…):', wrongPage),
  };
}

interface ProductAnswer {
  readonly product: ConfigDraft['product'];
  /** The signed-in account; null if AWS did not return it. */
  readonly seller: string | null;
}

async function askProduct(
  { profile, endpointUrl }: { readonly profile: string | null; readonly endpointUrl?: string | undefined },
  host: BaseHost,
  terminal: Terminal,
  say: (body: string) => void,
): Promise<ProductAnswer> {
  const progress = terminal.progress(() => block(terminal.styles(), { body: '… listing your products' }));
  try {
    const marketplace = await host.connect({ profile, endpointUrl: endpointUrl ?? null, keys: null });
    const { accountId } = await marketplace.caller();
    const products = await marketplace.listProducts();
    progress.stop();
    say(`Signed in to account ${accountId}, with ${countWords(products.length, 'SaaS product')}.`);
    return { product: await choose(products, terminal), seller: accountId };
  } catch (error) {
    progress.stop();
    if (!(error instanceof CouldNotCheck)) throw error;
    say(`Could not list the products of this account: ${[error.message, error.hint].filter(Boolean).join(' ')}`);
    const id = await terminal.line({ message: 'Product (entity ID, product code or title):' });
    return { product: id === null ? null : { id, title: 'Not checked with AWS.' }, seller: null };
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

/** Returns what is wrong with a test buyer. Otherwise a mistake would show only in the middle of a run. */
function unfitBuyer(
  text: string,
  checklist: string,
  seller: string | null,
  buyers: Readonly<Record<string, string>>,
): string | null {
  const wrong = wrongBuyer(text);
  if (wrong !== null) return wrong;
  const buyer = parseBuyer(text);
  if (buyer === seller) return "That is the seller's own account. Sellers cannot buy their own products.";
  if (checklist === 'existing-user' && buyer === buyers['new-signup'])
    return 'new-signup already uses that account, and a purchase needs one without a contract.';
  return null;
}

/** Returns what is wrong with the profile; null if this machine has it. */
function wrongProfile(name: string, profiles: readonly string[]): string | null {
  if (profiles.includes(name.trim())) return null;
  if (profiles.length > 0) return `This machine has no AWS profile ${name}. Its profiles: ${profiles.join(', ')}.`;
  const create = `aws configure sso --profile ${shellWord(name.trim())}`;
  return `No AWS profiles are configured on this machine. Create ${name} with the AWS CLI: ${create}`;
}

/** The settings to write. A null setting becomes a comment. */
interface ConfigDraft {
  readonly product: { readonly id: string; readonly title: string } | null;
  readonly profile: string | null;
  readonly buyerProfile: string | null;
  /** Test buyers by checklist id. */
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

/** Returns a configuration with comments. Unknown settings become examples in comments. */
export function configText(draft: ConfigDraft): string {
  const { product, profile, buyerProfile, buyers, signIn, contractPage } = draft;
  const buyer = (checklist: string, example: string) =>
    setting(`  ${checklist}`, buyers[checklist] ?? null, `"${example}"`);
  return [
    '# Settings for mp-verify. Flags and the environment (AWS_PROFILE, keys) override this file.',
    '# Remove the "#" to use a line, then check the file: mp-verify validate mp-verify.yaml',
    'version: 1',
    '',
    '# The product: entity ID, product code or title. Needed if the account has several.',
    ...(product ? [`# ${safe(product.title)}`] : []),
    setting('product', product?.id ?? null, 'prod-lp5dq7gziiuyi'),
    '# The product page URL, if AWS does not return it.',
    '#url: https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
    '',
    '# AWS profiles of the seller and of a test buyer. With the second, mp-verify also checks what the buyer can see.',
    setting('profile', profile, 'mp-seller'),
    setting('buyer-profile', buyerProfile, 'mp-buyer'),
    '# A role of the seller, which mp-verify assumes with the credentials of the profile or the environment.',
    '#role-arn: arn:aws:iam::111122223333:role/mp-verify',
    '#external-id: acme-7',
    '',
    '# The test account for each checklist, in quotes. A purchase needs an account without a contract.',
    group('buyers', Object.keys(buyers).length > 0),
    buyer('new-signup', '444455556666'),
    buyer('existing-user', '555566667777'),
    '# Test accounts that have a contract and an account in the SaaS:',
    buyer('contract-change', '666677778888'),
    ...['regression', 'registration'].map((id) => buyer(id, buyers['contract-change'] ?? '666677778888')),
    '',
    '# Your name in reports. Default: user.name of git, or your user name on this machine.',
    '#operator: Aiko Tanaka',
    '# In USD. Before a test purchase that costs more, you confirm the price.',
    '#max-test-price: 1',
    '',
    '# Your SaaS. Steps that need one of these pages link to it.',
    group('saas', signIn !== null || contractPage !== null),
    setting('  sign-in', signIn, 'https://app.example.com/sign-in'),
    setting('  contract-page', contractPage, 'https://app.example.com/settings/contract'),
    ...contractApi,
    '',
    `# Values of \${inputs.NAME} in checklists of your own.`,
    '#inputs:',
    '#  team: blue',
    '',
    '# A bucket where your team shares its runs. Without it, runs are saved on this machine.',
    '#store: s3://acme-verify/prod',
    '',
  ].join('\n');
}

const contractApi = [
  '# An API of your SaaS that returns a contract as JSON. mp-verify then compares it with AWS for you.',
  '# Take secrets from the environment. plan, quantity and end-date are JMESPath; plans maps your plan names to dimensions.',
  '# If a buyer can have several plans, items is the list of them, and the other fields apply to each item.',
  '#  contract-api:',
  `#    url: https://app.example.com/internal/contracts?account=\${buyer}&licence=\${licence}`,
  '#    headers:',
  `#      authorization: Bearer \${env.ACME_TOKEN}`,
  '#    items: contracts',
  '#    plan: plan',
  '#    quantity: seats',
  '#    end-date: endsAt',
  '# How many accounts your SaaS has for this buyer: more than one is a duplicate.',
  '#    accounts: accounts',
  '#    plans:',
  '#      Professional: pro_plan',
];

function setting(key: string, value: string | null, example: string): string {
  // A JSON string is valid YAML, whatever it contains.
  return value === null ? `#${key}: ${example}` : `${key}: ${JSON.stringify(value)}`;
}

function group(key: string, used: boolean): string {
  return `${used ? '' : '#'}${key}:`;
}
