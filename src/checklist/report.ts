import { currentResults, resultNow } from './current-results.ts';
import type { Attempt, CheckedAgain, Entry, Evidence, Note, UnreachedReasons } from './entries.ts';
import type { Checklist, PlannedChecklist, Status, Step, Verdict } from './model.ts';
import { resumeCommand } from './printed-command.ts';
import { utcMinute } from './reasons.ts';
import {
  type ChecklistReport,
  endedAt,
  type Report,
  type Seen,
  type StepReport,
  type Tally,
} from './report-document.ts';
import { because, claimReason } from './walk-reasons.ts';

/** What identifies a run, besides its checklists and entries. */
export interface RunFacts {
  readonly tool: { readonly name: 'mp-verify'; readonly version: string };
  readonly id: string;
  readonly startedAt: string;
  /** SHA-256 of the journal that the entries come from. */
  readonly journalSha256?: string | null;
}

/** Counts the results and determines the verdict; nothing else does. `walkingNow`: a process is using the run. */
export function buildReport(
  { tool, id, startedAt, journalSha256 = null }: RunFacts,
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  walkingNow = false,
): Report {
  const began = entries.filter((entry) => entry.type === 'began');
  // Going back changes nothing until there is a new answer.
  const last = entries.findLast(({ type }) => type !== 'revisited' && type !== 'kept');
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
      journalSha256,
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

/** A target is saved only when it changes, so each sitting keeps the ARN of the newest one. */
function sittings(entries: readonly Entry[]): Report['run']['sittings'] {
  const found: { startedAt: string; operator: string | null; arn: string | null }[] = [];
  for (const entry of entries) {
    const sitting = found.at(-1);
    if (entry.type === 'began') found.push({ startedAt: entry.at, operator: entry.operator, arn: null });
    else if (entry.type === 'target' && sitting) sitting.arn = entry.target.arn;
  }
  return found;
}

/** Whether the last sitting was rehearsed. Resuming it rehearses too. */
function isRehearsed(entries: readonly Entry[]): boolean {
  const began = entries.findLastIndex(({ type }) => type === 'began');
  return entries.slice(began + 1).some((entry) => entry.type === 'attempt' && entry.by === 'rehearsal');
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

/** Computes the verdict from the required steps. */
function verdict(steps: readonly StepReport[]): Verdict {
  const required = steps.filter((step) => step.required);
  const some = (...statuses: readonly Status[]) => required.some(({ status }) => statuses.includes(status));
  if (some('fail')) return 'fail';
  if (some('error')) return 'error';
  // Only these two let a run pass, whatever other statuses exist.
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

/**
 * Returns the report of each step of a checklist, in order. `unreached` says why the last walk left steps without a
 * result.
 */
function stepReports(
  checklist: Checklist,
  entries: readonly Entry[],
  unreached: UnreachedReasons | undefined,
): readonly StepReport[] {
  const { current, stale, claims, again } = currentResults(checklist, entries);
  const lastBegan = entries.findLastIndex(({ type }) => type === 'began');
  const before = new Set(entries.slice(0, lastBegan));
  const byStep = new Map<string, StepEntry[]>(checklist.steps.map(({ id }) => [id, []]));
  for (const entry of entries) {
    if (isOfStep(entry) && entry.checklist === checklist.id) byStep.get(entry.step)?.push(entry);
  }
  const resumed = entries.slice(0, lastBegan).some(({ type }) => type === 'began');
  return checklist.steps.map((step) => {
    const entriesOfStep = byStep.get(step.id) ?? [];
    const attempts = entriesOfStep.filter((entry) => entry.type === 'attempt');
    const attempt = current.get(step.id);
    const notes = entriesOfStep.flatMap((entry) => (entry.type === 'note' ? [noteText(entry, attempt)] : []));
    const evidence = entriesOfStep.flatMap((entry) => (entry.type === 'evidence' ? [evidenceReport(entry)] : []));
    const note = [...(attempt?.note ? [attempt.note] : []), ...notes].join('\n') || null;
    const kept = evidence.length > 0 ? { evidence } : {};
    if (!attempt) {
      const claim = claims.get(step.id);
      const { code, reason } =
        (claim && claimReason(claim)) ??
        stale.get(step.id) ??
        unreached?.reasons[step.id] ??
        unreached?.rest ??
        because('not-reached');
      return {
        ...described(step),
        status: 'pending',
        code,
        reason,
        note,
        by: null,
        operator: null,
        startedAt: null,
        durationMs: null,
        ...kept,
        ...(attempts.length > 0 ? { attempts: attempts.map((each) => attemptReport(each, null)) } : {}),
      };
    }
    const look = again.get(step.id);
    const { status, code, reason, by, operator, startedAt, durationMs, expected, actual, output } = resultNow(
      attempt,
      look,
    );
    const tries = () => {
      const after = entriesOfStep.slice(entriesOfStep.indexOf(attempt));
      const looks = after.filter((entry) => entry.type === 'looked-again');
      return [
        ...attempts.map((each) => attemptReport(each, look && look.status !== 'pass' ? null : attempt)),
        ...(looks.every((each) => each.status === 'pass') ? [] : looks.map((each) => checkReport(each, each === look))),
      ];
    };
    const history = entriesOfStep.length > 1 ? tries() : [];
    return {
      ...described(step, attempt.advisory),
      status,
      code,
      reason,
      note,
      by,
      operator,
      startedAt,
      durationMs,
      ...(expected ? { expected } : {}),
      ...(actual ? { actual } : {}),
      ...(output ? { output } : {}),
      ...(resumed && before.has(attempt) ? { carriedOver: true } : {}),
      ...(look ? { checkedAgainAt: look.at } : {}),
      ...kept,
      ...(history.length > 1 ? { attempts: history } : {}),
    };
  });
}

type StepEntry = Extract<Entry, { readonly step: string }>;

function isOfStep(entry: Entry): entry is StepEntry {
  return 'step' in entry;
}

function described(step: Step, advisory = false) {
  return {
    id: step.id,
    title: step.title,
    who: step.who,
    manual: step.do.length > 0,
    check: step.check?.kind ?? null,
    required: step.required && !advisory,
  };
}

function attemptReport(attempt: Attempt, current: Attempt | null) {
  const { status, code, reason, by, operator, startedAt, durationMs, note } = attempt;
  return {
    status,
    code,
    reason,
    by,
    operator,
    startedAt,
    durationMs,
    ...(note === null ? {} : { note }),
    ...(attempt === current ? {} : { stale: true as const }),
  };
}

function checkReport({ status, code, reason, at }: CheckedAgain, isCurrent: boolean) {
  return {
    ...{ status, code, reason, by: 'check' as const, operator: null, startedAt: at, durationMs: 0 },
    ...(isCurrent && status !== 'pass' ? {} : { stale: true as const }),
  };
}

/** Marks a note that is older than the result: it is about an earlier result. */
function noteText({ text, at }: Note, current: Attempt | undefined): string {
  return current && at < current.startedAt ? `(${utcMinute(at)}, before this result) ${text}` : text;
}

function evidenceReport({ name, sha256, bytes, mediaType, redacted, at }: Evidence) {
  return { name, sha256, bytes, mediaType, ...(redacted > 0 ? { redacted } : {}), at };
}
