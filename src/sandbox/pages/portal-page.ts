import { html } from 'hono/html';
import type { World } from '../world.ts';
import { fulfillmentTarget } from './contract-page.ts';
import { details, type Html } from './layout.ts';

/** The seller's list of SaaS products, with the link to each product page. */
export function portalPage({ products, seller }: World, origin: string): Html {
  const own = products.filter(({ ownerAccountId }) => ownerAccountId === seller.accountId);
  return html`<p>Of the seller, account ${seller.accountId}. The test buyer below has no part in this page.</p>
<section class="card" aria-label="SaaS products">
${
  own.length === 0
    ? html`<p>The seller has no products.</p>`
    : html`<ul class="items">${own.map(
        (product) => html`<li><h2><bdi>${product.title}</bdi></h2>
${details({
  'Product id': product.id,
  'Product code': product.code ?? 'none',
  Visibility: product.visibility,
  'Fulfillment URL': fulfillmentTarget(product, origin) ?? 'none that can be used',
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
