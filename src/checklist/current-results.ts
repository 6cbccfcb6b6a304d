import type { Attempt, BuyerChanged, Changeable, CheckedAgain, Claimed, Entry } from './entries.ts';
import type { Checklist, Step } from './model.ts';
import type { FullReason, Reason } from './reasons.ts';
import { because } from './walk-reasons.ts';

/** The current results of a checklist, and why other results no longer count. */
export interface CurrentResults {
  /** The current result, by step id. */
  readonly current: ReadonlyMap<string, Attempt>;
  /** Why a step's newest result no longer counts, by step id. */
  readonly stale: ReadonlyMap<string, Reason>;
  /** Answers whose check has not finished yet, by step id. */
  readonly claims: ReadonlyMap<string, Claimed>;
  /** The newest repeated check of a passed step, by step id; see `resultNow`. */
  readonly again: ReadonlyMap<string, CheckedAgain>;
}

/** Current results that each new entry of the run updates. */
interface GrowingResults extends CurrentResults {
  add(entry: Entry): void;
}

/** Returns the current results after these entries of a run, oldest first. */
export function currentResults(checklist: Checklist, entries: readonly Entry[]): CurrentResults {
  const results = growingResults(checklist);
  for (const entry of entries) results.add(entry);
  return results;
}

/**
 * Follows the results of a checklist, entry by entry. A newer attempt at a step, or a reopened step, makes later
 * results stale. Results with the status `error` end with their sitting. The first baseline that passed stays, because
 * it cannot be read again after a purchase. The cost of an entry does not grow with the number of steps, except when a
 * sitting begins or a buyer changes.
 */
export function growingResults(checklist: Checklist): GrowingResults {
  const { id, steps } = checklist;
  const places = new Map(steps.map((step, index) => [step.id, index]));
  const current = new Map<string, Attempt>();
  const stale = new Map<string, Reason>();
  const claims = new Map<string, Claimed>();
  const again = new Map<string, CheckedAgain>();
  /** The results of earlier buyers. */
  const ofBuyers = new Map<string | null, ReadonlyMap<string, Attempt>>();
  /** The places of the steps with a current result, in order. */
  let placed: number[] = [];

  const drop = (from: number, why: (was: Was) => FullReason, keeps: (step: Step) => boolean) => {
    const later = placed.splice(firstFrom(placed, from));
    for (const place of later) {
      const step = steps[place];
      const attempt = step && current.get(step.id);
      if (!attempt) continue;
      if (keeps(step)) {
        placed.push(place);
        continue;
      }
      current.delete(step.id);
      again.delete(step.id);
      stale.set(step.id, why(attempt.status));
    }
    for (const [step, { status }] of claims) {
      if ((places.get(step) ?? from) < from) continue;
      claims.delete(step);
      stale.set(step, why(`claimed-${status}`));
    }
  };
  const isBaseline = (step: Step) => step.check?.baseline === true && current.get(step.id)?.status === 'pass';
  const placesOfCurrent = () => [...current.keys()].flatMap((step) => places.get(step) ?? []).sort((a, b) => a - b);

  const begin = (accepted: readonly Changeable[]) => {
    const changed = accepted.filter((what) => what !== 'checklist');
    // After a change of product, account or endpoint no earlier result counts, not even the baseline.
    if (changed.length > 0) {
      drop(
        0,
        (was) => because('other-target', { was, changed }),
        () => false,
      );
      ofBuyers.clear();
    }
    for (const [step, { status }] of current) {
      if (status !== 'error') continue;
      current.delete(step);
      stale.set(step, because('checked-again'));
    }
    placed = placesOfCurrent();
  };

  const changeBuyer = ({ buyer, was: before }: BuyerChanged) => {
    if (before !== undefined) ofBuyers.set(before, new Map(current));
    drop(
      0,
      (was) => because('other-buyer', { was, buyer }),
      () => false,
    );
    current.clear();
    for (const [step, attempt] of ofBuyers.get(buyer) ?? []) {
      if (attempt.status === 'error') continue;
      current.set(step, attempt);
      stale.delete(step);
    }
    placed = placesOfCurrent();
  };

  const add = (entry: Entry) => {
    if (entry.type === 'began') begin(entry.accepted);
    if (!('checklist' in entry) || entry.checklist !== id) return;
    if (entry.type === 'buyer') changeBuyer(entry);
    if (entry.type === 'checklist') {
      ofBuyers.clear();
      const from = entry.changedFrom === null ? undefined : places.get(entry.changedFrom);
      if (from !== undefined) drop(from, (was) => because('checklist-changed', { was, number: from + 1 }), isBaseline);
    }
    if (entry.type === 'looked-again') {
      if (current.has(entry.step)) again.set(entry.step, entry);
      return;
    }
    if (entry.type !== 'attempt' && entry.type !== 'reopened' && entry.type !== 'claimed') return;
    const place = places.get(entry.step);
    // An accepted change of the checklist may have removed the step.
    const step = place === undefined ? undefined : steps[place];
    if (place === undefined || step === undefined) return;
    const name = { number: place + 1, title: step.title };
    if (entry.type === 'reopened') {
      // Starting over discards the results of earlier buyers too.
      if (entry.because === 'sandbox' || place === 0) ofBuyers.clear();
      const code = reopenedCodes[entry.because ?? 'operator'];
      drop(
        place,
        (was) => because(code, { was, ...name }),
        (each) => each !== step && isBaseline(each),
      );
      return;
    }
    if (entry.type === 'claimed') {
      drop(
        place,
        (was) => because('answered-again', { was, ...name }),
        (each) => each !== step && isBaseline(each),
      );
      claims.set(step.id, entry);
      return;
    }
    claims.delete(step.id);
    if (!isRemark(step, entry, current.get(step.id)))
      drop(place + 1, (was) => because('taken-again', { was, ...name }), isBaseline);
    if (!current.has(step.id)) placed.splice(firstFrom(placed, place), 0, place);
    current.set(step.id, entry);
    again.delete(step.id);
    stale.delete(step.id);
  };
  return { current, stale, claims, again, add };
}

/** Returns the index of the first place that is not before `from`. Places near the end are found first. */
function firstFrom(places: readonly number[], from: number): number {
  return places.findLastIndex((place) => place < from) + 1;
}

/**
 * Returns the current result of a step. If its repeated check no longer passes, that is the result, whatever a person
 * answered.
 */
export function resultNow(attempt: Attempt, checked: CheckedAgain | undefined): Attempt {
  if (!checked || checked.status === 'pass') return attempt;
  const { status, code, values, reason, expected, actual } = checked;
  const { expected: _, actual: __, ...made } = attempt;
  return {
    ...made,
    ...{ status, code, values, reason },
    ...(expected ? { expected } : {}),
    ...(actual ? { actual } : {}),
    disagreed: attempt.disagreed || (status === 'fail' && attempt.by !== 'check'),
  };
}

/** Whether a check leaves later results alone, because it does not count or was only skipped before. */
function isRemark(step: Step, { advisory = false }: Attempt, before: Attempt | undefined): boolean {
  return step.do.length === 0 && (advisory || !step.required || before?.status === 'skip');
}

type Was = Attempt['status'] | `claimed-${Claimed['status']}`;

const reopenedCodes = {
  operator: 'reopened',
  checklist: 'checklist-accepted',
  sandbox: 'new-sandbox',
} as const;
