import { html } from 'hono/html';
import { licenseId } from '../../checklist/outputs.ts';
import { issueToken, monthsOf } from '../contracts.ts';
import { grantedAt, isActive, soldDimensions, termsFor } from '../order.ts';
import type { StoredAgreement, StoredProduct } from '../world.ts';
import { details, type Html, monthsText, statusBox, timeText } from './layout.ts';
import { dimensionField, fulfillmentTarget, quantityField } from './product-pages.ts';
import type { PagesOptions } from './site.ts';

/** What just happened to the contract, by the query of its page. */
const news = {
  created: 'The contract was created. Next: set up your account.',
  changed: 'The contract was changed.',
} as const satisfies Record<string, string>;

/** Renders a contract: its terms, the way to the SaaS, and the form that changes it. */
export function contractPage(
  agreement: StoredAgreement,
  product: StoredProduct,
  event: string | undefined,
  options: PagesOptions & { readonly origin: string },
): Html {
  const { world } = options;
  const now = options.now();
  const words = Object.entries(news).find(([name]) => name === event)?.[1];
  const active = isActive(agreement, now);
  const currency = world.offers.find(({ id }) => id === agreement.offerId)?.currency ?? '';
  return html`${words === undefined ? '' : statusBox('done', words)}
<section class="card" aria-labelledby="terms"><h2 id="terms">Contract terms</h2>
${details({
  Product: product.title,
  Status: active ? 'active' : `ended (${agreement.status.toLowerCase()})`,
  ...chosen(agreement, product),
  Duration: durationOf(agreement.selector),
  'Starts on': timeText(agreement.startsAt),
  'Ends on': agreement.endsAt === null || agreement.selector === null ? null : timeText(agreement.endsAt),
  Price: priceText(agreement, currency),
  Agreement: agreement.id,
  License: licenseId(agreement.licenseArn),
  'AWS account': agreement.buyerAccountId,
})}
${active ? shownLater(agreement, world, now) : ''}
</section>
${active ? setUp(agreement, product, options) : ''}
${active && agreement.selector !== null ? changeForm(agreement, product, options) : ''}`;
}

function chosen({ dimensions }: StoredAgreement, product: StoredProduct): Record<string, string> {
  const name = (key: string) => product.dimensions.find((each) => each.key === key)?.name ?? key;
  if (dimensions.length === 0) return {};
  const [only, another] = dimensions;
  if (only && !another) return { Dimension: `${name(only.key)} (${only.key})`, Quantity: String(only.quantity) };
  return { Dimensions: dimensions.map(({ key, quantity }) => `${name(key)} (${key}) ${quantity}`).join(', ') };
}

function priceText({ price, selector }: StoredAgreement, currency: string): string | null {
  if (selector === null) return 'pay as you go, by usage';
  return price === null ? null : `${price} ${currency}`;
}

function durationOf(selector: string | null): string | null {
  const months = selector === null ? null : monthsOf(selector);
  return months === null ? null : monthsText(months);
}

function shownLater(agreement: StoredAgreement, world: PagesOptions['world'], now: number): Html | '' {
  const at = grantedAt(agreement, world);
  if (at === null || at <= now) return '';
  const words = `AWS grants the entitlement in ${Math.ceil((at - now) / 1000)} s. On the real AWS it takes seconds to minutes.`;
  return html`<p class="hint">${words}</p>`;
}

/** Renders the only POST that leaves the shop, as AWS's page makes it. */
function setUp(
  agreement: StoredAgreement,
  product: StoredProduct,
  { world, now, origin }: Parameters<typeof contractPage>[3],
) {
  const target = fulfillmentTarget(product, origin);
  if (target === null) {
    const words = 'The product has no fulfillment URL that a browser can post to, so you cannot set up an account.';
    return html`<section class="card" aria-labelledby="set-up"><h2 id="set-up">Set up your account</h2>${statusBox('error', words)}</section>`;
  }
  const { buyerAccountId, productId, licenseArn } = agreement;
  const { tokenLifetimeMs } = world;
  const lifetime = tokenLifetimeMs === null ? '1 hour' : `${tokenLifetimeMs / 1000} s`;
  const token = issueToken(world, { buyerAccountId, productId, licenseArn, now: now() });
  return html`<section class="card" aria-labelledby="set-up"><h2 id="set-up">Continue to the seller's site</h2>
<p>This takes you to <bdi>${target}</bdi> with a registration token, which expires after ${lifetime}.</p>
<form method="post" action="${target}" autocomplete="off">
<input type="hidden" name="x-amzn-marketplace-token" value="${token}">
<button>Set up your account</button>
</form></section>`;
}

function dimensionHint(held: number): string {
  return held > 1
    ? 'For a dimension of the contract, this changes the quantity. A new dimension is added to the contract.'
    : 'Another dimension replaces the current one.';
}

function changeForm(
  { id, buyerAccountId, dimensions }: StoredAgreement,
  product: StoredProduct,
  { world }: PagesOptions,
): Html {
  const { choosesQuantity } = termsFor(buyerAccountId, product, world);
  const sold = soldDimensions(product);
  const last = dimensions.at(-1);
  if (!choosesQuantity && sold.length < 2) {
    const words = 'The product has one dimension, and its quantity cannot be changed.';
    return html`<section class="card" aria-labelledby="change"><h2 id="change">Change the contract</h2><p>${words}</p></section>`;
  }
  return html`<section class="card" aria-labelledby="change"><h2 id="change">Change the contract</h2>
<form method="post" action="/marketplace/contracts/${id}" autocomplete="off">
<input type="hidden" name="buyer" value="${buyerAccountId}">
${dimensionField(sold, last?.key)}
${sold.length > 1 ? html`<p class="hint">${dimensionHint(dimensions.length)}</p>` : ''}
${choosesQuantity ? quantityField(last?.quantity ?? 1) : html`<p class="hint">The quantity cannot be changed.</p>`}
<button>Change contract</button>
</form></section>`;
}
