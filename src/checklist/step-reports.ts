import { currentResults, resultNow } from './current-results.ts';
import type { Attempt, CheckedAgain, Checklist, Entry, Evidence, Note, Step, UnreachedReasons } from './model.ts';
import { utcMinute } from './reasons.ts';
import type { StepReport } from './report-document.ts';
import { because, claimReason } from './walk-reasons.ts';

/** The report of each step of a checklist, in order. `unreached` tells why the last walk left steps without a result. */
export function stepReports(
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
    const looks = entriesOfStep.slice(entriesOfStep.indexOf(attempt)).filter((entry) => entry.type === 'looked-again');
    const tries = [
      ...attempts.map((each) => attemptReport(each, look && look.status !== 'pass' ? null : attempt)),
      ...(looks.every((each) => each.status === 'pass') ? [] : looks.map((each) => lookReport(each, each === look))),
    ];
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
      ...(tries.length > 1 ? { attempts: tries } : {}),
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

function lookReport({ status, code, reason, at }: CheckedAgain, isCurrent: boolean) {
  return {
    ...{ status, code, reason, by: 'check' as const, operator: null, startedAt: at, durationMs: 0 },
    ...(isCurrent && status !== 'pass' ? {} : { stale: true as const }),
  };
}

/** A note that is older than the result says so: it is about an earlier one. */
function noteText({ text, at }: Note, current: Attempt | undefined): string {
  return current && at < current.startedAt ? `(${utcMinute(at)}, before this result) ${text}` : text;
}

function evidenceReport({ name, sha256, bytes, mediaType, redacted, at }: Evidence) {
  return { name, sha256, bytes, mediaType, ...(redacted > 0 ? { redacted } : {}), at };
}
