import { agreement } from './agreement.ts';
import { baseline } from './baseline.ts';
import type { CheckKind } from './check-kind.ts';
import { entitlements } from './entitlements.ts';
import { offer } from './offer.ts';
import { productPage, productReady } from './product.ts';
import { purchaseOptions } from './purchase-options.ts';
import { registrationPage } from './registration-page.ts';
import { saasContract } from './saas-contract.ts';
import { useCases } from './use-cases.ts';

/** The kinds of checks, by the names that checklists use. */
export const checks = {
  'product-page': productPage,
  'product-ready': productReady,
  offer,
  'purchase-options': purchaseOptions,
  'registration-page': registrationPage,
  baseline,
  agreement,
  entitlements,
  'saas-contract': saasContract,
  'use-cases': useCases,
} satisfies Record<string, CheckKind>;
