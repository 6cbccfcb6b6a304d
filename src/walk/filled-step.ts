import type { Step } from '../checklist/model.ts';
import type { Output } from '../checklist/outputs.ts';
import { fillIn, fillInAll, referencesIn, type Values } from '../checklist/references.ts';
import { CouldNotCheck } from '../errors.ts';
import { inSandbox, outputInSandbox, sandboxPage } from '../text/sandbox-address.ts';
import { type Place, sandboxOf, type WalkContext } from './context.ts';

const site = 'https://aws.amazon.com/marketplace';

/** A step with every `${…}` replaced. */
export interface FilledStep extends Step {
  /** The output of an earlier step, for `show:`; null if there is none. */
  readonly shown: Output | null;
}

export async function fillStep(place: Place, context: WalkContext): Promise<FilledStep> {
  const { step } = place;
  const { title, do: does, open, expect, ifItFails, check } = step;
  const values = await valuesFor(place, context);
  const sandbox = sandboxOf(context);
  const shown = step.show === null ? null : context.run.results(place.planned.checklist.id).current.get(step.show);
  const filled = (text: string) => inSandbox(fillIn(text, values), sandbox);
  return {
    ...step,
    title: filled(title),
    do: does.map(filled),
    open: open === null ? null : forBuyer(linkIn(fillInAll(open, values), sandbox), place, context),
    expect: expect && filled(expect),
    ifItFails: ifItFails && filled(ifItFails),
    check: check && {
      ...check,
      fields: Object.fromEntries(
        Object.entries(check.fields).map(([key, field]) => [
          key,
          typeof field === 'string' ? fillIn(field, values) : field,
        ]),
      ),
    },
    shown: shown?.output ? outputInSandbox(shown.output, sandbox) : null,
  };
}

/** Whether the texts of a step refer to the product or its seller. Only then is AWS asked for their values. */
export function namesProduct({ title, do: does, open, expect, ifItFails, check }: Step): boolean {
  const fields = Object.values(check?.fields ?? {}).filter((field) => typeof field === 'string');
  const texts = [title, ...does, open, expect, ifItFails, ...fields].filter((text) => text !== null);
  return texts.flatMap(referencesIn).some((name) => name.startsWith('product.') || name.startsWith('seller.'));
}

/** Returns the values of `${…}` for this step. */
async function valuesFor({ step, planned: { buyer } }: Place, context: WalkContext): Promise<Values> {
  const { saas } = context.settings;
  const known = {
    buyer,
    inputs: context.inputs,
    'config.saas.sign-in': saas.signIn,
    'config.saas.contract-page': saas.contractPage,
  };
  if (!namesProduct(step)) return known;
  const linked = (url: string) => sandboxPage(url, sandboxOf(context));
  try {
    const { caller } = await context.target();
    const { page } = await context.page();
    // The purchase page replaces an unknown product page.
    const pageUrl = page.url ?? page.purchaseUrl;
    return {
      ...known,
      'seller.account': caller.accountId,
      'seller.arn': caller.arn,
      'product.id': page.productId,
      'product.code': page.productCode,
      'product.title': page.title,
      'product.visibility': page.visibility,
      'product.url': linked(pageUrl) ?? pageUrl,
      'product.purchaseUrl': linked(page.purchaseUrl) ?? page.purchaseUrl,
      'product.managementUrl': linked(`${site}/management/products/saas`) ?? page.managementUrl,
      'product.fulfillmentUrl': page.fulfillmentUrl,
    };
  } catch (error) {
    if (error instanceof CouldNotCheck) return known;
    throw error;
  }
}

/** Adds the buyer to a link into the sandbox's shop, which has one sign-in for all test buyers. */
function forBuyer(url: string | null, { step, planned }: Place, { practice, marketplace }: WalkContext) {
  const inShop = practice !== null && url?.startsWith(`${marketplace.endpoint}/marketplace/`);
  if (!inShop || url === null || step.who === 'seller' || planned.buyer === null) return url;
  return `${url}${url.includes('?') ? '&' : '?'}buyer=${encodeURIComponent(planned.buyer)}`;
}

function linkIn(url: string | null, sandbox: string | null): string | null {
  return sandboxPage(url, sandbox) ?? url;
}
