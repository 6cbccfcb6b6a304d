import type { Page } from 'playwright-core';
import { parseScenario } from '../../../src/sandbox/scenario-file.ts';
import type { LocalSandbox, LocalSandboxOptions } from '../../../src/sandbox/start-sandbox.ts';
import { mouse } from './browser-person.ts';
import type { Machine } from './machine.ts';

interface Visit {
  readonly machine: Machine;
  readonly page: Page;
}

/** A page of the sandbox in one of its states, and the way of a person to it. */
interface PageState {
  readonly name: string;
  readonly h1: string;
  see(visit: Visit): Promise<unknown>;
}

const buyers = { newcomer: '444455556666', customer: '666677778888', outsider: '123412341234', old: '777700001111' };
const day = 24 * 60 * 60 * 1000;
const long = 'A product for Donaudampfschifffahrtsgesellschaftskapitänsmützen & <other> things';

const scenario = `
buyers:
  new-signup: "${buyers.newcomer}"
  existing-user: "555566667777"
  contract-change: "${buyers.customer}"
  outsider: "${buyers.outsider}"
  old-customer: "${buyers.old}"
products:
  - title: Acme Notes
    dimensions: [{ key: pro, name: Pro, price: 0.5 }, { key: basic, name: Basic, price: 0.00001 }]
    months: [1, 12, 36]
    allowlist: [new-signup, existing-user, contract-change]
  - { title: Acme Calls, dimensions: [{ key: calls, type: Metered }], allowlist: [new-signup] }
  - { title: Acme Site, dimensions: [{ key: site, price: 100 }], quantities: Disallowed, allowlist: [new-signup] }
  - title: ${JSON.stringify(long)}
    dimensions: ${JSON.stringify(
      Array.from({ length: 8 }, (_, i) => ({
        key: `a.rather.long-key_of_a_dimension-${i}${'x'.repeat(i === 7 ? 26 : 0)}`,
      })),
    )}
    allowlist: [contract-change]
    fulfillment-url: https://app.acme.example/${'a-long-path-without-an-end/'.repeat(4)}
  - { title: Acme Draft, visibility: Draft, dimensions: [{ key: pro }] }
contracts:
  - { buyer: contract-change, dimensions: { pro: 5, basic: 1 }, months: 12, started: 40d }
  - { buyer: contract-change, product: ${JSON.stringify(long)}, dimensions: { a.rather.long-key_of_a_dimension-0: 1000000 } }
  - { buyer: old-customer, dimensions: { pro: 5 }, started: 40d }
`;

/** A sandbox with products and buyers of many kinds, and the window of a person who uses it. */
async function open({ machine, page }: Visit, options: LocalSandboxOptions = {}) {
  const read = parseScenario('scenario.yaml', scenario);
  if (!('faults' in read)) throw new Error(read.map(({ message }) => message).join('\n'));
  const clock = { now: Date.now(), broken: false };
  const sandbox: LocalSandbox = await machine.marketplace({
    scenario: read,
    now: () => clock.now,
    fault: () => (clock.broken ? 'access-denied' : null),
    ...options,
  });
  const { url, world } = sandbox;
  const go = (path: string) => page.goto(`${url}${path}`);
  const press = (name: string) => mouse.press(page.getByRole('button', { name, exact: true }));
  const follow = (name: string) => mouse.press(page.getByRole('link', { name }).first());
  const become = async (buyer: string, path = '/marketplace') => {
    await go(path);
    await page.getByLabel('Signed in as').selectOption(buyer);
    await press('Switch');
  };
  const enter = async (button: string, email: string, password: string) => {
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password').fill(password);
    await press(button);
  };
  const toProduct = async (title = 'Acme Notes', buyer = buyers.newcomer) => {
    await become(buyer);
    await follow(title);
  };
  const buy = async (title = 'Acme Notes') => {
    await toProduct(title);
    await press(title === 'Acme Calls' ? 'Subscribe' : 'Create contract');
  };
  const toSignUp = async () => {
    await buy();
    await press('Set up your account');
  };
  const signUp = async () => {
    await toSignUp();
    await enter('Sign up', 'aiko@gmail.com', 'correct horse');
  };
  const signIn = async (email: string, password = 'sandbox-only') => {
    await go('/saas/sign-in');
    await enter('Sign in', email, password);
  };
  /** Changes what the page would send. */
  const forge = (name: string, value: string) =>
    page
      .locator(`input[name="${name}"]`)
      .first()
      .evaluate((input, text) => input.setAttribute('value', text), value);
  const contract = async (buyer: string) => {
    await become(buyer, '/marketplace/contracts');
    await follow('Acme Notes');
  };
  const steps = { become, buy, contract, enter, follow, forge, go, press, signIn, signUp, toProduct, toSignUp };
  return { ...steps, page, clock, world, url };
}

type Person = Awaited<ReturnType<typeof open>>;

function state(name: string, h1: string, way: (person: Person) => Promise<unknown>, options?: LocalSandboxOptions) {
  return { name, h1, see: async (visit: Visit) => way(await open(visit, options)) } satisfies PageState;
}

const wrong = 'Something went wrong';
const signUpTitle = 'Sign up for Acme';
const signInTitle = 'Sign in to Acme';

const shopStates: readonly PageState[] = [
  state('the shop', 'Products', ({ go }) => go('/marketplace')),
  state('the calls, before there are any', 'Calls to the APIs', ({ go }) => go('/sandbox/calls')),
  state('the calls', 'Calls to the APIs', async ({ toSignUp, url, follow }) => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=MPVERIFYSANDBOXSELLER/20261123/us-east-1/dynamodb/aws4_request';
    await fetch(url, { method: 'POST', headers: { authorization, 'x-amz-target': 'x'.repeat(300) }, body: '{}' });
    await toSignUp();
    await follow('API calls');
  }),
  state('the shop for a buyer who can buy nothing', 'Products', ({ become }) => become(buyers.outsider)),
  state('a product page', 'Acme Notes', ({ toProduct }) => toProduct()),
  state('a product page after the purchase', 'Acme Notes', async ({ buy, toProduct }) => {
    await buy();
    await toProduct();
  }),
  state('a product page with long words', long, ({ toProduct }) => toProduct('A product for', buyers.customer)),
  state('a product page of a usage product', 'Acme Calls', ({ toProduct }) => toProduct('Acme Calls')),
  state('a product page without a choice', 'Acme Site', ({ toProduct }) => toProduct('Acme Site')),
  state('a product page without an offer', 'Acme Notes', ({ world, toProduct }) => {
    world.offers = [];
    return toProduct();
  }),
  state('a product page of what is sold no longer', 'Acme Notes', async ({ world, page, toProduct }) => {
    await toProduct('Acme Notes', buyers.customer);
    world.products = world.products.map((product) => ({ ...product, visibility: 'Restricted' }));
    await page.reload();
  }),
  state('no contracts', 'Your contracts', ({ become }) => become(buyers.newcomer, '/marketplace/contracts')),
  state('contracts', 'Your contracts', ({ become }) => become(buyers.customer, '/marketplace/contracts')),
  state('a new contract', 'Contract for Acme Notes', ({ buy }) => buy(), { delayMs: 3000 }),
  state('a changed contract', 'Contract for Acme Notes', async ({ contract, page, press }) => {
    await contract(buyers.customer);
    await page.getByLabel('Quantity').fill('20');
    await press('Change contract');
  }),
  state('a contract of two dimensions', 'Contract for Acme Notes', ({ contract }) => contract(buyers.customer)),
  state('a contract that has ended', 'Contract for Acme Notes', ({ contract }) => contract(buyers.old)),
  state('a contract of a usage product', 'Contract for Acme Calls', ({ buy }) => buy('Acme Calls')),
  state('a contract without a choice', 'Contract for Acme Site', ({ buy }) => buy('Acme Site')),
  state('a contract with long words', `Contract for ${long}`, async ({ become, follow }) => {
    await become(buyers.customer, '/marketplace/contracts');
    await follow('A product for');
  }),
  state('a contract without a way on', 'Contract for Acme Notes', ({ world, buy }) => {
    world.products = world.products.map((product) => ({ ...product, fulfillmentUrl: null }));
    return buy();
  }),
  state('the portal', "The seller's SaaS products", ({ go }) => go('/marketplace/management/products/saas')),
  state('the portal with a product that has nothing', "The seller's SaaS products", ({ world, go }) => {
    const nothing = { listingId: null, code: null, fulfillmentUrl: null };
    world.products = world.products.slice(0, 2).map((product, i) => (i === 0 ? product : { ...product, ...nothing }));
    return go('/marketplace/management/products/saas');
  }),
  state('the portal without products', "The seller's SaaS products", ({ world, go }) => {
    world.products = [];
    return go('/marketplace/management/products/saas');
  }),
  state('an address of the shop without a page', 'Page not found', ({ go }) => go('/marketplace/nowhere')),
  state('a product that does not exist', wrong, ({ go }) => go('/marketplace/pp/prodview-none')),
  state('a product for other buyers', wrong, async ({ toProduct, become, page }) => {
    await toProduct();
    await become(buyers.outsider, new URL(page.url()).pathname);
  }),
  state('a purchase of what is not sold', wrong, async ({ toProduct, forge, page, press }) => {
    await toProduct();
    await forge('buyer', buyers.outsider);
    await page.getByLabel('Quantity').fill('10');
    await press('Create contract');
  }),
  state('a change that changes nothing', 'Contract for Acme Notes', async ({ buy, press }) => {
    await buy();
    await press('Change contract');
  }),
  state('a product page for another test buyer', 'Acme Notes', async ({ toProduct, page }) => {
    await toProduct();
    await page.goto(`${page.url()}?buyer=${buyers.customer}`);
  }),
  state('a shop in which nobody is signed in', wrong, async ({ page, url, go }) => {
    await page.context().addCookies([{ name: 'sandbox-buyer', value: '1', url: `${url}/marketplace` }]);
    await go('/marketplace/contracts');
  }),
];

const saasStates: readonly PageState[] = [
  state('registration without a purchase', signUpTitle, ({ go }) => go('/saas/registration')),
  state('registration with an invalid token', wrong, async ({ buy, forge, press }) => {
    await buy();
    await forge('x-amzn-marketplace-token', 'made-up');
    await press('Set up your account');
  }),
  state('registration with an expired token', wrong, async ({ buy, clock, press }) => {
    await buy();
    clock.now += day;
    await press('Set up your account');
  }),
  state('registration without a token', wrong, async ({ buy, forge, press }) => {
    await buy();
    await forge('x-amzn-marketplace-token', '');
    await press('Set up your account');
  }),
  state('registration while AWS can not be asked', wrong, async ({ buy, clock, press }) => {
    await buy();
    clock.broken = true;
    await press('Set up your account');
  }),
  state('registration that takes no POST', wrong, ({ toSignUp }) => toSignUp(), { saasBug: 'get-only-registration' }),
  state('registration that crashes', 'Internal error', ({ toSignUp }) => toSignUp(), {
    saasBug: 'crashes-on-empty-entitlements',
    delayMs: 60_000,
  }),
  state('sign-up', signUpTitle, ({ toSignUp }) => toSignUp()),
  state('sign-up with half an address', wrong, async ({ toSignUp, enter }) => {
    await toSignUp();
    await enter('Sign up', 'aiko@localhost', 'correct horse');
  }),
  state('sign-up of somebody who has an account', wrong, async ({ toSignUp, enter }) => {
    await toSignUp();
    await enter('Sign up', 'existing-user@acme.example', 'correct horse');
  }),
  state('sign-in', signInTitle, ({ go }) => go('/saas/sign-in')),
  state('sign-in after sign-up', signInTitle, ({ signUp }) => signUp()),
  state('sign-in with a purchase that is known', signInTitle, async ({ signUp, contract, press }) => {
    await signUp();
    await contract(buyers.newcomer);
    await press('Set up your account');
  }),
  state('sign-in with a purchase', signInTitle, async ({ toSignUp, follow }) => {
    await toSignUp();
    await follow('Sign in to your account');
  }),
  state('sign-in with another password', wrong, ({ signIn }) => signIn('existing-user@acme.example', 'wrong')),
  state('the SaaS without a contract', 'Your contract', ({ signIn }) => signIn('existing-user@acme.example')),
  state('the SaaS with a contract', 'Your contract', async ({ signUp, enter }) => {
    await signUp();
    await enter('Sign in', 'aiko@gmail.com', 'correct horse');
  }),
  state(
    'the SaaS before AWS grants the contract',
    'Your contract',
    async ({ signUp, enter }) => {
      await signUp();
      await enter('Sign in', 'aiko@gmail.com', 'correct horse');
    },
    { delayMs: 60_000 },
  ),
  state('the SaaS with two contracts', 'Your contract', ({ signIn }) => signIn('contract-change@acme.example')),
  state('the SaaS with a contract that has ended', 'Your contract', async ({ signUp, enter, clock, go }) => {
    await signUp();
    await enter('Sign in', 'aiko@gmail.com', 'correct horse');
    clock.now += 60 * day;
    await go('/saas/contract');
  }),
  state('the SaaS while AWS can not be asked', 'Your contract', async ({ clock, signIn }) => {
    clock.broken = true;
    await signIn('contract-change@acme.example');
  }),
  state('an address of the SaaS without a page', 'Page not found', ({ go }) => go('/saas/nowhere')),
];

export const pageStates = [...shopStates, ...saasStates];
