import { type ReasonTable, reasonOfTrouble, reasonsOf } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import { defineCheck } from './check-kind.ts';

const reasons = {
  'needs-buyer-profile': () => 'Skipped: needs --buyer-profile.',
  'other-buyer-profile': ({ account, buyer }: Readonly<Record<'account' | 'buyer', string>>) =>
    `Skipped: --buyer-profile is account ${account}, but this checklist's buyer is ${buyer}.`,
  'sees-options': ({ account, options }: { readonly account: string; readonly options: number }) =>
    `Account ${account} sees ${options} purchase ${options === 1 ? 'option' : 'options'}.`,
  'sees-no-option': ({ account }: { readonly account: string }) =>
    `Account ${account} sees no purchase option for the product. Check that it is on the allowlist.`,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

/** Checks with the buyer's credentials (`--buyer-profile`) whether the buyer can see the product. Advisory. */
export const purchaseOptions = defineCheck({
  summary: 'the test buyer can see the product (needs --buyer-profile)',
  fields: {},
  needsBuyer: false,
  waits: false,
  reasons,
  async observe(_, { target, buyerMarketplace, buyer }) {
    if (buyerMarketplace === null) {
      return { status: 'not-applicable', ...because('needs-buyer-profile') };
    }
    const { product } = await target();
    try {
      const { accountId } = await buyerMarketplace.caller();
      if (buyer !== null && buyer !== accountId) {
        return { status: 'not-applicable', ...because('other-buyer-profile', { account: accountId, buyer }) };
      }
      const options = await buyerMarketplace.purchaseOptions(product.id);
      return options > 0
        ? {
            status: 'pass',
            ...because('sees-options', { account: accountId, options }),
          }
        : {
            status: 'fail',
            advisory: true,
            ...because('sees-no-option', { account: accountId }),
          };
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      return { status: 'error', advisory: true, final: true, ...reasonOfTrouble(error) };
    }
  },
});
