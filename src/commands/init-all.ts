import { configName as name } from '../config/find-config.ts';
import { CouldNotCheck, type Outcome } from '../errors.ts';
import type { BaseHost, Terminal } from '../ports/host.ts';
import { type Caller, type ProductSummary, productKey } from '../ports/marketplace.ts';
import { askWithCaller } from '../product/target.ts';
import { block } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import { safe, safeJson } from '../text/safe.ts';
import { type InitOptions, prepareInit } from './init.ts';

/** Creates mp-verify.yaml with every SaaS product of the account. Asks nothing, and never overwrites a file. */
export async function initAll(options: InitOptions, host: BaseHost): Promise<Outcome> {
  const terminal = await prepareInit(options, 'mp-verify init --all', host);
  const [{ accountId }, products] = await askProducts(options, host, terminal);
  const draft = sorted(products, accountId);
  await host.files.create(name, fleetText({ ...draft, accountId, profile: options.profile ?? null }));
  terminal.write(block(terminal.styles(), { body: whatIsNext(draft) }));
  return 'pass';
}

async function askProducts(
  { profile, endpointUrl }: InitOptions,
  host: BaseHost,
  terminal: Terminal,
): Promise<readonly [Caller, readonly ProductSummary[]]> {
  const progress = terminal.progress(() => block(terminal.styles(), { body: '… listing your products' }));
  try {
    const marketplace = await host.connect({ profile: profile ?? null, endpointUrl: endpointUrl ?? null, keys: null });
    const [caller, products] = await askWithCaller(marketplace, () => marketplace.listProducts());
    if (products.length > 0) return [caller, products];
    throw new CouldNotCheck(
      'no-product',
      `Account ${caller.accountId} owns no SaaS product on AWS Marketplace, so ${name} was not created.`,
      "Is this the seller's account? Use its profile: --profile NAME",
    );
  } finally {
    progress.stop();
  }
}

/** The products of the account, by title. */
interface Sorted {
  readonly checked: readonly ProductSummary[];
  /** Those that become comments, each with the reason. */
  readonly leftOut: readonly (ProductSummary & { readonly why: string })[];
}

function sorted(products: readonly ProductSummary[], accountId: string): Sorted {
  const unique = [...new Map(products.map((product) => [productKey(product.id), product])).values()];
  const all = unique
    .map((product) => ({ ...product, why: whyNot(product, accountId) }))
    .sort((a, b) => a.title.localeCompare(b.title, 'en') || (a.id < b.id ? -1 : 1));
  return {
    checked: all.filter(({ why }) => why === null),
    leftOut: all.flatMap(({ why, ...product }) => (why === null ? [] : [{ ...product, why }])),
  };
}

/**
 * Returns why a product is not checked; null if it is. The visibilities:
 * https://docs.aws.amazon.com/marketplace/latest/userguide/saas-product-settings.html
 */
function whyNot({ visibility, ownerAccountId }: ProductSummary, accountId: string): string | null {
  if (ownerAccountId !== null && ownerAccountId !== accountId) return `belongs to account ${ownerAccountId}`;
  if (visibility === 'Draft') return 'Draft, not on AWS Marketplace yet';
  return visibility === 'Restricted' ? 'Restricted, closed to new buyers' : null;
}

function whatIsNext({ checked, leftOut }: Sorted): string {
  const comments =
    leftOut.length === 0 ? '' : `, and ${leftOut.length} more as ${leftOut.length === 1 ? 'a comment' : 'comments'}`;
  const first = checked.length === 0 ? 'Remove the "#" of those to check, and set' : 'Set';
  return `Created ${name} with ${countWords(checked.length, 'product')}${comments}. ${first} the test buyer (buyers: regression), then: mp-verify validate ${name}, and mp-verify run regression --all`;
}

interface FleetDraft extends Sorted {
  /** The account that owns the products. */
  readonly accountId: string;
  /** Its profile; null if the credentials come from elsewhere. */
  readonly profile: string | null;
}

/** Returns a fleet file with comments. Each line that starts with "#" and two spaces or a letter is an example. */
export function fleetText({ checked, leftOut, accountId, profile }: FleetDraft): string {
  const used = profile === null ? '#' : '';
  return [
    `# The SaaS products of AWS account ${accountId}, for: mp-verify run regression --all, and mp-verify status --all.`,
    `# Remove the "#" to use a line, then check the file: mp-verify validate ${name}`,
    'version: 1',
    '',
    '# The accounts that own the products, by a name of yours, each with a profile, a role or both. mp-verify assumes the',
    '# role with the credentials of the profile or the environment.',
    `${used}accounts:`,
    `${used}  main:`,
    ...(profile === null ? [] : [`    profile: ${quoted(profile)}`]),
    `#    role-arn: arn:aws:iam::${accountId}:role/mp-verify`,
    '#  emea:',
    '#    role-arn: arn:aws:iam::777788889999:role/mp-verify',
    '#    external-id: acme-7',
    '',
    '# What applies to every product that does not have its own.',
    `${used}defaults:`,
    `${used}  account: main`,
    '# Who takes care of a product, for the report.',
    '#  owner: team-notes',
    '# The test account of each checklist, in quotes. The one of regression needs a contract for each product.',
    '#  buyers:',
    '#    regression: "666677778888"',
    '# An API of your SaaS that returns a contract as JSON. Without it, mp-verify compares nothing with your SaaS.',
    '# Take secrets from the environment. plan, quantity and end-date are JMESPath.',
    '#  saas:',
    '#    contract-api:',
    `#      url: https://app.example.com/internal/contracts?account=\${buyer}&product=\${product.code}`,
    '#      headers:',
    `#        authorization: Bearer \${env.ACME_TOKEN}`,
    '#      plan: plan',
    '#      quantity: seats',
    '#      end-date: endsAt',
    '',
    '# An ID alone, or an ID with settings of its own. With waive, the result of the product does not count until the end',
    '# of that day (UTC). With saas: none, the product can pass although nothing is compared with your SaaS.',
    checked.length === 0 ? '#products:' : 'products:',
    '#  - product: prod-lp5dq7gziiuyi',
    '#    account: emea',
    '#    waive: { until: 2027-01-15, reason: "MP-412: no test contract yet" }',
    '#  - product: prod-qvbv3ghtdtwwk',
    '#    saas: none',
    ...checked.map(({ id, title }) => `  - ${quoted(id)}  # ${safe(title)}`),
    ...(leftOut.length === 0 ? [] : ['# Not checked:']),
    ...leftOut.map(({ id, title, why }) => `#  - ${quoted(id)}  # ${safe(title)}: ${safe(why)}`),
    '',
  ].join('\n');
}

/** YAML of a text, which is plain if it cannot be anything else. */
function quoted(text: string): string {
  return /^[a-z]+-[\w-]*$/i.test(text) ? text : safeJson(JSON.stringify(text));
}
