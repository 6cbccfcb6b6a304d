import type { Changeable, RunTarget } from '../checklist/entries.ts';
import type { Configured } from '../config/load-config.ts';
import type { FleetEntry } from '../config/load-fleet.ts';
import { UserError } from '../errors.ts';
import { type Caller, entityIdIn, type Marketplace } from '../ports/marketplace.ts';
import type { OpenRun } from '../ports/storage.ts';
import type { RunOptions } from '../run/options.ts';
import { type ChecklistChanges, refuseDifferences, targetDifferences } from '../run/resume-changes.ts';
import { targetOf } from '../run/run-facts.ts';

/** Returns what each product was when it was last found, by its name in the run. */
export function lastTargets({ entries }: OpenRun): ReadonlyMap<string, RunTarget> {
  return new Map(
    entries.flatMap((entry) => {
      const target = entry.type === 'product' ? targetOf(entry) : null;
      return entry.type === 'product' && target?.product ? [[entry.product.product, target]] : [];
    }),
  );
}

/** A title can belong to another product now. That stops no other product. */
export function aboutTheSame(
  config: Configured<RunOptions>,
  last: RunTarget | undefined,
  { acceptChanged = [] }: RunOptions,
): Configured<RunOptions> {
  if (!last?.product || acceptChanged.includes('product')) return config;
  const { productId, title } = last.product;
  return {
    ...config,
    assertProduct(found) {
      config.assertProduct(found);
      if (found.id !== productId)
        throw new UserError(
          'run-changed',
          `When this run last checked it, the product was ${title} (${productId}). Now it is ${found.title} (${found.id}).`,
          'Undo the change, or accept it: resume the run with --accept-changed product',
        );
    },
  };
}

/** The plan of a fleet run. */
interface Planned {
  readonly entries: readonly FleetEntry<RunOptions>[];
  readonly options: RunOptions;
  readonly typed: RunOptions;
  /** The run to resume; null for a new one. */
  readonly saved: { readonly run: OpenRun; readonly changes: Pick<ChecklistChanges, 'differences'> } | null;
}

/**
 * Refuses to resume a run whose accounts, endpoint or checklists are not as they were, unless that is accepted.
 * `marketplaces` are those of the products to check. Returns what has changed.
 */
export async function refuseOtherTargets(
  { saved, entries, typed, options: { acceptChanged = [] } }: Planned,
  marketplaces: readonly Marketplace[],
): Promise<readonly Changeable[]> {
  if (saved === null) return [];
  const { record } = saved.run;
  const before = lastTargets(saved.run);
  // Products share marketplaces, and one that does not answer is asked once.
  const callers = new Map<Marketplace, Promise<Caller | null>>();
  const differences = new Map(saved.changes.differences.map((each) => [each.words, each]));
  for (const [index, { product }] of entries.entries()) {
    const marketplace = marketplaces[index];
    if (!marketplace) continue;
    const asked = callers.get(marketplace) ?? marketplace.caller().catch(() => null);
    callers.set(marketplace, asked);
    const known = { caller: await asked, product: null };
    for (const each of targetDifferences(before.get(product.product) ?? null, { marketplace, known }, undefined))
      differences.set(each.words, each);
  }
  const [last = null] = before.values();
  refuseDifferences([...differences.values()], acceptChanged, record.id, last, typed);
  return [...new Set([...differences.values()].map(({ what }) => what))];
}

/**
 * Credentials in place of the profiles of several accounts belong to only one of them. In it, a title may be that of
 * another product, so these products must be named by ID or product code.
 */
export function ofKnownAccount(entries: readonly FleetEntry<RunOptions>[]): readonly FleetEntry<RunOptions>[] {
  if (new Set(entries.map(({ product }) => product.account)).size < 2) return entries;
  return entries.map((entry) => {
    const { config, isProfileReplaced, product } = entry;
    // What the file names it now. A resumed run keeps the name that it had.
    const { product: wanted = product.product } = config.options;
    if (!isProfileReplaced || entityIdIn(wanted) !== null) return entry;
    return {
      ...entry,
      config: {
        ...config,
        assertProduct(found) {
          config.assertProduct(found);
          if (found.code === wanted) return;
          throw new UserError(
            'ambiguous-product',
            `Other credentials replace the profile of account ${product.account}, so the product that they find as "${wanted}" may belong to another account.`,
            'Name it by its ID, give each account a role-arn, or check one account at a time with --product.',
          );
        },
      },
    };
  });
}
