import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { apiToken } from '../addresses.ts';
import { type Html, layout, statusBox } from '../pages/layout.ts';
import { readForm, subSite } from '../pages/site.ts';
import type { Aws } from './aws.ts';
import { type Account, type Customers, isPassword, type KnownPurchase, keyOf } from './customers.ts';
import { type Integration, shownPlans } from './integration.ts';
import { accountForm, contractCards, fromMarketplace, registrationHelp } from './views.ts';

export interface SaasOptions {
  readonly customers: Customers;
  readonly integration: Integration;
  /** Loads the SDK at the first call. */
  readonly aws: () => Promise<Aws>;
  /** Returns the SaaS's plan names by the dimensions of a product. */
  readonly plansOf: (productCode: string) => ReadonlyMap<string, string>;
  /** What the sign-in page says about the initial accounts. */
  readonly knownAccounts: string;
  /** Epoch ms. */
  readonly now: () => number;
}

const minutes = 60;

/** A small, complete SaaS on AWS Marketplace: the model for your own. Everything is under `/saas`. */
export function saasApp(options: SaasOptions) {
  const { customers, integration, now } = options;
  /** Signed-in accounts, and purchases without an account, by the ids in cookies. */
  const [sessions, registrations] = [new Map<string, number>(), new Map<string, string>()];
  const { app, catchAll } = subSite('saas', '/saas/sign-in', () => '');
  const show = (context: Context, title: string, body: Html, status: ContentfulStatusCode = 200) =>
    context.html(layout('saas', { title, at: context.req.path, body }), status);
  const refuse = (context: Context, status: ContentfulStatusCode, words: string, body: Html) =>
    show(context, 'Something went wrong', html`<div id="wrong">${statusBox('error', words)}</div>${body}`, status);
  const waiting = (context: Context): KnownPurchase | undefined =>
    customers.contract(registrations.get(getCookie(context, 'acme-registration') ?? '') ?? '');
  const forget = (context: Context) => {
    registrations.delete(getCookie(context, 'acme-registration') ?? '');
    deleteCookie(context, 'acme-registration', { path: '/saas' });
  };

  app.get('/registration', (context) => show(context, 'Sign up for Acme', registrationHelp()));

  // AWS Marketplace posts here. CSRF protection must allow it: the token proves the purchase.
  app.post('/registration', async (context) => {
    if (!integration.takesPost) return refuse(context, 405, 'Method not allowed.', html``);
    const token = integration.tokenOf(await readForm(context));
    if (token === '') return refuse(context, 400, 'The registration token is missing.', fromMarketplace());
    const aws = await options.aws();
    const found = await aws.resolve(token).catch(troubleOf);
    if ('status' in found) return refuse(context, found.status, found.words, fromMarketplace());
    const contract = customers.contractFor(found);
    // AWS may be slow, or may not have granted the entitlement yet. Sign-up continues; each view of the contract asks
    // again.
    await waitBriefly(refresh(contract, options));
    if (contract.accountId !== null) return context.redirect('/saas/sign-in?known', 303);
    // Never put the token into cookies or URLs. The redirect keeps a reload from sending the form twice.
    const id = randomBytes(16).toString('hex');
    registrations.set(id, keyOf(contract));
    setCookie(context, 'acme-registration', id, { ...cookie, maxAge: 60 * minutes });
    return context.redirect('/saas/sign-up', 303);
  });

  app.get('/sign-up', (context) =>
    waiting(context) === undefined
      ? context.redirect('/saas/registration', 303)
      : show(context, 'Sign up for Acme', accountForm('sign-up')),
  );

  app.post('/sign-up', async (context) => {
    const form = await readForm(context);
    const [email, password] = [form.get('email')?.trim() ?? '', form.get('password') ?? ''];
    const contract = waiting(context);
    if (contract === undefined) return refuse(context, 400, 'You have no purchase to sign up with.', fromMarketplace());
    if (contract.accountId !== null) {
      return refuse(
        context,
        409,
        'This purchase already belongs to an account. Sign in to it.',
        accountForm('sign-in'),
      );
    }
    const wrong = wrongAccount(email, password);
    if (wrong !== null) return refuse(context, 400, wrong, accountForm('sign-up', { email, wrong: true }));
    if (customers.byEmail(email) !== undefined) {
      const words = `${email} already has an account. Sign in to it, and your purchase is added.`;
      return refuse(context, 409, words, accountForm('sign-in', { email }));
    }
    integration.link(contract, customers.create(email, password, now()));
    forget(context);
    return context.redirect('/saas/sign-in?created', 303);
  });

  app.get('/sign-in', (context) => {
    const event = context.req.query('created') === '' ? 'created' : context.req.query('known') === '' ? 'known' : null;
    const words = event === null ? '' : statusBox('done', news[event]);
    const pending = waiting(context) && statusBox('wait', 'Sign in to add your purchase to your account.');
    const hint = html`<p class="hint">${options.knownAccounts}</p>`;
    return show(context, 'Sign in to Acme', html`${words}${pending}${accountForm('sign-in')}${hint}`);
  });

  app.post('/sign-in', async (context) => {
    const form = await readForm(context);
    const [email, password] = [form.get('email') ?? '', form.get('password') ?? ''];
    const existing = customers.byEmail(email);
    if (existing === undefined || !isPassword(existing, password.slice(0, 200))) {
      const hint = html`<p class="hint">${options.knownAccounts}</p>`;
      const form = html`${accountForm('sign-in', { email, wrong: true })}${hint}`;
      return refuse(context, 401, 'Wrong email address or password.', form);
    }
    const contract = waiting(context);
    const account = contract === undefined ? existing : integration.accountFor(existing, customers, now());
    // Another browser may have signed up with the same purchase in the meantime.
    if (contract !== undefined && contract.accountId === null) integration.link(contract, account);
    forget(context);
    const id = randomBytes(16).toString('hex');
    sessions.set(id, account.id);
    setCookie(context, 'acme-session', id, cookie);
    return context.redirect('/saas/contract', 303);
  });

  app.post('/sign-out', (context) => {
    sessions.delete(getCookie(context, 'acme-session') ?? '');
    deleteCookie(context, 'acme-session', { path: '/saas' });
    return context.redirect('/saas/sign-in', 303);
  });

  app.get('/contract', async (context) => {
    const account = customers.byId(sessions.get(getCookie(context, 'acme-session') ?? '') ?? 0);
    if (account === undefined) return context.redirect('/saas/sign-in', 303);
    return show(context, 'Your contract', await contractBody(account, options));
  });

  app.get('/api/contract', async (context) => {
    if (context.req.header('authorization') !== `Bearer ${apiToken}`)
      return context.json({ error: 'The Authorization header with the API token is missing.' }, 401);
    const { account = '', licence = '' } = context.req.query();
    const contract = customers.contractOf(account, licence);
    if (contract === undefined || contract.accountId === null) {
      return context.json({ error: 'No account has a contract for that AWS account and license.' }, 404);
    }
    if (!(await refresh(contract, options)))
      return context.json({ error: 'AWS Marketplace is currently unavailable.' }, 503);
    const plans = shownPlans(integration, contract.entitlements, options.plansOf(contract.productCode)).map(
      (shown) => ({ ...shown, endsAt: shown.endsAt === null ? null : new Date(shown.endsAt).toISOString() }),
    );
    // AWS promises no order: with several dimensions, use `plans`. The sandbox lists the newest last.
    return context.json({ accounts: customers.accountsWith(contract), contract: plans.at(-1) ?? null, plans });
  });
  catchAll();
  return app;
}

/** With https add `secure`; the sandbox has no certificate. */
const cookie = { path: '/saas', httpOnly: true, sameSite: 'Lax' } as const;

const news = {
  created: 'Your account was created. Sign in to it.',
  known: 'Your purchase already has an account. Sign in to it.',
} as const;

/** Asks AWS again. Returns false if AWS could not be asked; the contract then keeps its last answer. */
async function refresh(contract: KnownPurchase, { aws, integration }: SaasOptions): Promise<boolean> {
  try {
    contract.entitlements = await integration.read(await aws(), contract);
    return true;
  } catch (error) {
    if (isOfAws(error)) return false;
    throw error;
  }
}

/** Waits at most 2 s, because users should not wait longer to sign up. The work is repeated later. */
async function waitBriefly(work: Promise<unknown>): Promise<void> {
  const limit = new AbortController();
  const late = setTimeout(2_000, undefined, { signal: limit.signal }).catch(() => undefined);
  // A later failure must not become an unhandled rejection.
  work.catch(() => undefined);
  await Promise.race([work, late]).finally(() => limit.abort());
}

async function contractBody(account: Account, options: SaasOptions): Promise<Html> {
  const { customers, integration, plansOf, now } = options;
  const contracts = [];
  for (const contract of customers.contractsOf(account)) {
    const fresh = await refresh(contract, options);
    contracts.push({
      contract,
      fresh,
      plans: shownPlans(integration, contract.entitlements, plansOf(contract.productCode)),
    });
  }
  return contractCards(account, contracts, now());
}

/** Returns the answer if ResolveCustomer fails. Rethrows errors that are not AWS's. */
function troubleOf(error: unknown) {
  if (!isOfAws(error)) throw error;
  const again = 'Go back to AWS Marketplace and choose "Set up your account" again.';
  if (error.name === 'InvalidTokenException') return refusal(400, `This registration token is invalid. ${again}`);
  // Expired keys of the SaaS have the same error name. Only the message differs: "The security token included in the
  // request is expired".
  if (error.name === 'ExpiredTokenException' && !/security token/i.test(error.message)) {
    return refusal(400, `This registration token has expired. ${again}`);
  }
  return refusal(503, 'We cannot check your purchase with AWS Marketplace right now. Try again in a few minutes.');
}

function refusal(status: 400 | 503, words: string) {
  return { status, words };
}

/** The SDK adds `$metadata` to every error of a call, even without an answer. */
function isOfAws(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}

/** Returns what is wrong with a sign-up form, or null. */
function wrongAccount(email: string, password: string): string | null {
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    return 'Enter an email address, such as aiko@gmail.com.';
  if (password.length < 8 || password.length > 200) return 'Enter a password of 8 to 200 characters.';
  return null;
}
