import { CouldNotTell } from '../errors.ts';
import { defineCheck } from './check-kind.ts';

/** With the buyer's own credentials (`--buyer-profile`): can the buyer see the product at all? Advisory. */
export const purchaseOptions = defineCheck({
  summary: 'the test buyer can see the product (needs --buyer-profile)',
  fields: {},
  needsBuyer: false,
  waits: false,
  async look(_, { target, buyerMarketplace, buyer }) {
    if (buyerMarketplace === null) {
      return { status: 'not-applicable', reason: "Without --buyer-profile nobody can look with the buyer's eyes." };
    }
    const { product } = await target();
    try {
      const { accountId } = await buyerMarketplace.caller();
      if (buyer !== null && buyer !== accountId) {
        return {
          status: 'not-applicable',
          reason: `--buyer-profile is account ${accountId}, this checklist's buyer is ${buyer}.`,
        };
      }
      const options = await buyerMarketplace.purchaseOptions(product.id);
      return options > 0
        ? {
            status: 'pass',
            reason: `Account ${accountId} sees ${options} purchase ${options === 1 ? 'option' : 'options'}.`,
          }
        : {
            status: 'fail',
            advisory: true,
            reason: `Account ${accountId} sees no purchase option of the product: is it on the allowlist?`,
          };
    } catch (error) {
      if (!(error instanceof CouldNotTell)) throw error;
      return {
        status: 'error',
        advisory: true,
        final: true,
        reason: [error.message, error.hint].filter(Boolean).join(' '),
      };
    }
  },
});
