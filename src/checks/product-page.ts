import { pageReasons } from '../checklist/reasons.ts';
import { defineCheck } from './check-kind.ts';

/** The seller's account owns the product, and its page is found. Catalog API, then Discovery API. */
export const productPage = defineCheck({
  summary: "the seller's account owns the product; finds its page",
  fields: {},
  needsBuyer: false,
  waits: false,
  reasons: pageReasons,
  async look(_, { page: findPage }) {
    const { page, ...remark } = await findPage();
    return { status: 'pass', ...remark, output: { kind: 'product', product: page } };
  },
});
