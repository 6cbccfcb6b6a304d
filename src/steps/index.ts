import { baseline } from './baseline.ts';
import type { CheckKind } from './check-kind.ts';
import { entitlements } from './entitlements.ts';
import { productPage } from './product-page.ts';

/** The kinds of checks, by the name that a checklist gives them. */
export const checks = {
  'product-page': productPage,
  baseline,
  entitlements,
} satisfies Record<string, CheckKind>;
