import { lostDemand } from './lost-demand.ts';
import type { Checklist } from './model.ts';
import type { Report, Seen, StepReport } from './report-document.ts';

/** A use case of a run: as it was walked, and the report of the run as far as it is about this checklist alone. */
export interface WalkedUseCase {
  readonly checklist: Checklist;
  readonly report: Report;
}

/** Where a use case stands, by the newest run of it that has passed or failed. */
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
  for (const each of [...walked].sort((a, b) => time(a.report.run.endedAt) - time(b.report.run.endedAt))) {
    const { checklist, report } = each;
    const builtIn = builtIns.find(({ id }) => id === checklist.id);
    if (!builtIn) continue;
    const { productId, reason } = placed(each, builtIn);
    if (reason === null) {
      const key = `${productId} ${report.target.accountId}`;
      counting.set(key, [...(counting.get(key) ?? []), each]);
    } else if (isSettled(each)) leftOut.push({ run: report.run.id, checklist: checklist.id, reason, productId });
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
    const settled = newestSettled(own.filter(isSettled));
    const open = newest(
      own.filter((each) => !isSettled(each)),
      lastSign,
    );
    const unfinished = open && (!settled || lastSign(open) > lastResult(settled)) ? open.report.run.id : null;
    if (!settled) {
      const seen = { byProgram: 0, byPerson: 0, disagreed: 0 };
      return {
        ...{ checklist: id, title, state: 'missing', run: null, confirmedAt: null, operator: null },
        ...{ seen, unfinished },
      };
    }
    const { run, verdict, seen } = settled.report;
    const oldest = oldestResult(settled);
    const late = now.getTime() - oldest > maxAge;
    return {
      ...{ checklist: id, title, state: verdict === 'fail' ? 'fail' : late ? 'too-old' : 'pass', run: run.id },
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
function placed({ checklist, report }: WalkedUseCase, builtIn: Checklist) {
  const { run, target } = report;
  const no = (reason: string, productId: string | null = null) => ({ productId, reason });
  if (run.sandbox) return no('It was walked in a sandbox.');
  if (run.endpoint !== null) return no(`It was walked on another endpoint (${run.endpoint}).`);
  if (target.product === null || target.accountId === null) return no('AWS did not say which product it is about.');
  const { id } = target.product;
  if (run.acceptedChanges) return no(`It was gone on with though it had another ${run.acceptedChanges.join()}.`, id);
  const lost = lostDemand(builtIn, checklist);
  return lost === null ? { productId: id, reason: null } : no(`${lost[0]?.toUpperCase()}${lost.slice(1)}.`, id);
}

function isSettled({ report: { verdict } }: WalkedUseCase): boolean {
  return verdict === 'pass' || verdict === 'fail';
}

/** The steps that have a result. */
function stepsOf({ report }: WalkedUseCase): readonly StepReport[] {
  return report.checklists.flatMap(({ steps }) => steps).filter(({ startedAt }) => startedAt !== null);
}

/** A newer failure stands; of passes after it, the one that is young throughout, not one that was only gone on with late. */
function newestSettled(walked: readonly WalkedUseCase[]): WalkedUseCase | null {
  const last = newest(walked, lastResult);
  if (last?.report.verdict !== 'pass') return last;
  const failed = newest(
    walked.filter(({ report }) => report.verdict === 'fail'),
    lastResult,
  );
  const passed = walked.filter(
    (each) => each.report.verdict === 'pass' && (!failed || lastResult(each) > lastResult(failed)),
  );
  return newest(passed, oldestResult);
}

function oldestResult(walked: WalkedUseCase): number {
  const { run } = walked.report;
  return Math.min(...stepsOf(walked).map(({ startedAt }) => time(startedAt ?? run.startedAt)));
}

/** Not the end of the run: it may have gone on with other checklists long after. */
function lastResult(walked: WalkedUseCase): number {
  const ends = stepsOf(walked).map(({ startedAt, durationMs }) => time(startedAt ?? '') + (durationMs ?? 0));
  return Math.max(time(walked.report.run.startedAt), ...ends);
}

function lastSign({ report }: WalkedUseCase): number {
  return time(report.run.endedAt);
}

/** Of two as new as each other the later in the list. */
function newest(walked: readonly WalkedUseCase[], at: (each: WalkedUseCase) => number): WalkedUseCase | null {
  return walked.reduce<WalkedUseCase | null>((best, each) => (best && at(best) > at(each) ? best : each), null);
}

function operators(walked: WalkedUseCase): string | null {
  const names = stepsOf(walked).flatMap(({ operator }) => operator ?? []);
  return [...new Set(names)].join(', ') || walked.report.run.operator;
}

function time(text: string): number {
  return Date.parse(text);
}
