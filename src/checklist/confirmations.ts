import type { Checklist, Step, Verdict } from './model.ts';
import { printedCommand, resumeCommand } from './printed-command.ts';
import { utcMinute } from './reasons.ts';
import type { Report, Seen, StepReport } from './report-document.ts';

/**
 * The state of a use case: the result of its newest run that passed or failed. A failure counts until a later run
 * passes.
 */
export interface Confirmation {
  readonly checklist: string;
  readonly title: string;
  readonly state: 'pass' | 'fail' | 'missing' | 'too-old';
  /** Null if the state is missing; so are the next two. */
  readonly run: string | null;
  /** When the oldest result was made, RFC 3339 UTC. Results carried over keep their age. */
  readonly confirmedAt: string | null;
  /** The operators who answered, separated by commas. */
  readonly operator: string | null;
  readonly seen: Seen;
  /** A newer run that has neither passed nor failed. */
  readonly unfinished: string | null;
}

export interface ConfirmedProduct {
  readonly productId: string;
  readonly productCode: string | null;
  readonly title: string;
  readonly accountId: string;
  readonly useCases: readonly Confirmation[];
}

/** A run that does not count, and the reason as a sentence. */
export interface LeftOut {
  readonly run: string;
  readonly checklist: string;
  readonly reason: string;
  /** Null for a sandbox or custom endpoint, or if AWS did not return it. */
  readonly productId: string | null;
}

/** Confirmed use cases by product and account. The product of the newest run comes first. */
export interface Confirmations {
  readonly products: readonly ConfirmedProduct[];
  readonly leftOut: readonly LeftOut[];
}

/** The clock difference allowed between machines: 5 minutes. */
const clockError = 300_000;

/** 30 days, in ms. */
export const defaultMaxAge = 30 * 86_400_000;

/** Collects what the known runs confirm of the built-in use cases. Only complete checklists that ran on AWS count. */
export function confirmations(
  walked: readonly UseCaseOfRun[],
  builtIns: readonly Checklist[],
  now: Date,
  maxAge: number,
): Confirmations {
  const counting = new Map<string, UseCaseOfRun[]>();
  const leftOut: LeftOut[] = [];
  for (const each of [...walked].sort((a, b) => runEnd(a) - runEnd(b))) {
    if (!builtIns.some(({ id }) => id === each.id)) continue;
    const { productId, reason } = judgeRun(each, now);
    if (reason === null) {
      const key = `${productId} ${each.accountId}`;
      const ofProduct = counting.get(key);
      if (ofProduct) ofProduct.push(each);
      else counting.set(key, [each]);
    } else if (each.outcome !== null) leftOut.push({ run: each.run, checklist: each.id, reason, productId });
  }
  const products = [...counting.values()].reverse().flatMap((ofProduct): readonly ConfirmedProduct[] => {
    const { product = null, accountId = null } = ofProduct.at(-1) ?? {};
    if (product === null || accountId === null) return [];
    const useCases = confirmUseCases(ofProduct, builtIns, now, maxAge);
    return [{ productId: product.id, productCode: product.code, title: product.title, accountId, useCases }];
  });
  return { products, leftOut };
}

/** Collects the use cases of one product from its runs. */
export function confirmUseCases(
  walked: readonly UseCaseOfRun[],
  builtIns: readonly Checklist[],
  now: Date,
  maxAge: number,
): readonly Confirmation[] {
  return builtIns.map(({ id, title }): Confirmation => {
    const runs = walked.filter((each) => each.id === id);
    const settled = newestSettled(runs);
    const open = newest(
      runs.filter(({ outcome }) => outcome === null),
      runEnd,
    );
    const unfinished = open && (!settled || runEnd(open) > settled.lastResult) ? open.run : null;
    if (!settled) {
      const seen = { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 };
      return {
        ...{ checklist: id, title, state: 'missing', run: null, confirmedAt: null, operator: null },
        ...{ seen, unfinished },
      };
    }
    const { run, seen, operator, oldestResult: oldest } = settled;
    const failed = settled.outcome === 'fail';
    const late = now.getTime() - oldest > maxAge;
    return {
      ...{ checklist: id, title, state: failed ? 'fail' : late ? 'too-old' : 'pass', run },
      ...{ confirmedAt: new Date(oldest).toISOString(), operator, seen, unfinished },
    };
  });
}

/** Returns one verdict for all use cases. A failure outweighs a missing use case. */
export function confirmedVerdict(useCases: readonly Confirmation[]): 'pass' | 'fail' | 'incomplete' {
  if (useCases.some(({ state }) => state === 'fail')) return 'fail';
  return useCases.length > 0 && useCases.every(({ state }) => state === 'pass') ? 'pass' : 'incomplete';
}

/** Returns the command that advances a use case; null if it has passed and nothing is left open. */
export function nextCommand(
  { checklist, state, run, unfinished }: Confirmation,
  product: string | null,
): string | null {
  if (unfinished !== null) return resumeCommand(unfinished);
  if (state === 'pass') return null;
  if (state === 'fail' && run !== null) return resumeCommand(run);
  return `${printedCommand(`run ${checklist}`)}${product === null ? '' : ` --product ${product}`}`;
}

/** Returns the product of a run, and why the run does not count (null if it does). */
function judgeRun(walked: UseCaseOfRun, now: Date) {
  const { product, accountId, acceptedChanges, outcome, lastResult, missing } = walked;
  const leaveOut = (reason: string, productId: string | null = null) => ({ productId, reason });
  if (walked.sandbox) return leaveOut('It ran in a sandbox.');
  if (walked.endpoint !== null) return leaveOut(`It ran on another endpoint (${walked.endpoint}).`);
  if (product === null || accountId === null) return leaveOut('AWS did not return its product or account.');
  const { id } = product;
  if (acceptedChanges.length > 0)
    return leaveOut(`It was resumed with accepted changes: ${acceptedChanges.join(', ')}.`, id);
  // A time in the future hides the age and order of the run. A failure still counts.
  if (outcome === 'pass' && lastResult > now.getTime() + clockError)
    return leaveOut(
      `Its results are from ${utcMinute(new Date(lastResult).toISOString())}, which is in the future: a clock was wrong.`,
      id,
    );
  return missing === null
    ? { productId: id, reason: null }
    : leaveOut(`${missing[0]?.toUpperCase()}${missing.slice(1)}.`, id);
}

/**
 * Finds the newest failure, or a pass after it. Results are ordered by the age of their oldest step, so resuming a run
 * does not make it newer.
 */
function newestSettled(walked: readonly UseCaseOfRun[]): UseCaseOfRun | null {
  const failed = newest(
    walked.filter(({ outcome }) => outcome === 'fail'),
    ({ lastResult }) => lastResult,
  );
  const passed = walked.filter(
    ({ outcome, lastResult }) => outcome === 'pass' && (!failed || lastResult > failed.lastResult),
  );
  return newest(passed, ({ oldestResult }) => oldestResult) ?? failed;
}

/** The result of one checklist of a run. Times are epoch ms. */
export interface UseCaseFacts {
  readonly id: string;
  readonly verdict: Verdict;
  /** Of the YAML text. Tells whether it is the built-in checklist. */
  readonly sha256: string;
  /** Whether it passed or failed; null for neither. A failure counts until its step passes. */
  readonly outcome: 'pass' | 'fail' | null;
  /** When the oldest result was made. */
  readonly oldestResult: number;
  readonly lastResult: number;
  /** Everybody who answered, separated by commas. */
  readonly operator: string | null;
  readonly seen: Seen;
}

/** A use case of a run, and what of the run decides whether it counts. */
export interface UseCaseOfRun extends UseCaseFacts {
  /** The id of the run. */
  readonly run: string;
  /** When the run ended, RFC 3339 UTC. */
  readonly endedAt: string;
  readonly product: { readonly id: string; readonly code: string | null; readonly title: string } | null;
  readonly accountId: string | null;
  readonly sandbox: boolean;
  readonly endpoint: string | null;
  readonly acceptedChanges: readonly string[];
  /** What its checklist no longer requires of the built-in one, as a clause; null if it requires everything. */
  readonly missing: string | null;
}

/** A use case of a run: the checklist of the run, and the report of this checklist alone. */
export interface WalkedUseCase {
  readonly checklist: Checklist;
  readonly report: Report;
}

/** Returns what a use case of a run contributes to where it stands. */
export function useCaseFacts(walked: WalkedUseCase): UseCaseFacts {
  const { checklist, report } = walked;
  return {
    ...{ id: checklist.id, sha256: checklist.sha256, verdict: report.verdict },
    ...{ outcome: useCaseOutcome(walked), oldestResult: oldestResult(walked), lastResult: lastResult(walked) },
    ...{ operator: operators(walked), seen: report.seen },
  };
}

/** Returns a use case of a run, as a built-in checklist. */
export function useCaseOfRun(walked: WalkedUseCase): UseCaseOfRun {
  const { run, target } = walked.report;
  return {
    ...useCaseFacts(walked),
    ...{ run: run.id, endedAt: run.endedAt, product: target.product, accountId: target.accountId },
    ...{ sandbox: run.sandbox, endpoint: run.endpoint, acceptedChanges: run.acceptedChanges ?? [], missing: null },
  };
}

/** Whether the use case passed or failed; null for neither. A failure counts until its step passes. */
function useCaseOutcome({ report: { verdict, checklists } }: WalkedUseCase): 'pass' | 'fail' | null {
  if (verdict === 'pass') return 'pass';
  const steps = checklists.flatMap((each) => each.steps).filter(({ required }) => required);
  return steps.some((step) => lastOutcome(step) === 'fail') ? 'fail' : null;
}

function lastOutcome(step: StepReport): 'pass' | 'fail' | undefined {
  const statuses = attemptsAt(step).map(({ status }) => status);
  return statuses.filter((status) => status === 'pass' || status === 'fail').at(-1);
}

/** Returns every attempt at a step, oldest first, including those that no longer count. */
function attemptsAt(step: StepReport): readonly Pick<StepReport, 'status' | 'startedAt' | 'durationMs'>[] {
  return step.attempts ?? [step];
}

/** Returns the steps with a result. */
function stepsWithResult({ report }: WalkedUseCase): readonly StepReport[] {
  return report.checklists.flatMap(({ steps }) => steps).filter(({ startedAt }) => startedAt !== null);
}

function oldestResult(walked: WalkedUseCase): number {
  const { startedAt } = walked.report.run;
  const times = stepsWithResult(walked).map((step) => Date.parse(step.startedAt ?? startedAt));
  return times.length > 0 ? Math.min(...times) : lastResult(walked);
}

/** Not the end of the run: it may have continued with other checklists much later. */
function lastResult(walked: WalkedUseCase): number {
  const steps = walked.report.checklists.flatMap((each) => each.steps);
  // Checking other steps again does not make a failure newer.
  const failures = steps.filter((step) => step.required && lastOutcome(step) === 'fail').flatMap(attemptsAt);
  const results = useCaseOutcome(walked) === 'pass' ? steps : failures.filter(({ status }) => status === 'fail');
  const ends = results.map(({ startedAt, durationMs }) =>
    startedAt === null ? 0 : Date.parse(startedAt) + (durationMs ?? 0),
  );
  return Math.max(Date.parse(walked.report.run.startedAt), ...ends);
}

function runEnd({ endedAt }: UseCaseOfRun): number {
  return Date.parse(endedAt);
}

/** Returns the newest; the last in the list if two are equally new. */
function newest(walked: readonly UseCaseOfRun[], at: (each: UseCaseOfRun) => number): UseCaseOfRun | null {
  return walked.reduce<UseCaseOfRun | null>((best, each) => (best && at(best) > at(each) ? best : each), null);
}

function operators(walked: WalkedUseCase): string | null {
  const names = stepsWithResult(walked).flatMap(({ operator }) => operator ?? []);
  return [...new Set(names)].join(', ') || walked.report.run.operator;
}

/** Describes, as a clause, what a copy of a built-in checklist no longer requires; null if it requires everything. */
export function missingRequirement(builtIn: Checklist, copy: Checklist): string | null {
  if (copy.sha256 === builtIn.sha256) return null;
  for (const step of builtIn.steps) {
    const lost = step.required ? missingStepRequirement(step, copy) : null;
    if (lost !== null) return lost;
  }
  return misplacedStep(builtIn, copy);
}

/** The order matters: an inspection before the change proves nothing. */
function misplacedStep(builtIn: Checklist, copy: Checklist): string | null {
  const required = builtIn.steps.filter((step) => step.required).map(({ id }) => id);
  const inCopy = copy.steps.map(({ id }) => id).filter((id) => required.includes(id));
  const early = inCopy.find((id, index) => id !== required[index]);
  const before = early === undefined ? undefined : required[inCopy.indexOf(early)];
  return early === undefined
    ? null
    : `its checklist has the step "${early}" before "${before}", unlike the built-in ${copy.id}`;
}

function missingStepRequirement(step: Step, { id, steps }: Checklist): string | null {
  const named = `the step "${step.id}" of the built-in ${id}`;
  const kept = steps.find((each) => each.id === step.id);
  if (!kept) return `its checklist lacks ${named}`;
  if (!kept.required) return `its checklist does not require ${named}`;
  if (step.do.length > 0 && kept.do.length === 0) return `its checklist does not ask a person at ${named}`;
  if (step.check === null) return null;
  const same = kept.check?.kind === step.check.kind && kept.check.fields.is === step.check.fields.is;
  return same ? null : `its checklist lacks the check of ${named}`;
}
