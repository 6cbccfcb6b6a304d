import { type CurrentResults, growingResults } from './current-results.ts';
import type { Attempt, Decided, Entry, Revisited } from './entries.ts';
import type { Checklist } from './model.ts';
import type { Reason } from './reasons.ts';

/** State of one sitting. It is not saved with the run. */
export interface Sitting {
  /** True if an operator decides about failures. Otherwise a checklist stops at its first failure. */
  readonly attended: boolean;
  /** Ids of checklists whose header has been shown and whose earlier results have been checked again. */
  readonly opened: Set<string>;
  /** Steps passed over because they need a person: checklist id → step id → reason. */
  readonly passedOver: Map<string, Map<string, Reason>>;
  /** Entity ids of products for whose page URL the operator has been asked. */
  readonly askedForPage: Set<string>;
}

export function newSitting(attended: boolean): Sitting {
  return { attended, opened: new Set(), passedOver: new Map(), askedForPage: new Set() };
}

type StepEntry = Extract<Entry, { readonly step: string }>;

/**
 * The state of a run: its entries, and what follows from them. A new entry updates it at a cost that does not grow with
 * the run. It is the same as the state made from all entries at once.
 */
export interface RunState {
  /** Oldest first. */
  readonly entries: readonly Entry[];
  readonly sitting: Sitting;
  add(entry: Entry): void;
  /** Passes over a step that needs a person, for the rest of the sitting. */
  passOver(checklist: string, step: string, reason: Reason): void;
  /** The current results of a checklist of the run, by its id. The next entry may change them. */
  results(checklist: string): CurrentResults;
  /** Everything about a step, oldest first. */
  about(checklist: string, step: string): readonly StepEntry[];
  /** Every attempt at a step, oldest first. */
  attempts(checklist: string, step: string): readonly Attempt[];
  /** The index of a step in its checklist; null for a step that does not exist. */
  indexOf(checklist: string, step: string): number | null;
  /** When this sitting began, RFC 3339 UTC; null if it has not. */
  readonly beganAt: string | null;
  /** Whether an entry was added in this sitting. */
  isNew(entry: Entry): boolean;
  /** What has happened to a checklist in this sitting, by its id. */
  inSitting(checklist: string): ChecklistSitting;
  readonly visit: Visit;
}

/** What has happened to a checklist in this sitting. */
interface ChecklistSitting {
  /** Steps whose earlier answer the operator kept. */
  readonly kept: Set<string>;
  /** The operator's decisions about the newest failures, by step id. */
  readonly decisions: Map<string, Decided['decision']>;
  /** Whether a step was attempted, or its answer kept. */
  walked: boolean;
  /** The number of leading steps that need nothing more. `nextStep` counts them; a new entry lowers the number. */
  settled: number;
  /** The index of the first of them with a skip that counts; null if there is none. */
  firstSkip: number | null;
}

/** Where going back has led in this sitting. */
interface Visit {
  /** The step to go to; null after a new answer. */
  at: Revisited['from'];
  /** The earlier answer was kept, so the operator returns to where going back began. */
  returns: boolean;
}

export function runState(checklists: readonly Checklist[], sitting: Sitting, entries: readonly Entry[]): RunState {
  const all: Entry[] = [];
  const results = new Map(checklists.map((checklist) => [checklist.id, growingResults(checklist)]));
  const indices = new Map(checklists.map(({ id, steps }) => [id, new Map(steps.map((step, i) => [step.id, i]))]));
  const ofStep = new Map<string, StepEntry[]>();
  const here = new Map<string, ChecklistSitting>();
  const inThisSitting = new Set<Entry>();
  const visit: Visit = { at: null, returns: false };
  const visits: Revisited[] = [];
  let beganAt: string | null = null;

  const inSitting = (checklist: string) => {
    const found = here.get(checklist) ?? newChecklistSitting();
    here.set(checklist, found);
    return found;
  };
  const indexOf = (checklist: string, step: string) => indices.get(checklist)?.get(step) ?? null;

  const begin = (at: string) => {
    beganAt = at;
    inThisSitting.clear();
    here.clear();
    visits.length = 0;
    visit.at = null;
    visit.returns = false;
  };

  const follow = (entry: Extract<Entry, { readonly checklist: string }>) => {
    const checklist = inSitting(entry.checklist);
    if (entry.type === 'buyer' || entry.type === 'checklist') return unsettle(checklist, 0);
    if (entry.type === 'note' || entry.type === 'evidence' || entry.type === 'revisited') return;
    unsettle(checklist, indexOf(entry.checklist, entry.step) ?? checklist.settled);
    if (entry.type === 'claimed' || entry.type === 'reopened') return;
    if (entry.type === 'decided') {
      checklist.decisions.set(entry.step, entry.decision);
      return;
    }
    checklist.decisions.delete(entry.step);
    if (entry.type === 'kept') checklist.kept.add(entry.step);
    if (entry.type !== 'looked-again') checklist.walked = true;
  };

  const followVisit = (entry: Entry) => {
    if (entry.type === 'revisited') {
      visits.push(entry);
      visit.at = entry;
      visit.returns = false;
    } else if (entry.type === 'kept') {
      visit.at = visits.pop()?.from ?? null;
      visit.returns = true;
    } else if (
      entry.type === 'attempt' ||
      entry.type === 'buyer' ||
      (entry.type === 'decided' && entry.decision === 'finish')
    ) {
      visits.length = 0;
      visit.at = null;
    }
  };

  const add = (entry: Entry) => {
    all.push(entry);
    if (entry.type === 'began') begin(entry.at);
    else inThisSitting.add(entry);
    for (const each of results.values()) each.add(entry);
    if ('checklist' in entry) follow(entry);
    followVisit(entry);
    if (!('step' in entry)) return;
    const key = keyOf(entry.checklist, entry.step);
    const earlier = ofStep.get(key);
    if (earlier) earlier.push(entry);
    else ofStep.set(key, [entry]);
  };

  const about = (checklist: string, step: string) => ofStep.get(keyOf(checklist, step)) ?? [];

  for (const entry of entries) add(entry);
  return {
    entries: all,
    ...{ sitting, add, about, indexOf, inSitting, visit },
    get beganAt() {
      return beganAt;
    },
    results(checklist) {
      const found = results.get(checklist);
      if (!found) throw new Error(`the run has no checklist ${checklist}`);
      return found;
    },
    attempts: (checklist, step) => about(checklist, step).filter((entry) => entry.type === 'attempt'),
    isNew: (entry) => inThisSitting.has(entry),
    passOver(checklist, step, reason) {
      const reasons = sitting.passedOver.get(checklist) ?? new Map();
      sitting.passedOver.set(checklist, reasons.set(step, reason));
      unsettle(inSitting(checklist), indexOf(checklist, step) ?? 0);
    },
  };
}

function keyOf(checklist: string, step: string): string {
  return `${checklist}/${step}`;
}

function newChecklistSitting(): ChecklistSitting {
  return { kept: new Set(), decisions: new Map(), walked: false, settled: 0, firstSkip: null };
}

function unsettle(checklist: ChecklistSitting, from: number): void {
  checklist.settled = Math.min(checklist.settled, from);
  if (checklist.firstSkip !== null && checklist.firstSkip >= checklist.settled) checklist.firstSkip = null;
}
