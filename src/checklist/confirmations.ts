import { lostDemand } from './lost-demand.ts';
import type { Checklist } from './model.ts';
import type { Seen } from './report-document.ts';
import { utcMinute } from './utc-minute.ts';
import {
  lastResult,
  lastSign,
  newest,
  oldestResult,
  operators,
  outcomeOf,
  type WalkedUseCase,
} from './walked-use-case.ts';

/** Where a use case stands, by the newest run of it that has passed or failed: a failure stands until something has passed. */
export interface Confirmation {
  readonly checklist: string;
  readonly title: string;
  readonly state: 'pass' | 'fail' | 'missing' | 'too-old';
  /** Null where it is missing, as the next two. */
  readonly run: string | null;
  /** When the oldest of its results was made, RFC 3339 UTC: what was carried over does not look newer than it is. */
  readonly confirmedAt: string | null;
  /** Whoever has answered, with commas between. */
  readonly operator: string | null;
  readonly seen: Seen;
  /** A newer run of it that has neither passed nor failed. */
  readonly unfinished: string | null;
}

export interface ConfirmedProduct {
  readonly productId: string;
  readonly productCode: string | null;
  readonly title: string;
  readonly accountId: string;
  readonly useCases: readonly Confirmation[];
}

/** A result that does not count, and why, in a sentence. */
export interface LeftOut {
  readonly run: string;
  readonly checklist: string;
  readonly reason: string;
  /** Of AWS; null where another place was asked, or where AWS has not told. */
  readonly productId: string | null;
}

/** What is confirmed, by product and account, the product that was walked last first. */
export interface Confirmations {
  readonly products: readonly ConfirmedProduct[];
  readonly leftOut: readonly LeftOut[];
}

/** By how much clocks may differ: 5 minutes. */
const clockError = 300_000;

/** 30 days. */
export const defaultMaxAge = 30 * 86_400_000;

/** Reads what all known runs say of the built-in use cases. Only what was walked on AWS, and whole, counts. */
export function confirmations(
  walked: readonly WalkedUseCase[],
  builtIns: readonly Checklist[],
  now: Date,
  maxAge: number,
): Confirmations {
  const counting = new Map<string, WalkedUseCase[]>();
  const leftOut: LeftOut[] = [];
  for (const each of [...walked].sort((a, b) => lastSign(a) - lastSign(b))) {
    const { checklist, report } = each;
    const builtIn = builtIns.find(({ id }) => id === checklist.id);
    if (!builtIn) continue;
    const { productId, reason } = placed(each, builtIn, now);
    if (reason === null) {
      const key = `${productId} ${report.target.accountId}`;
      counting.set(key, [...(counting.get(key) ?? []), each]);
    } else if (outcomeOf(each) !== null)
      leftOut.push({ run: report.run.id, checklist: checklist.id, reason, productId });
  }
  const products = [...counting.values()].reverse().flatMap((ofProduct): readonly ConfirmedProduct[] => {
    const { product = null, accountId = null } = ofProduct.at(-1)?.report.target ?? {};
    if (product === null || accountId === null) return [];
    const useCases = confirmed(ofProduct, builtIns, now, maxAge);
    return [{ productId: product.id, productCode: product.code, title: product.title, accountId, useCases }];
  });
  return { products, leftOut };
}

/** The use cases of one product, by what has been walked of it. */
export function confirmed(
  walked: readonly WalkedUseCase[],
  builtIns: readonly Checklist[],
  now: Date,
  maxAge: number,
): readonly Confirmation[] {
  return builtIns.map(({ id, title }): Confirmation => {
    const own = walked.filter(({ checklist }) => checklist.id === id);
    const settled = newestSettled(own);
    const open = newest(
      own.filter((each) => outcomeOf(each) === null),
      lastSign,
    );
    const unfinished = open && (!settled || lastSign(open) > lastResult(settled)) ? open.report.run.id : null;
    if (!settled) {
      const seen = { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 };
      return {
        ...{ checklist: id, title, state: 'missing', run: null, confirmedAt: null, operator: null },
        ...{ seen, unfinished },
      };
    }
    const { run, seen } = settled.report;
    const failed = outcomeOf(settled) === 'fail';
    const oldest = oldestResult(settled);
    const late = now.getTime() - oldest > maxAge;
    return {
      ...{ checklist: id, title, state: failed ? 'fail' : late ? 'too-old' : 'pass', run: run.id },
      ...{ confirmedAt: new Date(oldest).toISOString(), operator: operators(settled), seen, unfinished },
    };
  });
}

/** All of them together: a failure weighs more than what is missing. */
export function confirmedVerdict(useCases: readonly Confirmation[]): 'pass' | 'fail' | 'incomplete' {
  if (useCases.some(({ state }) => state === 'fail')) return 'fail';
  return useCases.length > 0 && useCases.every(({ state }) => state === 'pass') ? 'pass' : 'incomplete';
}

/** What a result is about, and why it does not count. */
function placed(walked: WalkedUseCase, builtIn: Checklist, now: Date) {
  const { checklist, report } = walked;
  const { run, target } = report;
  const no = (reason: string, productId: string | null = null) => ({ productId, reason });
  if (run.sandbox) return no('It was walked in a sandbox.');
  if (run.endpoint !== null) return no(`It was walked on another endpoint (${run.endpoint}).`);
  if (target.product === null || target.accountId === null) return no('AWS did not say which product it is about.');
  const { id } = target.product;
  if (run.acceptedChanges) return no(`It was resumed although it had another ${run.acceptedChanges.join()}.`, id);
  // Its age can't be told, nor what came after it. A failure stands all the same.
  if (outcomeOf(walked) === 'pass' && lastResult(walked) > now.getTime() + clockError)
    return no(
      `Its results are from ${utcMinute(new Date(lastResult(walked)).toISOString())}, which is yet to come: a clock was wrong.`,
      id,
    );
  const lost = lostDemand(builtIn, checklist);
  return lost === null ? { productId: id, reason: null } : no(`${lost[0]?.toUpperCase()}${lost.slice(1)}.`, id);
}

/** A newer failure stands; of passes after it, the one that is young throughout, not one that was only gone on with late. */
function newestSettled(walked: readonly WalkedUseCase[]): WalkedUseCase | null {
  const failed = newest(
    walked.filter((each) => outcomeOf(each) === 'fail'),
    lastResult,
  );
  const passed = walked.filter(
    (each) => outcomeOf(each) === 'pass' && (!failed || lastResult(each) > lastResult(failed)),
  );
  return newest(passed, oldestResult) ?? failed;
}
