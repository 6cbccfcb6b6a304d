import { html } from 'hono/html';
import { priceOf } from '../contracts.ts';
import { agreementsOf, isActive, reasonNotSold, soldDimensions, termsFor } from '../order.ts';
import type { SandboxWorld, StoredProduct } from '../world.ts';
import { details, type Html, monthsText, statusBox } from './layout.ts';
import type { SignedInBuyer } from './signed-in-buyer.ts';

/** Renders a product as a buyer sees it, with the form that buys it. */
export function productPage(product: StoredProduct, buyer: SignedInBuyer, world: SandboxWorld, now: number): Html {
  const why = reasonNotSold(product, buyer.accountId);
  const contracts = agreementsOf(buyer.accountId, world).filter(
    (row) => row.productId === product.id && isActive(row, now),
  );
  return html`
<p>A product of the sandbox, sold by account ${product.ownerAccountId}.</p>
${
  contracts.length === 0
    ? ''
    : html`<section class="card" aria-labelledby="have"><h2 id="have">You have a contract</h2>
<ul>${contracts.map(
        ({ id }) =>
          html`<li><a href="/marketplace/contracts/${id}">Contract ${id}</a>: see it, change it, set up your account</li>`,
      )}</ul></section>`
}
<section class="card" aria-labelledby="options"><h2 id="options">Purchase options</h2>
${why === null ? purchaseOptions(product, buyer, world) : statusBox('error', why)}
</section>`;
}

function purchaseOptions(product: StoredProduct, buyer: SignedInBuyer, world: SandboxWorld): Html {
  const sold = soldDimensions(product);
  const { offer, months, choosesQuantity } = termsFor(buyer.accountId, product, world);
  const price = (key: string) => {
    const amount = offer && priceOf(offer, key);
    return amount === undefined ? 'none' : `${amount} ${offer?.currency}`;
  };
  const terms = details({
    Offer: offer === undefined ? 'none, but the sandbox sells it anyway' : offer.name,
    Price: sold.length === 0 ? 'pay as you go, by usage' : null,
    Duration: sold.length === 0 ? null : months.map(monthsText).join(', '),
  });
  return html`${terms}
${
  sold.length === 0
    ? ''
    : html`<table class="stack"><caption class="hint">Unit prices</caption>
<thead><tr><th scope="col">Dimension</th><th scope="col">Key</th><th scope="col">Unit price</th></tr></thead>
<tbody>${sold.map(
        ({ key, name }) =>
          html`<tr><td data-label="Dimension"><bdi>${name}</bdi></td><td data-label="Key"><bdi>${key}</bdi></td><td data-label="Unit price">${price(key)}</td></tr>`,
      )}</tbody></table>`
}
<form method="post" action="/marketplace/pp/${product.listingId}" autocomplete="off">
<input type="hidden" name="buyer" value="${buyer.accountId}">
${sold.length === 0 ? '' : contractFields(sold, months, choosesQuantity)}
<p class="hint">You are buying as ${buyer.accountId} (${buyer.name}). To buy as another test buyer, switch below.</p>
<button>${sold.length === 0 ? 'Subscribe' : 'Create contract'}</button>
</form>`;
}

function contractFields(
  sold: ReturnType<typeof soldDimensions>,
  months: readonly number[],
  choosesQuantity: boolean,
): Html {
  return html`${dimensionField(sold)}
${choosesQuantity ? quantityField(10) : html`<p class="hint">The quantity is 1 and cannot be chosen.</p>`}
<div class="field"><label for="months">Duration</label>
<select id="months" name="months">${months.map((count) => html`<option value="${count}">${monthsText(count)}</option>`)}</select></div>`;
}

export function dimensionField(sold: ReturnType<typeof soldDimensions>, chosen?: string): Html {
  return html`<div class="field"><label for="dimension">Dimension</label>
<select id="dimension" name="dimension">${sold.map(
    ({ key, name }) => html`<option value="${key}"${key === chosen ? html` selected` : ''}>${name} (${key})</option>`,
  )}</select></div>`;
}

export function quantityField(quantity: number): Html {
  return html`<div class="field"><label for="quantity">Quantity</label>
<input id="quantity" name="quantity" type="number" inputmode="numeric" min="1" max="1000000" step="1" required value="${quantity}"></div>`;
}

/** Renders the seller's list of SaaS products, with a link to each product page. */
export function portalPage({ products, seller }: SandboxWorld, origin: string): Html {
  const listed = products.filter(({ ownerAccountId }) => ownerAccountId === seller.accountId);
  return html`<p>The products of the seller, account ${seller.accountId}. This page does not depend on the test buyer below.</p>
<section class="card" aria-label="SaaS products">
${
  listed.length === 0
    ? html`<p>The seller has no products.</p>`
    : html`<ul class="items">${listed.map(
        (product) => html`<li><h2><bdi>${product.title}</bdi></h2>
${details({
  'Product ID': product.id,
  'Product code': product.code ?? 'none',
  Visibility: product.visibility,
  'Fulfillment URL': fulfillmentTarget(product, origin) ?? 'none that a browser can open',
})}
${
  product.listingId === null
    ? html`<p>It has no product page yet.</p>`
    : html`<p><a class="button" href="/marketplace/pp/${product.listingId}">View on AWS Marketplace<span class="skip">: ${product.title}</span></a></p>`
}</li>`,
      )}</ul>`
}
</section>`;
}

/** Returns where to send a browser. Allows only http and https, because a scenario can contain any URL. */
export function fulfillmentTarget({ fulfillmentUrl }: StoredProduct, origin: string): string | null {
  if (fulfillmentUrl === null || fulfillmentUrl === '' || !URL.canParse(fulfillmentUrl, origin)) return null;
  const { protocol, href } = new URL(fulfillmentUrl, origin);
  return /^https?:$/.test(protocol) ? href : null;
}
