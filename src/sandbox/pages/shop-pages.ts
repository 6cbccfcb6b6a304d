import type { Context } from 'hono';
import { html } from 'hono/html';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { licenseId } from '../../checklist/outputs.ts';
import { agreementsOf, isActive, reasonNotSold, refuse, soldDimensions, termsFor } from '../order.ts';
import { changeContract, purchase } from '../shop.ts';
import type { SandboxWorld, StoredProduct } from '../world.ts';
import { contractPage } from './contract-page.ts';
import { type Html, layout, statusBox } from './layout.ts';
import { portalPage, productPage } from './product-pages.ts';
import {
  buyerOfForm,
  buyerSwitch,
  type SignedInBuyer,
  signedInBuyer,
  switchBuyer,
  wantedBuyer,
} from './signed-in-buyer.ts';
import { type PagesOptions, readForm, subSite } from './site.ts';

/** The shop in a browser, under `/marketplace`: buyers' pages, and the seller's list of products. */
export function shopPages(options: PagesOptions) {
  const { world } = options;
  const { app, catchAll } = subSite(
    'shop',
    '/marketplace',
    (context) => html`${wantedBuyer(context, world)}${buyerSwitch(context, world)}`,
  );
  const show = (context: Context, title: string, body: Html, status: ContentfulStatusCode = 200) => {
    const all = html`${wantedBuyer(context, world)}${body}${buyerSwitch(context, world)}`;
    return context.html(layout('shop', { title, at: context.req.path, body: all }), status);
  };
  /** If the shop rejects an order, shows why on the page of the form, for correction. */
  const redirectOrShow = (context: Context, title: string, body: () => Html, act: () => string) => {
    try {
      return context.redirect(act(), 303);
    } catch (error) {
      if (!(error instanceof HTTPException)) throw error;
      const words = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
      return show(context, title, html`${statusBox('error', words)}${body()}`, error.status as ContentfulStatusCode);
    }
  };

  app.post('/buyer', async (context) => context.redirect(switchBuyer(context, await readForm(context), world), 303));

  app.get('/', (context) => show(context, 'Products', catalogue(options, signedInBuyer(context, world))));

  app.get('/pp/:listing', (context) => {
    const buyer = requireBuyer(context, world);
    const product = productAt(context.req.param('listing'), buyer, world);
    return show(context, product.title, productPage(product, buyer, world, options.now()));
  });

  app.post('/pp/:listing', async (context) => {
    const form = await readForm(context);
    const buyer = buyerOfForm(context, form, world);
    const product = productAt(context.req.param('listing'), buyer, world);
    const why = reasonNotSold(product, buyer.accountId);
    if (why !== null) refuse(403, why);
    const page = () => productPage(product, buyer, world, options.now());
    return redirectOrShow(context, product.title, page, () => {
      const asked = orderOf(form, product, buyer, world);
      // The quantity is 1 if it cannot be chosen.
      const contract = soldDimensions(product).length === 0 ? {} : { quantity: '1', months: form.get('months') ?? '' };
      purchase(new URLSearchParams({ ...contract, ...asked }), { ...options, now: options.now() });
      return `/marketplace/contracts/${world.agreements.at(-1)?.id}?created`;
    });
  });

  // Like AWS's purchase page, takes the entity id.
  app.get('/procurement', (context) => {
    const product = world.products.find(({ id }) => id === context.req.query('productId'));
    if (product?.listingId == null) throw notFound('There is no product for sale at this address.');
    const buyer = context.req.query('buyer');
    const named = buyer === undefined ? '' : `?${new URLSearchParams({ buyer })}`;
    return context.redirect(`/marketplace/pp/${product.listingId}${named}`, 302);
  });

  app.get('/contracts', (context) => {
    const buyer = requireBuyer(context, world);
    return show(context, 'Your contracts', contractList(buyer, options));
  });

  app.get('/contracts/:id', (context) => {
    const { agreement, product } = contractAt(context.req.param('id'), requireBuyer(context, world), world);
    const { searchParams } = new URL(context.req.url);
    const origin = originOf(context);
    const event = [...searchParams.keys()][0];
    return show(
      context,
      `Contract for ${product.title}`,
      contractPage(agreement, product, event, { ...options, origin }),
    );
  });

  app.post('/contracts/:id', async (context) => {
    const form = await readForm(context);
    const buyer = buyerOfForm(context, form, world);
    const { agreement, product } = contractAt(context.req.param('id'), buyer, world);
    if (!isActive(agreement, options.now())) refuse(409, 'This contract has ended and cannot be changed.');
    const page = () => contractPage(agreement, product, undefined, { ...options, origin: originOf(context) });
    return redirectOrShow(context, `Contract for ${product.title}`, page, () => {
      const asked = orderOf(form, product, buyer, world);
      const licence = licenseId(agreement.licenseArn);
      const named = licence === null ? {} : { licence };
      changeContract(new URLSearchParams({ ...asked, ...named }), { ...options, now: options.now() });
      return `/marketplace/contracts/${agreement.id}?changed`;
    });
  });

  app.get('/management/products/saas', (context) =>
    show(context, "The seller's SaaS products", portalPage(world, originOf(context))),
  );
  catchAll();
  return app;
}

/** From the Host header, which has been checked. The request target may name another origin. */
function originOf(context: Context): string {
  return `http://${context.req.header('host')}`;
}

function requireBuyer(context: Context, world: SandboxWorld): SignedInBuyer {
  return signedInBuyer(context, world) ?? refuse(403, 'No test buyer is signed in. Choose one below.');
}

/** A product page is shown to buyers who may buy the product or have bought it. */
function productAt(listing: string, buyer: SignedInBuyer, world: SandboxWorld): StoredProduct {
  const product = world.products.find(({ listingId }) => listingId === listing);
  if (product === undefined) throw notFound('There is no product at this address.');
  const why = reasonNotSold(product, buyer.accountId);
  const has = agreementsOf(buyer.accountId, world).some(({ productId }) => productId === product.id);
  if (why !== null && !has) throw notFound(why);
  return product;
}

function contractAt(id: string, { accountId }: SignedInBuyer, world: SandboxWorld) {
  const agreement = agreementsOf(accountId, world).find((row) => row.id === id);
  const product = world.products.find((each) => each.id === agreement?.productId);
  if (agreement === undefined || product === undefined) {
    throw notFound(`${accountId} has no such contract. Sign in as the test buyer who bought it.`);
  }
  return { agreement, product };
}

function notFound(message: string): HTTPException {
  return new HTTPException(404, { message });
}

/** Returns the fields of a page's form that the shop accepts, without those that this buyer cannot choose. */
function orderOf(form: URLSearchParams, product: StoredProduct, { accountId }: SignedInBuyer, world: SandboxWorld) {
  const order = { product: product.id, buyer: accountId };
  if (soldDimensions(product).length === 0) return order;
  const chosen = { ...order, dimension: form.get('dimension') ?? '' };
  return termsFor(accountId, product, world).choosesQuantity
    ? { ...chosen, quantity: form.get('quantity') ?? '' }
    : chosen;
}

function catalogue({ world }: PagesOptions, buyer: SignedInBuyer | null): Html {
  const shown = world.products.filter(
    (product) => product.listingId !== null && buyer !== null && reasonNotSold(product, buyer.accountId) === null,
  );
  return html`<p>Sign in as a test buyer below, buy a contract and set up the account in the SaaS, as a customer does.</p>
<section class="card" aria-labelledby="sold"><h2 id="sold">Products for this buyer</h2>
${
  shown.length === 0
    ? html`<p>None. Choose another test buyer below.</p>`
    : html`<ul>${shown.map(
        ({ title, listingId, visibility }) =>
          html`<li><a href="/marketplace/pp/${listingId}"><bdi>${title}</bdi></a> (${visibility})</li>`,
      )}</ul>`
}
</section>`;
}

function contractList({ accountId }: SignedInBuyer, { world, now }: PagesOptions): Html {
  const rows = agreementsOf(accountId, world);
  const titleOf = (id: string) => world.products.find((product) => product.id === id)?.title ?? id;
  return html`<section class="card" aria-label="Contracts">
${
  rows.length === 0
    ? html`<p>${accountId} has no contracts. <a href="/marketplace">Choose a product</a>.</p>`
    : html`<ul>${rows.map(
        (row) =>
          html`<li><a href="/marketplace/contracts/${row.id}"><bdi>${titleOf(row.productId)}</bdi>, ${row.id}</a> (${
            isActive(row, now()) ? 'active' : 'ended'
          })</li>`,
      )}</ul>`
}
</section>`;
}
