import { referencesIn, type Values } from '../checklist/references.ts';
import { CouldNotTell } from '../errors.ts';
import { sandboxPage } from '../text/sandbox-address.ts';
import type { Place, WalkContext } from './context.ts';

const site = 'https://aws.amazon.com/marketplace';

/** Of the sandbox that is asked; null where AWS is. */
export function sandboxOf({ practice, marketplace }: Pick<WalkContext, 'practice' | 'marketplace'>): string | null {
  return practice === null ? null : marketplace.endpoint;
}

/** What `${…}` stands for at this place. The product is only asked for by texts that speak of it. */
export async function valuesFor(texts: readonly string[], place: Place, context: WalkContext): Promise<Values> {
  const names = texts.flatMap(referencesIn);
  const { saas } = context.settings;
  const known = {
    buyer: place.planned.buyer,
    inputs: context.inputs,
    'config.saas.sign-in': saas.signIn,
    'config.saas.contract-page': saas.contractPage,
  };
  const inSandbox = (url: string | null) => sandboxPage(url, sandboxOf(context));
  if (!names.some((name) => name.startsWith('product.') || name.startsWith('seller.'))) return known;
  try {
    const { caller } = await context.target();
    const { page } = await context.page();
    return {
      ...known,
      'seller.account': caller.accountId,
      'seller.arn': caller.arn,
      'product.id': page.productId,
      'product.code': page.productCode,
      'product.title': page.title,
      'product.visibility': page.visibility,
      // Where nobody could name the page, the walk goes on with the purchase page.
      'product.url': inSandbox(page.url ?? page.purchaseUrl) ?? page.url ?? page.purchaseUrl,
      'product.purchaseUrl': inSandbox(page.purchaseUrl) ?? page.purchaseUrl,
      'product.managementUrl': inSandbox(`${site}/management/products/saas`) ?? page.managementUrl,
      'product.fulfillmentUrl': page.fulfillmentUrl,
    };
  } catch (error) {
    if (error instanceof CouldNotTell) return known;
    throw error;
  }
}
