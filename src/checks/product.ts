import { isAccountId } from '../checklist/buyers.ts';
import { type FullReason, pageReasons, type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Product } from '../ports/marketplace.ts';
import { defineCheck } from './check-kind.ts';

/** Checks that the seller's account owns the product (Catalog API), and finds its page (Discovery API). */
export const productPage = defineCheck({
  summary: "the seller's account owns the product; finds its page",
  fields: {},
  needsBuyer: false,
  waits: false,
  reasons: pageReasons,
  async observe(_, { page: findPage }) {
    const { page, ...remark } = await findPage();
    return { status: 'pass', ...remark, output: { kind: 'product', product: page } };
  },
});

const reasons = {
  'product-ready': ({ visibility }: { readonly visibility: string }) =>
    `The product is ${visibility} and can be bought.`,
  'allowlist-unknown': ({ visibility }: { readonly visibility: string }) =>
    `The product is ${visibility} and can be bought. AWS did not return its allowlist: make sure that the test buyer is on it.`,
  draft: () =>
    'The product is a Draft: it cannot be seen or bought yet. Submit it for Limited visibility, so that your test accounts can buy it.',
  restricted: () =>
    'The product is Restricted: new buyers cannot buy it. Change its visibility back before you test a purchase.',
  'other-visibility': ({ visibility }: { readonly visibility: string }) =>
    `The product has the visibility ${visibility}, which mp-verify does not support.`,
  'not-active': ({ state }: { readonly state: string }) => `The product is in the state ${state}, not Active.`,
  'no-fulfillment-url': () =>
    'All delivery options of the product are Restricted or lack a fulfillment URL, so buyers cannot reach the sign-up page.',
  'no-dimension': () => 'The product has no dimension that can be bought.',
  'seller-buys': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Choose another test account with --buyer.`,
  'not-on-allowlist': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} is not on the product's allowlist. Add the account (a change can take several business days), or choose another test account with --buyer.`,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

/** https://docs.aws.amazon.com/marketplace/latest/userguide/saas-product-lifecycle.html */
const visibilities: Readonly<Record<string, FullReason | null>> = {
  Limited: null,
  Public: null,
  Draft: because('draft'),
  Restricted: because('restricted'),
};

/** Checks what a purchase needs: visibility, state, delivery, dimensions, allowlist. */
export const productReady = defineCheck({
  summary: 'the product can be bought by the test buyer',
  fields: {},
  needsBuyer: false,
  waits: false,
  reasons,
  async observe(_, { target, buyer }) {
    const { caller, product } = await target();
    const visibilityFlaw = flawOfVisibility(product);
    const unfit = buyer === null ? null : unfitBuyer(product, buyer, caller.accountId);
    const flaws = [
      ...(visibilityFlaw === null ? [] : [visibilityFlaw]),
      ...(product.state === null || product.state === 'Active'
        ? []
        : [because('not-active', { state: product.state })]),
      ...(product.fulfillmentUrl === null ? [because('no-fulfillment-url')] : []),
      ...(product.dimensions.length === 0 ? [because('no-dimension')] : []),
      ...(unfit === null ? [] : [unfit.reason]),
    ];
    const [first] = flaws;
    if (!first) {
      const unnamed = product.visibility === 'Limited' && product.allowlist === null;
      const code = unnamed ? 'allowlist-unknown' : 'product-ready';
      return { status: 'pass', ...because(code, { visibility: product.visibility ?? '' }) };
    }
    return {
      status: 'fail',
      // The code is that of the first flaw, which must be fixed first. `flaws` lists all codes.
      code: first.code,
      values: { ...Object.assign({}, ...flaws.map(({ values }) => values)), flaws: flaws.map(({ code }) => code) },
      reason: flaws.map(({ reason }) => reason).join(' '),
      expected: {
        visibility: visibilityFlaw === null ? product.visibility : 'Limited or Public',
        state: 'Active',
        'fulfillment URL': 'given',
        dimensions: 'at least one',
        ...(unfit && { 'test buyer': unfit.expected }),
      },
      actual: {
        visibility: product.visibility,
        state: product.state,
        'fulfillment URL': product.fulfillmentUrl === null ? 'none' : 'given',
        dimensions: product.dimensions.length === 0 ? 'none' : 'at least one',
        ...(unfit && { 'test buyer': unfit.actual }),
      },
    };
  },
});

function flawOfVisibility({ visibility, title, id }: Product): FullReason | null {
  if (visibility === null) {
    throw new CouldNotCheck(
      'no-visibility',
      `AWS returned no visibility for ${title} (${id}).`,
      'Check the product in the AWS Marketplace Management Portal.',
      false,
      { product: id },
    );
  }
  return Object.hasOwn(visibilities, visibility)
    ? (visibilities[visibility] ?? null)
    : because('other-visibility', { visibility });
}

/** Returns why this buyer cannot buy the product; null if no reason is known. */
function unfitBuyer({ visibility, allowlist }: Product, buyer: string, seller: string) {
  if (buyer === seller)
    return { reason: because('seller-buys', { buyer }), expected: 'not the seller', actual: 'the seller' };
  if (visibility !== 'Limited' || !isAccountId(buyer) || allowlist === null || allowlist.includes(buyer)) return null;
  return {
    reason: because('not-on-allowlist', { buyer }),
    expected: 'on the allowlist',
    actual: 'not on it',
  };
}
