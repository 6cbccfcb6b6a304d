import type { Checklist } from './model.ts';
import type { Report, StepReport } from './report-document.ts';

/** A use case of a run: as it was walked, and the report of the run as far as it is about this checklist alone. */
export interface WalkedUseCase {
  readonly checklist: Checklist;
  readonly report: Report;
}

/**
 * What a run says of its use case. A failure that is looked at again, and was not seen to pass, still says that it failed;
 * null is neither.
 */
export function outcomeOf({ report: { verdict, checklists } }: WalkedUseCase): 'pass' | 'fail' | null {
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

export function oldestResult(walked: WalkedUseCase): number {
  const { startedAt } = walked.report.run;
  const times = stepsOf(walked).map((step) => time(step.startedAt ?? startedAt));
  return times.length > 0 ? Math.min(...times) : lastResult(walked);
}

/** Not the end of the run: it may have gone on with other checklists long after. */
export function lastResult(walked: WalkedUseCase): number {
  const steps = walked.report.checklists.flatMap((each) => each.steps);
  // What else was looked at again makes a failure no newer.
  const failures = steps.filter((step) => step.required && lastSaid(step) === 'fail').flatMap(triesOf);
  const results = outcomeOf(walked) === 'pass' ? steps : failures.filter(({ status }) => status === 'fail');
  const ends = results.map(({ startedAt, durationMs }) =>
    startedAt === null ? 0 : time(startedAt) + (durationMs ?? 0),
  );
  return Math.max(time(walked.report.run.startedAt), ...ends);
}

export function lastSign({ report }: WalkedUseCase): number {
  return time(report.run.endedAt);
}

/** Of two as new as each other the later in the list. */
export function newest(walked: readonly WalkedUseCase[], at: (each: WalkedUseCase) => number): WalkedUseCase | null {
  return walked.reduce<WalkedUseCase | null>((best, each) => (best && at(best) > at(each) ? best : each), null);
}

export function operators(walked: WalkedUseCase): string | null {
  const names = stepsOf(walked).flatMap(({ operator }) => operator ?? []);
  return [...new Set(names)].join(', ') || walked.report.run.operator;
}

function time(text: string): number {
  return Date.parse(text);
}
