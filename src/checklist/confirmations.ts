import type { Checklist, Step } from './model.ts';
import { utcMinute } from './reasons.ts';
import type { Report, Seen, StepReport } from './report-document.ts';

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

/** A use case of a run: as it was walked, and the report of the run as far as it is about this checklist alone. */
export interface WalkedUseCase {
  readonly checklist: Checklist;
  readonly report: Report;
}

/**
 * What a run says of its use case. A failure that is looked at again, and was not seen to pass, still says that it failed;
 * null is neither.
 */
function outcomeOf({ report: { verdict, checklists } }: WalkedUseCase): 'pass' | 'fail' | null {
  if (verdict === 'pass') return 'pass';
  const steps = checklists.flatMap((each) => each.steps).filter(({ required }) => required);
  return steps.some((step) => lastSaid(step) === 'fail') ? 'fail' : null;
}

function lastSaid(step: StepReport): 'pass' | 'fail' | undefined {
  const said = triesOf(step).map(({ status }) => status);
  return said.filter((status) => status === 'pass' || status === 'fail').at(-1);
}

/** Every attempt at a step, oldest first, also those that no longer count. */
function triesOf(step: StepReport): readonly Pick<StepReport, 'status' | 'startedAt' | 'durationMs'>[] {
  return step.attempts ?? [step];
}

/** The steps that have a result. */
function stepsOf({ report }: WalkedUseCase): readonly StepReport[] {
  return report.checklists.flatMap(({ steps }) => steps).filter(({ startedAt }) => startedAt !== null);
}

function oldestResult(walked: WalkedUseCase): number {
  const { startedAt } = walked.report.run;
  const times = stepsOf(walked).map((step) => time(step.startedAt ?? startedAt));
  return times.length > 0 ? Math.min(...times) : lastResult(walked);
}

/** Not the end of the run: it may have gone on with other checklists long after. */
function lastResult(walked: WalkedUseCase): number {
  const steps = walked.report.checklists.flatMap((each) => each.steps);
  // What else was looked at again makes a failure no newer.
  const failures = steps.filter((step) => step.required && lastSaid(step) === 'fail').flatMap(triesOf);
  const results = outcomeOf(walked) === 'pass' ? steps : failures.filter(({ status }) => status === 'fail');
  const ends = results.map(({ startedAt, durationMs }) =>
    startedAt === null ? 0 : time(startedAt) + (durationMs ?? 0),
  );
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

/** What a copy of a built-in checklist no longer demands, as a clause; null where it demands all that the built-in one does. */
function lostDemand(builtIn: Checklist, copy: Checklist): string | null {
  if (copy.sha256 === builtIn.sha256) return null;
  for (const step of builtIn.steps) {
    const lost = step.required ? lostIn(step, copy) : null;
    if (lost !== null) return lost;
  }
  return misplaced(builtIn, copy);
}

/** An inspection before the change it is about inspects nothing. */
function misplaced(builtIn: Checklist, copy: Checklist): string | null {
  const demanded = builtIn.steps.filter(({ required }) => required).map(({ id }) => id);
  const inCopy = copy.steps.map(({ id }) => id).filter((id) => demanded.includes(id));
  const early = inCopy.find((id, index) => id !== demanded[index]);
  const before = early === undefined ? undefined : demanded[inCopy.indexOf(early)];
  return early === undefined
    ? null
    : `its checklist has the step "${early}" before "${before}", unlike the built-in ${copy.id}`;
}

function lostIn(step: Step, { id, steps }: Checklist): string | null {
  const named = `the step "${step.id}" of the built-in ${id}`;
  const kept = steps.find((each) => each.id === step.id);
  if (!kept) return `its checklist lacks ${named}`;
  if (!kept.required) return `its checklist does not require ${named}`;
  if (step.do.length > 0 && kept.do.length === 0) return `its checklist asks nobody at ${named}`;
  if (step.check === null) return null;
  const same = kept.check?.kind === step.check.kind && kept.check.fields.is === step.check.fields.is;
  return same ? null : `its checklist lacks the check of ${named}`;
}
