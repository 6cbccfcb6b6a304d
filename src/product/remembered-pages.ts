import type { ProductPage } from '../checklist/outputs.ts';
import type { Caller, Product } from '../ports/marketplace.ts';
import { isLoopback } from '../ports/saas.ts';
import type { FoundPages, FoundPlace, RememberedPage } from '../ports/storage.ts';

/** AWS does not say whether the listing ID of a product can change, so mp-verify asks again after 30 days. */
const lifetimeMs = 30 * 24 * 60 * 60 * 1000;

/** The pages that earlier commands found for one account. */
export interface RememberedPages {
  /**
   * Returns the page of a product if it still counts: for 30 days, and while the product's visibility and state are the
   * same. Null for a Restricted product, because AWS may have withdrawn its page.
   */
  of(product: Product): RememberedPage | null;
  /** Notes what AWS has answered about a product now. Returns whether that differs from what was found earlier. */
  note(page: ProductPage): boolean;
  /** Saves the noted pages, for later commands. */
  save(): Promise<void>;
}

/** Reads the pages that were found with this endpoint (null for AWS) and the caller's account. */
export async function rememberedPages(
  saved: FoundPages,
  endpoint: string | null,
  { accountId, instance }: Caller,
  now: () => Date,
): Promise<RememberedPages> {
  // Another emulator on this machine may have other products tomorrow. Unlike the sandbox, it does not say so.
  const place: FoundPlace | null =
    endpoint !== null && instance === undefined && isLoopback(endpoint)
      ? null
      : { endpoint, accountId, instance: instance ?? null };
  const counts = ({ at }: RememberedPage) => {
    const age = now().getTime() - Date.parse(at);
    return age >= 0 && age < lifetimeMs;
  };
  const earlier = place === null ? new Map<string, RememberedPage>() : await saved.recall(place);
  /** What was noted now; null for a product without a page. */
  const noted = new Map<string, RememberedPage | null>();
  const pageOf = (id: string) => {
    const before = earlier.get(id);
    return noted.get(id) ?? (noted.has(id) || before === undefined || !counts(before) ? null : before);
  };
  return {
    of({ id, visibility, state }) {
      const page = pageOf(id);
      const isSame = page?.visibility === visibility && page?.state === state;
      return isSame && visibility !== 'Restricted' ? page : null;
    },
    note({ productId, visibility, state, url, urlSource }) {
      if (urlSource === 'operator') return false;
      const before = pageOf(productId);
      const isKnown = url !== null && visibility !== null;
      noted.set(productId, isKnown ? { url, visibility, state, at: now().toISOString() } : null);
      return before !== null && before.url !== noted.get(productId)?.url;
    },
    async save() {
      if (place === null) return;
      const outdated = [...earlier].filter(([, page]) => !counts(page)).map(([id]) => [id, null] as const);
      await saved.remember(place, new Map([...outdated, ...noted]));
    },
  };
}
