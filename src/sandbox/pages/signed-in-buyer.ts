import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { refuse } from '../order.ts';
import type { SandboxWorld } from '../world.ts';
import { type Html, statusBox } from './layout.ts';

const cookie = 'sandbox-buyer';

/** A test buyer who is signed in to the shop. */
export interface SignedInBuyer {
  /** Id of the buyer's checklist. */
  readonly name: string;
  readonly accountId: string;
}

/**
 * Returns the buyer in the cookie, or the first test buyer without a cookie; null if the cookie names no test buyer.
 */
export function signedInBuyer(context: Context, world: SandboxWorld): SignedInBuyer | null {
  const all = buyersOf(world);
  const chosen = getCookie(context, cookie);
  return (chosen === undefined ? all[0] : all.find(({ accountId }) => accountId === chosen)) ?? null;
}

/** Returns the buyer for whom a form was rendered. Throws `HTTPException` if another one is signed in now. */
export function buyerOfForm(context: Context, form: URLSearchParams, world: SandboxWorld): SignedInBuyer {
  const buyer = signedInBuyer(context, world);
  if (buyer === null) return refuse(403, 'No test buyer is signed in. Choose one below.');
  if (form.get('buyer') === buyer.accountId) return buyer;
  return refuse(409, `This form is for another test buyer, but ${buyer.accountId} is signed in. Open the page again.`);
}

/** Signs in the buyer chosen in `buyerSwitch`, and returns the path to return to. */
export function switchBuyer(context: Context, form: URLSearchParams, world: SandboxWorld): string {
  const chosen = form.get('buyer') ?? '';
  const known = buyersOf(world);
  if (!known.some(({ accountId }) => accountId === chosen)) {
    refuse(400, `There is no test buyer ${JSON.stringify(chosen)}. Choose one from the list below.`);
  }
  setCookie(context, cookie, chosen, { path: '/marketplace', httpOnly: true, sameSite: 'Lax' });
  const back = form.get('back') ?? '';
  return /^\/marketplace(\/[\w/-]*)?$/.test(back) ? back : '/marketplace';
}

/** Renders the form that switches the test buyer. It returns to the same page. */
export function buyerSwitch(context: Context, world: SandboxWorld): Html {
  const buyer = signedInBuyer(context, world);
  return html`<section class="card switch" aria-labelledby="switch"><h2 id="switch">Test buyer</h2>
<form method="post" action="/marketplace/buyer">
<input type="hidden" name="back" value="${context.req.path}">
<div class="field"><label for="switch-buyer">Signed in as</label>
<select id="switch-buyer" name="buyer">${buyer === null ? html`<option value="" selected>none: choose one</option>` : ''}${buyersOf(
    world,
  ).map(
    ({ name, accountId }) =>
      html`<option value="${accountId}"${accountId === buyer?.accountId ? html` selected` : ''}>${accountId} (${name})</option>`,
  )}</select></div>
<button class="second">Switch</button>
</form></section>`;
}

/** Warns if the link was for another test buyer than the one signed in, with a button to switch. */
export function wantedBuyer(context: Context, world: SandboxWorld): Html | '' {
  const wanted = buyersOf(world).find(({ accountId }) => accountId === context.req.query('buyer'));
  const buyer = signedInBuyer(context, world);
  if (wanted === undefined || wanted.accountId === buyer?.accountId) return '';
  const words = `This link is for ${wanted.accountId} (${wanted.name}), but ${buyer?.accountId ?? 'no test buyer'} is signed in.`;
  return html`${statusBox('wait', words)}
<form method="post" action="/marketplace/buyer">
<input type="hidden" name="back" value="${context.req.path}">
<input type="hidden" name="buyer" value="${wanted.accountId}">
<p><button>Sign in as ${wanted.accountId}</button></p>
</form>`;
}

function buyersOf({ buyers }: SandboxWorld): readonly SignedInBuyer[] {
  return Object.entries(buyers).map(([name, { accountId }]) => ({ name, accountId }));
}
