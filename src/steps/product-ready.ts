import { isAccountId } from '../checklist/buyer.ts';
import { CouldNotTell } from '../errors.ts';
import type { Product } from '../ports/marketplace.ts';
import { defineCheck } from './check-kind.ts';

/** https://docs.aws.amazon.com/marketplace/latest/userguide/saas-product-lifecycle.html */
const visibilities: Readonly<Record<string, string | null>> = {
  Limited: null,
  Public: null,
  Draft:
    'The product is a Draft: nobody can see or buy it yet. Submit it, so that it gets Limited visibility for your test accounts.',
  Restricted:
    'The product is Restricted: it takes no new buyers. Change its visibility back before you test a purchase.',
};

/** What a purchase needs of the product, before anybody tries one: visibility, state, delivery, dimensions, allowlist. */
export const productReady = defineCheck({
  summary: 'the product can be bought by the test buyer',
  fields: {},
  needsBuyer: false,
  waits: false,
  async look(_, { target, buyer }) {
    const { caller, product } = await target();
    const visibilityFlaw = flawOfVisibility(product);
    const unfit = buyer === null ? null : unfitBuyer(product, buyer, caller.accountId);
    const flaws = [
      ...(visibilityFlaw === null ? [] : [visibilityFlaw]),
      ...(product.state === null || product.state === 'Active' ? [] : [`Its state is ${product.state}, not Active.`]),
      ...(product.fulfillmentUrl === null
        ? [
            'It has no delivery option with a fulfillment URL that is not Restricted, so buyers cannot get to the sign-up page.',
          ]
        : []),
      ...(product.dimensions.length === 0 ? ['It has no dimension that could be bought.'] : []),
      ...(unfit === null ? [] : [unfit.reason]),
    ];
    if (flaws.length === 0) {
      const unnamed = product.visibility === 'Limited' && product.allowlist === null;
      const remark = unnamed ? ' AWS does not name its allowlist: make sure that the test buyer is on it.' : '';
      return { status: 'pass', reason: `It is ${product.visibility} and can be bought.${remark}` };
    }
    return {
      status: 'fail',
      reason: flaws.join(' '),
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

function flawOfVisibility({ visibility, title, id }: Product): string | null {
  if (visibility === null) {
    throw new CouldNotTell(
      'no-visibility',
      `AWS does not name the visibility of ${title} (${id}).`,
      'Look the product up in the AWS Marketplace Management Portal.',
    );
  }
  return Object.hasOwn(visibilities, visibility)
    ? (visibilities[visibility] ?? null)
    : `Its visibility is ${visibility}, which mp-verify does not know.`;
}

/** Why this buyer can't buy it; null where nothing is known against it. */
function unfitBuyer({ visibility, allowlist }: Product, buyer: string, seller: string) {
  if (buyer === seller)
    return {
      reason: `The buyer ${buyer} is the seller's own account, and AWS Marketplace does not let sellers buy their own products. Name another test account with --buyer.`,
      expected: 'not the seller',
      actual: 'the seller',
    };
  if (visibility !== 'Limited' || !isAccountId(buyer) || allowlist === null || allowlist.includes(buyer)) return null;
  return {
    reason: `The buyer ${buyer} is not on the allowlist of the product. Add the account to it (a change can take some business days), or name another test account with --buyer.`,
    expected: 'on the allowlist',
    actual: 'not on it',
  };
}
