import { detailOf, NoAnswer, openVisitor, type SeenPage, type Visitor } from './visitor.ts';

/** What came of a part that was rehearsed; `words` is a whole sentence. */
export interface Rehearsed {
  readonly passed: boolean;
  readonly words: string;
}

/** What people do in the use cases, on the pages of the sandbox: the names that checklists give to it. */
const rehearsed = {
  'product-page': viewProduct,
  purchase,
  'set-up': setUp,
  'sign-up': signUp,
  'sign-in': signIn,
  change,
  inspect,
} as const satisfies Record<string, (person: Person) => Promise<Rehearsed>>;

export type RehearsedAction = keyof typeof rehearsed;

/** Somebody with a browser: the test buyer in the shop, the user of the SaaS behind it. */
interface Person {
  readonly visitor: Visitor;
  readonly buyer: string;
  account: { readonly email: string; readonly password: string } | null;
  /** Where "Set up your account" has led. */
  registration: SeenPage | null;
}

/** Does people's parts in the sandbox at that address, one person for each buyer. */
export function openRehearsal(
  url: string,
  signal: AbortSignal = new AbortController().signal,
): (action: RehearsedAction, buyer: string) => Promise<Rehearsed> {
  const people = new Map<string, Person>();
  return async (action, buyer) => {
    const person = people.get(buyer) ?? { visitor: openVisitor(url, signal), buyer, account: null, registration: null };
    people.set(buyer, person);
    try {
      return await rehearsed[action](person);
    } catch (error) {
      if (error instanceof NoAnswer) return no(error.message);
      throw error;
    }
  };
}

async function viewProduct(person: Person): Promise<Rehearsed> {
  const { visitor } = person;
  await signedInShop(person);
  const portal = await visitor.open('/marketplace/management/products/saas');
  const [, link, title] =
    /<a class="button" href="([^"]+)">View on AWS Marketplace<span[^>]*>: (.*?)<\/span>/.exec(portal.source) ?? [];
  if (!link) return no(`The portal lists no product with a page: ${portal.text}`);
  const page = await visitor.open(link);
  return page.status === 200 && page.text.includes(title ?? '')
    ? yes(`"View on AWS Marketplace" opens ${link}.`)
    : no(`"View on AWS Marketplace" opens ${link}, which says: ${said(page)}`);
}

async function purchase(person: Person): Promise<Rehearsed> {
  const shop = await signedInShop(person);
  const [link] = /\/marketplace\/pp\/[\w-]+/.exec(shop.source) ?? [];
  if (!link) return no(`The shop has nothing to buy: ${said(shop)}`);
  const bought = await person.visitor.submit(await person.visitor.open(link), 'Create contract');
  return bought?.text.includes('The contract was created')
    ? yes('The shop says that the contract was created.')
    : no(`The shop did not sell: ${bought ? said(bought) : 'there is no "Create contract"'}`);
}

async function setUp(person: Person): Promise<Rehearsed> {
  const contract = await newestContract(person);
  const page = contract && (await person.visitor.submit(contract, 'Set up your account'));
  if (!page) return no('There is no contract with "Set up your account" in the shop.');
  if (page.status !== 200) return no(`"Set up your account" leads to ${page.path}, which says: ${said(page)}`);
  person.registration = page;
  return yes(`"Set up your account" leads to ${page.path}.`);
}

async function signUp(person: Person): Promise<Rehearsed> {
  if (person.registration === null) {
    const came = await setUp(person);
    if (!came.passed) return came;
  }
  const account = { email: `rehearsal-${person.buyer}@gmail.com`, password: 'rehearsal only' };
  const page = person.registration && (await person.visitor.submit(person.registration, 'Sign up', account));
  if (!page?.text.includes('Your account was created'))
    return no(`The SaaS made no account: ${page ? said(page) : 'its page has no "Sign up"'}`);
  person.account = account;
  return yes('The SaaS says that the account was created.');
}

async function signIn(person: Person): Promise<Rehearsed> {
  const account = person.account ?? (await knownAccount(person));
  const page = await person.visitor.submit(await person.visitor.open('/saas/sign-in'), 'Sign in', account);
  return page?.path === '/saas/contract' && page.status === 200
    ? yes(`The SaaS lets ${account.email} in.`)
    : no(`The SaaS does not let ${account.email} in: ${page ? said(page) : 'its page has no "Sign in"'}`);
}

async function change(person: Person): Promise<Rehearsed> {
  const contract = await newestContract(person);
  const quantity = Number(contract && detailOf(contract, 'Quantity')) + 10;
  const page = contract && (await person.visitor.submit(contract, 'Change contract', { quantity: String(quantity) }));
  return page?.text.includes('The contract was changed')
    ? yes(`The shop says that the contract was changed: quantity ${quantity}.`)
    : no(`The contract could not be changed: ${page ? said(page) : 'there is no "Change contract"'}`);
}

/** Plan and quantity in the SaaS are those that the shop names. */
async function inspect(person: Person): Promise<Rehearsed> {
  const contract = await newestContract(person);
  const page = await person.visitor.open('/saas/contract');
  if (page.status !== 200 || page.path !== '/saas/contract') return no(`The SaaS shows no contract: ${said(page)}`);
  const agreed =
    contract &&
    `${detailOf(contract, 'Dimension')?.replace(/ \(.*\)$/, '')}, quantity ${detailOf(contract, 'Quantity')}`;
  const [plan, quantity] = [detailOf(page, 'Plan'), detailOf(page, 'Quantity')];
  if (plan === null && quantity === null) return no(`The SaaS shows no contract: ${said(page)}`);
  const shown = `${plan ?? 'no plan'}, quantity ${quantity ?? 'none'}`;
  return agreed === shown ? yes(`The SaaS shows ${shown}.`) : no(`The SaaS shows ${shown}; the shop sold ${agreed}.`);
}

async function signedInShop({ visitor, buyer }: Person): Promise<SeenPage> {
  const shop = await visitor.open('/marketplace');
  return (await visitor.submit(shop, 'Switch', { buyer })) ?? shop;
}

async function newestContract(person: Person): Promise<SeenPage | null> {
  await signedInShop(person);
  const list = await person.visitor.open('/marketplace/contracts');
  const [link] = /\/marketplace\/contracts\/agmt-[\w-]+/.exec(list.source) ?? [];
  return link === undefined ? null : person.visitor.open(link);
}

/** The account that the sample SaaS has for this buyer from the start. */
async function knownAccount(person: Person) {
  const shop = await signedInShop(person);
  const [, name = ''] = new RegExp(`${person.buyer} \\(([\\w-]+)\\)`).exec(shop.source) ?? [];
  return { email: `${name}@acme.example`, password: 'sandbox-only' };
}

function said({ text, status }: SeenPage): string {
  return `${status}, "${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`;
}

function yes(words: string): Rehearsed {
  return { passed: true, words };
}

function no(words: string): Rehearsed {
  return { passed: false, words };
}
