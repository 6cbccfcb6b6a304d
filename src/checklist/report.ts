import { attemptsOf } from './attempts.ts';
import type { Attempt, Checklist, Entry, ProductPage, Status, Step, Verdict } from './model.ts';
import type { ChecklistReport, Report, Seen, StepReport, Tally } from './report-document.ts';

/** What a run is about, beside its checklists: written once, at its start. */
export interface RunFacts {
  readonly tool: { readonly name: 'mp-verify'; readonly version: string };
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** A signal or Ctrl+C stopped it. */
  readonly interrupted: boolean;
  readonly operator: string | null;
  readonly sandbox: boolean;
  /** Null is AWS itself. */
  readonly endpoint: string | null;
  readonly accountId: string | null;
  readonly arn: string | null;
  readonly product: ProductPage | null;
}

/** A checklist of a run, with the buyer it was walked with. */
export interface PlannedChecklist {
  readonly checklist: Checklist;
  /** The operator may name another one when the walk finds this one unfit. */
  buyer: string | null;
  /** The configuration that names this buyer; null where there is none. */
  readonly buyerFrom?: string | null;
}

/** Why steps of a checklist have no result. */
export interface Unreached {
  /** Of single steps, by id. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Of all the others; null where the walk came to its end. */
  readonly rest: string | null;
}

/** How the reason begins of steps behind one that stopped the walk: that step is what a reader must know of. */
export const notReached = 'Not reached, because';

/** The one place where results are counted and a verdict is made. */
export function report(
  facts: RunFacts,
  planned: readonly PlannedChecklist[],
  entries: readonly Entry[],
  unreached: ReadonlyMap<string, Unreached>,
): Report {
  const checklists = planned.map(({ checklist, buyer }): ChecklistReport => {
    const steps = stepReports(checklist, entries, unreached.get(checklist.id));
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
  const { product } = facts;
  return {
    schemaVersion: 1,
    tool: facts.tool,
    run: {
      id: facts.id,
      startedAt: facts.startedAt,
      endedAt: facts.endedAt,
      interrupted: facts.interrupted,
      operator: facts.operator,
      sandbox: facts.sandbox,
      endpoint: facts.endpoint,
    },
    target: {
      accountId: facts.accountId,
      arn: facts.arn,
      product: product && {
        id: product.productId,
        code: product.productCode,
        title: product.title,
        visibility: product.visibility,
        url: product.url,
        urlSource: product.urlSource,
      },
    },
    verdict: verdict(all),
    tally: tally(all),
    seen: seen(planned, entries),
    checklists,
  };
}

function stepReports(
  checklist: Checklist,
  entries: readonly Entry[],
  unreached: Unreached | undefined,
): readonly StepReport[] {
  return checklist.steps.map((step) => {
    const attempts = attemptsOf(checklist.id, step.id, entries);
    const current = attempts.at(-1);
    const notes = entries.flatMap((entry) =>
      entry.type === 'note' && entry.checklist === checklist.id && entry.step === step.id ? [entry.text] : [],
    );
    const note = [...(current?.note ? [current.note] : []), ...notes].join('\n') || null;
    if (!current) {
      const reason = unreached?.reasons.get(step.id) ?? unreached?.rest;
      return {
        ...described(step),
        status: 'pending',
        reason: reason ?? 'This step was not reached.',
        note,
        by: null,
        operator: null,
        startedAt: null,
        durationMs: null,
      };
    }
    const { status, reason, by, operator, startedAt, durationMs, expected, actual, output } = current;
    return {
      ...described(step, current.advisory),
      status,
      reason,
      note,
      by,
      operator,
      startedAt,
      durationMs,
      ...(expected ? { expected } : {}),
      ...(actual ? { actual } : {}),
      ...(output ? { output } : {}),
      ...(attempts.length > 1 ? { attempts: attempts.map(attemptReport) } : {}),
    };
  });
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

function attemptReport({ status, reason, by, operator, startedAt, durationMs }: Attempt) {
  return { status, reason, by, operator, startedAt, durationMs };
}

/** Counts every step, advisory ones too. */
function tally(steps: readonly StepReport[]): Tally {
  const counts: Record<Status, number> = { pass: 0, fail: 0, error: 0, skip: 0, pending: 0, 'not-applicable': 0 };
  for (const { status } of steps) counts[status]++;
  return counts;
}

/** Looks at required steps only. */
function verdict(steps: readonly StepReport[]): Verdict {
  const required = steps.filter((step) => step.required);
  const some = (...statuses: readonly Status[]) => required.some(({ status }) => statuses.includes(status));
  if (some('fail')) return 'fail';
  if (some('error')) return 'error';
  // Said of what is right, not of what is not wrong: only these two let a run pass.
  return required.every(({ status }) => status === 'pass' || status === 'not-applicable') ? 'pass' : 'incomplete';
}

function seen(planned: readonly PlannedChecklist[], entries: readonly Entry[]): Seen {
  const counts = { byProgram: 0, byPerson: 0, disagreed: 0 };
  for (const { checklist } of planned) {
    for (const step of checklist.steps) {
      const attempt = attemptsOf(checklist.id, step.id, entries).at(-1);
      if (attempt?.status !== 'pass' && attempt?.status !== 'fail') continue;
      if (attempt.disagreed) counts.disagreed++;
      else if (attempt.by === 'operator' || attempt.by === 'answers') counts.byPerson++;
      else counts.byProgram++;
    }
  }
  return counts;
}
