import {
  type Confirmations,
  type ConfirmedProduct,
  confirmedVerdict,
  defaultMaxAge,
} from '../checklist/confirmations.ts';
import { parseDuration } from '../checklist/parse-checklist.ts';
import { loadConfig } from '../config/load-config.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ColorMode } from '../ports/terminal.ts';
import { matchProduct } from '../product/target.ts';
import { jsonText } from '../text/safe.ts';
import { readRuns, sayDamaged, unreadable } from './known-runs.ts';
import { readConfirmations } from './read-confirmations.ts';
import { statusText } from './status-text.ts';

export interface StatusOptions {
  /** Id, code or title. */
  readonly product?: string | undefined;
  readonly config?: string | undefined;
  readonly maxAge?: string | undefined;
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Says which use cases have passed, of which product, when and by whom. Asks nobody but the runs that are kept. */
export async function status(options: StatusOptions, host: Host): Promise<Outcome> {
  const maxAge = options.maxAge === undefined ? defaultMaxAge : parseAge(options.maxAge);
  const { product } = (await loadConfig(options, host)).options;
  const { known, damaged } = await readRuns(host.runs);
  const { products, leftOut } = about(product, await readConfirmations(known, maxAge, host));
  if (options.json) {
    host.stdout.write(
      jsonText({
        schemaVersion: 1,
        products: products.map((each) => ({
          ...each,
          useCases: each.useCases.map(({ title: _, ...useCase }) => useCase),
        })),
        leftOut: leftOut.map(({ run, checklist, reason }) => ({ run, checklist, reason })),
        unreadable: unreadable(damaged),
      }),
    );
  } else {
    const look = host.stdout.styles(options.color);
    host.stdout.write(statusText(look, { products, leftOut }, product ?? null, maxAge, host.clock.now()));
  }
  sayDamaged(damaged, await host.openTerminal({ input: false, color: options.color }));
  return outcome(products, damaged.length > 0);
}

/** The worst of the products. What can't be read may be a failure, but takes none away. */
function outcome(products: readonly ConfirmedProduct[], damaged: boolean): Outcome {
  const verdicts = products.map(({ useCases }) => confirmedVerdict(useCases));
  if (verdicts.includes('fail')) return 'fail';
  if (damaged) return 'error';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'incomplete';
}

/** Of one product, where one is said. What has no product of AWS may have been meant for it. */
function about(said: string | undefined, { products, leftOut }: Confirmations): Confirmations {
  if (said === undefined) return { products, leftOut };
  const named = products.map((each) => ({ ...each, id: each.productId, code: each.productCode }));
  const meant = new Set(matchProduct(said, named).map(({ productId }) => productId));
  return {
    products: products.filter(({ productId }) => meant.has(productId)),
    leftOut: leftOut.filter(({ productId }) => productId === null || productId === said || meant.has(productId)),
  };
}

function parseAge(value: string): number {
  const ms = parseDuration(value);
  if (ms !== null) return ms;
  throw new UserError('bad-duration', `"${value}" is not a duration.`, 'Give a number and a unit, as in 12h or 30d.');
}
