import { parseBuyer, wrongBuyer } from '../checklist/buyer.ts';
import { wrongPage } from '../checklist/saas-addresses.ts';
import { CouldNotTell } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ProductSummary } from '../ports/marketplace.ts';
import type { Terminal } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import { type ConfigDraft, emptyDraft } from './config-text.ts';
import type { InitOptions } from './init.ts';

/** Asks what a configuration needs. Every question can be left open. */
export async function askConfig(options: InitOptions, host: Host, terminal: Terminal): Promise<ConfigDraft> {
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
