import { currentResults, resultNow } from './current-results.ts';
import type { Checklist, Entry, Status, Verdict } from './model.ts';
import {
  type ChecklistReport,
  endedAt,
  type Report,
  type Seen,
  type StepReport,
  type Tally,
} from './report-document.ts';
import { stepReports } from './step-reports.ts';

/** What identifies a run, beside its checklists and entries. */
export interface RunFacts {
  readonly tool: { readonly name: 'mp-verify'; readonly version: string };
  readonly id: string;
  readonly startedAt: string;
}

/** A checklist of a run, with the buyer it is walked with. */
export interface PlannedChecklist {
  readonly checklist: Checklist;
  /** The operator may name another one if this one turns out to be unsuitable. */
  buyer: string | null;
  /** The configuration file that names this buyer; null if none does. */
  readonly buyerFrom?: string | null;
}

/** The only place that counts results and makes a verdict. `walkingNow`: a process is using the run. */
export function buildReport(
  { tool, id, startedAt }: RunFacts,
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  walkingNow = false,
): Report {
  const began = entries.filter((entry) => entry.type === 'began');
  const last = entries.at(-1);
  // A run that was killed or is in progress has no such entry.
  const ended = last?.type === 'ended' ? last : null;
  const resumed = began.slice(1).map(({ at }) => at);
  const accepted = [...new Set(began.flatMap((each) => each.accepted))];
  const target = entries.findLast((entry) => entry.type === 'target')?.target ?? null;
  const checklists = planned.map(({ checklist, buyer }): ChecklistReport => {
    const steps = stepReports(checklist, entries, ended?.unreached[checklist.id]);
    return {
      id: checklist.id,
      title: checklist.title,
      sha256: checklist.sha256,
      buyer,
      verdict: verdict(steps),
      tally: tally(steps),
      steps,
    };
  });
  const all = checklists.flatMap(({ steps }) => steps);
  const product = target?.product ?? null;
  const outcome = verdict(all);
  return {
    schemaVersion: 1,
    tool,
    run: {
      id,
      startedAt,
      endedAt: last === undefined ? startedAt : endOf(last),
      interrupted: ended === null ? !walkingNow : ended.interrupted,
      ...(walkingNow ? { walkingNow } : {}),
      operator: began.at(-1)?.operator ?? null,
      sandbox: target?.sandbox ?? false,
      endpoint: target?.endpoint ?? null,
      ...(resumed.length > 0 ? { resumedAt: resumed } : {}),
      sittings: sittings(entries),
      ...(accepted.length > 0 ? { acceptedChanges: accepted } : {}),
      resume: outcome === 'pass' ? null : `${resumeCommand(id)}${isRehearsed(entries) ? ' --rehearse' : ''}`,
    },
    target: {
      accountId: target?.accountId ?? null,
      arn: target?.arn ?? null,
      product: product && {
        id: product.productId,
        code: product.productCode,
        title: product.title,
        visibility: product.visibility,
        url: product.url,
        urlSource: product.urlSource,
      },
    },
    verdict: outcome,
    tally: tally(all),
    seen: seen(planned, entries),
    checklists,
  };
}

/** A target is written only when it changes, so each sitting keeps the ARN of the newest one. */
function sittings(entries: readonly Entry[]): Report['run']['sittings'] {
  const found: { startedAt: string; operator: string | null; arn: string | null }[] = [];
  for (const entry of entries) {
    const sitting = found.at(-1);
    if (entry.type === 'began') found.push({ startedAt: entry.at, operator: entry.operator, arn: null });
    else if (entry.type === 'target' && sitting) sitting.arn = entry.target.arn;
  }
  return found;
}

/** Whether the last sitting was rehearsed, so that resuming it rehearses too. */
function isRehearsed(entries: readonly Entry[]): boolean {
  const began = entries.findLastIndex(({ type }) => type === 'began');
  return entries.slice(began + 1).some((entry) => entry.type === 'attempt' && entry.by === 'rehearsal');
}

/** The command that resumes a run. */
export function resumeCommand(run: string): string {
  return `mp-verify resume ${run}`;
}

function endOf(entry: Entry): string {
  return entry.type === 'attempt' ? endedAt(entry) : entry.at;
}

/** Counts every step, advisory ones too. */
function tally(steps: readonly StepReport[]): Tally {
  const counts: Record<Status, number> = { pass: 0, fail: 0, error: 0, skip: 0, pending: 0, 'not-applicable': 0 };
  for (const { status } of steps) counts[status]++;
  return counts;
}

/** Only required steps count. */
function verdict(steps: readonly StepReport[]): Verdict {
  const required = steps.filter((step) => step.required);
  const some = (...statuses: readonly Status[]) => required.some(({ status }) => statuses.includes(status));
  if (some('fail')) return 'fail';
  if (some('error')) return 'error';
  // Only these two let a run pass, whatever other statuses there are.
  return required.every(({ status }) => status === 'pass' || status === 'not-applicable') ? 'pass' : 'incomplete';
}

function seen(planned: readonly PlannedChecklist[], entries: readonly Entry[]): Seen {
  const counts = { byProgram: 0, byPerson: 0, rehearsed: 0, disagreed: 0 };
  for (const { checklist } of planned) {
    const { current, again } = currentResults(checklist, entries);
    for (const [step, attempt] of current) {
      const { status, disagreed, by } = resultNow(attempt, again.get(step));
      if (status !== 'pass' && status !== 'fail') continue;
      if (disagreed) counts.disagreed++;
      else if (by === 'rehearsal') counts.rehearsed++;
      else if (by === 'operator' || by === 'answers') counts.byPerson++;
      else counts.byProgram++;
    }
  }
  return counts;
}
