import type { Changeable, RunTarget } from '../checklist/entries.ts';
import { resumeCommand } from '../checklist/report.ts';
import { CouldNotTell, UserError } from '../errors.ts';
import { isLoopback } from '../ports/saas.ts';
import { matchesProduct } from '../product/target.ts';
import { shellWord } from '../text/safe.ts';
import type { Session } from './session.ts';

/** Something of a run that is no longer as it was. */
export interface Difference {
  readonly what: Changeable;
  /** Was, and is now, as a clause. */
  readonly words: string;
}

/** Account, product and endpoint, as far as both are known. */
export function targetDifferences(
  last: RunTarget | null,
  session: Session,
  said: string | undefined,
): readonly Difference[] {
  if (last === null) return [];
  const { endpoint } = session.marketplace;
  const { product, caller } = session.known;
  const differences: Difference[] = [];
  if (last.accountId !== null && caller && caller.accountId !== last.accountId)
    differences.push({
      what: 'account',
      words: `the account was ${last.accountId}, and is ${caller.accountId} now (${caller.credentials})`,
    });
  if (last.product) {
    const { productId, title } = last.product;
    const was = `the product was ${title} (${productId})`;
    if (product && product.id !== productId)
      differences.push({ what: 'product', words: `${was}, and is ${product.title} (${product.id}) now` });
    // With another account's credentials nobody has looked it up.
    else if (!product && said !== undefined && !matchesProduct(said, last.product))
      differences.push({ what: 'product', words: `${was}, and is to be ${said} now` });
  }
  // Before AWS has ever answered there is nothing to differ from.
  if (last.accountId !== null && place(endpoint) !== place(last.endpoint))
    differences.push({
      what: 'endpoint',
      words: `the endpoint was ${last.endpoint ?? 'AWS'}, and is ${endpoint ?? 'AWS'} now`,
    });
  return differences;
}

/** What the operator has said of the target: without it the printed line would mean another one. */
interface SaidTarget {
  readonly product?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
}

function flags({ product, profile, endpointUrl }: SaidTarget): string {
  const named = { '--product': product, '--profile': profile, '--endpoint-url': endpointUrl };
  return Object.entries(named)
    .map(([flag, value]) => {
      if (value === undefined) return '';
      return ` ${flag} ${shellWord(value)}`;
    })
    .join('');
}

/** Loopback endpoints count as one: a sandbox has another port each time. */
function place(endpoint: string | null): string | null {
  return endpoint !== null && isLoopback(endpoint) ? 'loopback' : endpoint;
}

/** Throws, naming every difference, unless all of them are accepted. */
export function refuseDifferences(
  differences: readonly Difference[],
  accepted: readonly Changeable[],
  run: string,
  last: RunTarget | null,
  said: SaidTarget,
): void {
  if (differences.every(({ what }) => accepted.includes(what))) return;
  const kinds = [...new Set(differences.map(({ what }) => what))];
  const message = `The run ${run} is not as it was: ${differences.map(({ words }) => words).join('; ')}.`;
  const before = kinds.includes('endpoint') && last?.endpoint ? ` (--endpoint-url ${last.endpoint})` : '';
  const hint = `Put it back as it was${before}, or go on all the same: ${resumeCommand(run)}${flags(said)} --accept-changed ${kinds.join()}`;
  throw kinds.includes('account')
    ? new CouldNotTell('wrong-account', message, hint)
    : new UserError('run-changed', message, hint);
}
