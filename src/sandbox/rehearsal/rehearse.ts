import { setTimeout } from 'node:timers/promises';
import type { SandboxAction } from '../../checklist/model.ts';
import type { Rehearsal, RehearsalSubject, Rehearsed } from '../../ports/sandbox.ts';
import {
  detailOf,
  detailsOf,
  formOf,
  NoAnswer,
  openVisitor,
  sectionsOf,
  type VisitedPage,
  type Visitor,
} from './visitor.ts';

/** What people do in the use cases, on the pages of the sandbox, by the names that checklists use. */
const actions = {
  'product-page': viewProduct,
  purchase,
  'set-up': setUp,
  'sign-up': signUp,
  'sign-in': signIn,
  change,
  inspect,
} as const satisfies Record<SandboxAction, (person: Person) => Promise<Rehearsed>>;

/** A person with a browser: the test buyer in the shop, and the user of the SaaS. */
interface Person extends Shopper, RehearsalSubject {
  account: { readonly email: string; readonly password: string } | null;
  /** The page that "Set up your account" led to. */
  registration: VisitedPage | null;
  /** Has signed in to the SaaS. */
  signedIn: boolean;
  readonly signal: AbortSignal;
  /** Opens another browser. */
  stranger(): Shopper['visitor'];
}

/** Does people's parts in the sandbox at `url`, with one person for each buyer. Reads the subject each time. */
export function openRehearsal(
  url: string,
  subject: () => RehearsalSubject = () => ({ product: null, page: null }),
  signal: AbortSignal = new AbortController().signal,
): Rehearsal {
  const people = new Map<string, Person>();
  return async (action, buyer) => {
    const visitor = () => openVisitor(url, signal);
    const known = people.get(buyer) ?? {
      visitor: visitor(),
      buyer,
      account: null,
      registration: null,
      signedIn: false,
    };
    const person: Person = Object.assign(known, { ...subject(), signal, stranger: visitor });
    people.set(buyer, person);
    try {
      return await actions[action](person);
    } catch (error) {
      if (error instanceof NoAnswer) return failed(error.message);
      throw error;
    }
  };
}

async function viewProduct(person: Person): Promise<Rehearsed> {
  await signedInShop(person);
  const listed = await listedProduct(person);
  if (!listed?.link) return failed(`The portal lists no page for the product${productId(person)}.`);
  const { title, link } = listed;
  if (person.page !== null && new URL(person.page).pathname !== link)
    return failed(`"View on AWS Marketplace" opens ${link}, not ${new URL(person.page).pathname}.`);
  const page = await person.visitor.open(link);
  return page.status === 200 && page.text.includes(title)
    ? passed(`"View on AWS Marketplace" opens ${link}, the page of ${title}.`)
    : failed(`"View on AWS Marketplace" opens ${link}, which says: ${quoted(page)}`);
}

async function purchase(person: Person): Promise<Rehearsed> {
  await signedInShop(person);
  const listed = await listedProduct(person);
  if (!listed?.link) return failed(`The shop has no page for the product${productId(person)}.`);
  const page = await person.visitor.open(listed.link);
  const button = ['Create contract', 'Subscribe'].find((each) => formOf(page, each) !== null);
  const bought = button === undefined ? null : await person.visitor.submit(page, button);
  return bought?.text.includes('The contract was created')
    ? passed(`The shop says that the contract for ${listed.title} was created.`)
    : failed(`The shop did not sell ${listed.title}: ${quoted(bought ?? page)}`);
}

async function setUp(person: Person): Promise<Rehearsed> {
  const contract = await newestContract(person);
  const page = contract && (await person.visitor.submit(contract, 'Set up your account'));
  if (!page) return failed('The shop has no contract with "Set up your account".');
  if (page.status !== 200) return failed(`"Set up your account" leads to ${page.path}, which says: ${quoted(page)}`);
  person.registration = page;
  return passed(`"Set up your account" leads to ${page.path}.`);
}

async function signUp(person: Person): Promise<Rehearsed> {
  if (person.registration === null) {
    const came = await setUp(person);
    if (came.status !== 'pass') return came;
  }
  const account = newAccount(person);
  const page = person.registration && (await person.visitor.submit(person.registration, 'Sign up', account));
  if (page === null && (await signsIn(account, person)))
    return passed('The SaaS has the account that an earlier rehearsal has created.');
  if (!page?.text.includes('Your account was created'))
    return failed(`The SaaS created no account: ${page ? quoted(page) : 'its page has no "Sign up"'}`);
  person.account = account;
  return passed('The SaaS says that the account was created.');
}

async function signIn(person: Person): Promise<Rehearsed> {
  const earlier = newAccount(person);
  const account = person.account ?? ((await signsIn(earlier, person)) ? earlier : await knownAccount(person));
  const sign = async ({ visitor }: Pick<Person, 'visitor'>) =>
    visitor.submit(await visitor.open('/saas/sign-in'), 'Sign in', account);
  // Opened in another browser without the purchase, to see the account as it was before.
  const before = await sign({ visitor: person.stranger() });
  const page = await sign(person);
  if (page?.path !== '/saas/contract' || page.status !== 200)
    return failed(`The SaaS did not sign ${account.email} in: ${page ? quoted(page) : 'its page has no "Sign in"'}`);
  person.signedIn = true;
  const [was, is] = [before, page].map((each) => each && detailOf(each, 'Account number'));
  return was === is
    ? passed(`The SaaS signed ${account.email} in.`)
    : failed(`The SaaS signs ${account.email} in to account ${is ?? 'none'}; it was account ${was ?? 'none'} before.`);
}

/** Adds ten units, or chooses another dimension if the quantity cannot be chosen. */
async function change(person: Person): Promise<Rehearsed> {
  const contract = await newestContract(person);
  const form = contract && formOf(contract, 'Change contract');
  if (!contract || !form)
    return failed(`The shop has no contract that can be changed${contract ? `: ${quoted(contract)}` : '.'}`);
  const { quantity, dimension = '' } = form.fields;
  const other = form.lists.dimension?.find((each) => each !== dimension) ?? dimension;
  const wanted = quantity === undefined ? { dimension: other } : { quantity: String(Number(quantity) + 10) };
  const page = await person.visitor.submit(contract, 'Change contract', wanted);
  const words = Object.entries(wanted).map(([name, value]) => `${name} ${value}`);
  return page?.text.includes('The contract was changed')
    ? passed(`The shop says that the contract was changed: ${words}.`)
    : failed(`The contract could not be changed: ${page ? quoted(page) : 'there is no "Change contract"'}`);
}

/** Passes if the SaaS shows exactly the newest contract of the shop. */
async function inspect(person: Person): Promise<Rehearsed> {
  const contract = await newestContract(person);
  const page = await grantedPage(person);
  if (page.path === '/saas/sign-in' && !person.signedIn)
    return {
      status: 'error',
      words:
        'The rehearsal has not signed in to the SaaS, so it could not check the contract there. Add a step with "sandbox: sign-in" before this one, and start a new run.',
    };
  if (page.status !== 200 || page.path !== '/saas/contract')
    return failed(`The SaaS shows no contract: ${quoted(page)}`);
  const licence = contract && detailOf(contract, 'License');
  const card = sectionsOf(page, 'section').find((each) => licence !== null && detailOf(each, 'License') === licence);
  const [plans, quantities] = card ? [detailsOf(card, 'Plan'), detailsOf(card, 'Quantity')] : [[], []];
  const shown = plans.map((plan, index) => `${plan}, quantity ${quantities[index] ?? 'none'}`);
  if (shown.length === 0) return failed(`The SaaS shows no contract for ${licence ?? 'this buyer'}: ${quoted(page)}`);
  const agreed = contract === null ? [] : agreedIn(contract);
  const words = `The SaaS shows ${shown.join('; ')}`;
  return agreed.length > 0 && [...agreed].sort().join() === [...shown].sort().join()
    ? passed(`${words}.`)
    : failed(`${words}; the shop sold ${agreed.join('; ') || 'nothing'}.`);
}

/** Reloads the page for up to 20 s while it says that AWS has not granted the contract yet. */
async function grantedPage({ visitor, signal }: Person): Promise<VisitedPage> {
  for (let tries = 1; ; tries++) {
    const page = await visitor.open('/saas/contract');
    if (tries === 40 || !page.text.includes('has not granted your contract yet')) return page;
    await setTimeout(500, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Returns `Pro, quantity 10` for each dimension. */
function agreedIn(contract: VisitedPage): readonly string[] {
  const one = detailOf(contract, 'Dimension');
  const list = one === null ? detailOf(contract, 'Dimensions') : `${one} ${detailOf(contract, 'Quantity')}`;
  const parts = (list ?? '').matchAll(/(.+?) \([^()]*\) (\d+)(?:, |$)/g);
  return [...parts].map(([, name, quantity]) => `${name}, quantity ${quantity}`);
}

function productId({ product }: Person): string {
  return product === null ? '' : ` ${product}`;
}

/** The account that a rehearsal creates for this buyer. A later one knows it, too. */
function newAccount({ buyer }: Person) {
  return { email: `rehearsal-${buyer}@gmail.com`, password: 'rehearsal only' };
}

/** Whether the SaaS has this account. Finds it out in another browser. */
async function signsIn(account: NonNullable<Person['account']>, person: Person): Promise<boolean> {
  const visitor = person.stranger();
  const page = await visitor.submit(await visitor.open('/saas/sign-in'), 'Sign in', account);
  return page?.path === '/saas/contract';
}

/** Finds the account that the sample SaaS had for this buyer from the start. */
async function knownAccount(person: Person) {
  const shop = await signedInShop(person);
  const [, name = ''] = new RegExp(`${person.buyer} \\(([\\w-]+)\\)`).exec(shop.source) ?? [];
  return { email: `${name}@acme.example`, password: 'sandbox-only' };
}

function quoted({ text, status }: VisitedPage): string {
  return `${status}, "${text.length > 200 ? `${text.slice(0, 200)}…` : text}"`;
}

function passed(words: string): Rehearsed {
  return { status: 'pass', words };
}

function failed(words: string): Rehearsed {
  return { status: 'fail', words };
}

/** The test buyer in the shop. */
interface Shopper {
  readonly visitor: Visitor;
  readonly buyer: string;
  /** Entity id of the product of the run; null if unknown, for the first product. */
  readonly product: string | null;
}

interface ListedProduct {
  readonly title: string;
  /** Path of its page, or null. */
  readonly link: string | null;
}

/** Signs the buyer in. Returns the page of the products. */
async function signedInShop({ visitor, buyer }: Shopper): Promise<VisitedPage> {
  const shop = await visitor.open('/marketplace');
  return (await visitor.submit(shop, 'Switch', { buyer })) ?? shop;
}

/** Finds the product in the seller's portal, or null. */
async function listedProduct({ visitor, product }: Shopper): Promise<ListedProduct | null> {
  const portal = await visitor.open('/marketplace/management/products/saas');
  const listed = sectionsOf(portal, 'li').filter((each) => detailOf(each, 'Product ID') !== null);
  const found = product === null ? listed[0] : listed.find((each) => detailOf(each, 'Product ID') === product);
  if (found === undefined) return null;
  const [title] = sectionsOf(found, 'h2');
  return { title: title?.text ?? '', link: /href="([^"]+)">View on AWS Marketplace/.exec(found.source)?.[1] ?? null };
}

/** Opens the page of the buyer's newest contract for the product; null if there is none. */
async function newestContract(shopper: Shopper): Promise<VisitedPage | null> {
  await signedInShop(shopper);
  const { visitor } = shopper;
  const product = await listedProduct(shopper);
  const list = sectionsOf(await visitor.open('/marketplace/contracts'), 'li');
  const item = list.find((each) => product !== null && sectionsOf(each, 'bdi')[0]?.text === product.title);
  const link = item && /href="([^"]+)"/.exec(item.source)?.[1];
  return link === undefined ? null : visitor.open(link);
}
