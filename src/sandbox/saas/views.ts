import { html } from 'hono/html';
import { details, type Html, statusBox, timeText } from '../pages/layout.ts';
import { type Account, type KnownPurchase, licenseOf } from './customers.ts';
import type { ShownPlan } from './integration.ts';

/** Shown to visitors without a purchase. */
export function registrationHelp(): Html {
  return html`<section class="card" aria-labelledby="how"><h2 id="how">How to sign up</h2>
<p>Acme is sold on AWS Marketplace. Subscribe there, then choose "Set up your account" to come back here.</p>
<p>Already have an account? <a href="/saas/sign-in">Sign in</a>.</p></section>`;
}

/** Shown if a registration failed, with links. */
export function fromMarketplace(): Html {
  return html`<p><a href="/marketplace/contracts">Your contracts on the marketplace</a> or <a href="/saas/sign-in">sign in</a></p>`;
}

/** Renders the sign-up or sign-in form. Both keep the purchase that the user arrived with. */
export function accountForm(
  kind: 'sign-up' | 'sign-in',
  /** `wrong`: the form was rejected. The element with the id `wrong` says why. */
  { email = '', wrong = false }: { readonly email?: string; readonly wrong?: boolean } = {},
): Html {
  const isNew = kind === 'sign-up';
  const state = (hint: string) => {
    const describedBy = [wrong ? 'wrong' : '', hint].filter(Boolean).join(' ');
    return html`${wrong ? html` aria-invalid="true"` : ''}${describedBy === '' ? '' : html` aria-describedby="${describedBy}"`}`;
  };
  return html`<section class="card" aria-labelledby="account"><h2 id="account">${isNew ? 'Create an account' : 'Your account'}</h2>
<form method="post" action="/saas/${kind}">
<div class="field"><label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}"${state('')}></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="${isNew ? 'new-password' : 'current-password'}"${
    isNew ? html` minlength="8"` : ''
  }${state(isNew ? 'password-hint' : '')}>${isNew ? html`<p class="hint" id="password-hint">8 characters or more. Use one that you use nowhere else.</p>` : ''}</div>
<button>${isNew ? 'Sign up' : 'Sign in'}</button>
</form></section>
${isNew ? html`<p>Already have an account? <a href="/saas/sign-in">Sign in to your account</a>; your purchase is added to it.</p>` : ''}`;
}

interface ContractView {
  readonly contract: KnownPurchase;
  /** If false, AWS could not be asked, and this is its last answer. */
  readonly fresh: boolean;
  readonly plans: readonly ShownPlan[];
}

/** Renders the account and everything it has bought. */
export function contractCards(account: Account, contracts: readonly ContractView[], now: number): Html {
  const numbered = contracts.length > 1;
  return html`<section class="card" aria-labelledby="account"><h2 id="account">Your account</h2>
${details({ 'Signed in as': account.email, 'Account number': account.id, 'Account since': timeText(account.createdAt) })}
<form method="post" action="/saas/sign-out"><button class="second">Sign out</button></form></section>
${
  contracts.length === 0
    ? statusBox(
        'wait',
        'This account has no contract. Subscribe on AWS Marketplace, then choose "Set up your account".',
      )
    : contracts.map((shown, i) => contractCard(shown, i + 1, numbered, now))
}`;
}

function contractCard({ contract, fresh, plans }: ContractView, nth: number, numbered: boolean, now: number): Html {
  const heading = numbered ? `Contract ${nth}` : 'Contract';
  return html`<section class="card" aria-labelledby="contract-${nth}"><h2 id="contract-${nth}">${heading}</h2>
${fresh ? '' : statusBox('error', 'AWS Marketplace is currently unavailable. This is its last response.')}
${plans.length > 0 ? '' : statusBox('wait', 'AWS Marketplace has not granted your contract yet. Reload this page in a minute.')}
${plans.map(({ plan, quantity, endsAt }) =>
  details({
    Plan: plan,
    Quantity: quantity,
    'Ends on': endsAt === null ? 'without end' : `${timeText(endsAt)}${endsAt <= now ? ' (ended)' : ''}`,
  }),
)}
${details({ 'AWS account': contract.awsAccountId, License: licenseOf(contract) ?? null })}
</section>`;
}
