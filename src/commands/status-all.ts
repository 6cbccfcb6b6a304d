import { confirmUseCases } from '../checklist/confirmations.ts';
import { fleetStatus, type MatchedProduct, type ProductStatus } from '../checklist/fleet-status.ts';
import type { ConfigOptions } from '../config/load-config.ts';
import { type LoadedFleet, loadFleet, selectProducts } from '../config/load-fleet.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { productKey, type RoleToAssume } from '../ports/marketplace.ts';
import { matchFleet } from '../product/match-fleet.ts';
import { matchProduct } from '../product/target.ts';
import { fleetStatusText } from '../reporters/status-text.ts';
import type { ShownFleet } from '../reporters/status-words.ts';
import { loadChecklists, useCaseIds } from '../run/checklists.ts';
import { readConfirmations, unreadableList } from '../run/saved-runs.ts';
import { jsonText } from '../text/safe.ts';
import { checkDestination, documentStyles } from './print-document.ts';
import { leftOutList, maxAgeOf, printStatus, type StatusOptions, useCaseList } from './status.ts';

/** Shows where every product of mp-verify.yaml stands. Only reads saved runs, all of them once. */
export async function statusAll(options: StatusOptions, host: Host): Promise<Outcome> {
  const { format, color } = options;
  await checkDestination(options, host);
  const maxAge = maxAgeOf(options);
  const fleet = await loadFleet<ConfigOptions>({ config: options.config }, host);
  const read = await readConfirmations(host.runs, maxAge, host);
  const now = host.clock.now();
  const listed = fleet.entries.map(({ product, config }) => ({ product, accountId: accountOf(config.options.role) }));
  const { matched, notCounted } = matchFleet(listed, read.products);
  const selected = select(matched, options.product, fleet);
  const isSelected = new Set(selected.map(({ product }) => product.product));
  const missing = confirmUseCases([], await loadChecklists(useCaseIds, host.files), now, maxAge);
  const status = fleetStatus(selected, missing, now, read.unreadable.length > 0);
  const ids = new Set(status.products.map(({ productId }) => productId));
  const shown: ShownFleet = {
    ...status,
    notCounted: notCounted.filter(
      ({ listedAs }) => options.product.length === 0 || (listedAs !== null && isSelected.has(listedAs)),
    ),
    // Runs without a product may belong to one of these.
    leftOut: read.leftOut.filter(({ productId }) => productId === null || ids.has(productId)),
    ...{ unreadable: unreadableList(read.unreadable), inUse: read.inUse, maxAge, now },
  };
  const render = async () => {
    switch (format) {
      case 'json':
        return jsonText({
          schemaVersion: 1,
          tally: shown.tally,
          products: shown.products.map(productEntry),
          notCounted: shown.notCounted.map(({ listedAs: _, ...rest }) => rest),
          ...leftOutList(shown.leftOut, read),
        });
      case 'html':
        // Imported only then, because it loads a package.
        return (await import('../reporters/status-html.ts')).statusPage(shown, fleet.file, host.version);
      case 'text':
        return fleetStatusText(documentStyles(options, color, host), shown);
    }
  };
  await printStatus(await render(), read, options, host);
  return status.verdict;
}

/** The account of a role: that of the seller. Null if there is no role, because only AWS knows the account of a profile. */
function accountOf(role: RoleToAssume | undefined): string | null {
  return /^arn:[^:]*:iam::(\d{12}):/.exec(role?.arn ?? '')?.[1] ?? null;
}

/** Selects products by what mp-verify.yaml names them, or by what runs know. Throws `UserError` if there is none. */
function select(
  matched: readonly MatchedProduct[],
  names: readonly string[],
  fleet: LoadedFleet<ConfigOptions>,
): readonly MatchedProduct[] {
  if (names.length === 0) return matched;
  const known = matched.map((each) => {
    const { product } = each.product;
    const { productId = product, productCode = null, title = product } = each.found ?? {};
    return { each, id: productId, code: productCode, title };
  });
  const selected = new Set<MatchedProduct>();
  for (const name of names) {
    const named = known.filter(({ each }) => productKey(each.product.product) === productKey(name));
    const found = named.length > 0 ? named : matchProduct(name, known);
    if (found.length === 0) selectProducts(fleet, [name]);
    for (const { each } of found) selected.add(each);
  }
  return matched.filter((each) => selected.has(each));
}

/** A product for the JSON document. */
function productEntry(product: ProductStatus) {
  const { productId, productCode, title, accountId, listedAs, account, owner } = product;
  const { waiver, waived, verdict, useCases } = product;
  return {
    ...{ productId, productCode, title, accountId, listedAs, account, owner },
    ...{ waiver, waived, verdict, useCases: useCaseList(useCases) },
  };
}
