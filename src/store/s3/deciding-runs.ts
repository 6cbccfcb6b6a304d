import { isNewer, type Mark } from './mark.ts';

/**
 * The newest mark of each run that decides, or may come to decide, where a use case stands. A run is left out only if
 * several others outweigh it in each of its checklists. `floors` remember what was left out, so that it is noticed when
 * it could matter again.
 */
export interface Deciding {
  /** By run. */
  readonly marks: ReadonlyMap<string, DatedMark>;
  /** The times of passes and failures that were left out, by group; only the highest. */
  readonly floors: ReadonlyMap<string, readonly Times[]>;
}

export interface DatedMark {
  readonly mark: Mark;
  /** When it was written, by the clock of the store, in epoch ms. */
  readonly at: number;
}

export const emptyDeciding: Deciding = { marks: new Map(), floors: new Map() };

/** One result outweighs another one if none of its times is lower: those by which `confirmations` chooses. */
type Times = readonly number[];

interface Member {
  readonly id: string;
  readonly times: Times;
}

/** This many others must outweigh a run before it is left out: some of them may change when they are resumed. */
const reserve = 3;

/** Adds marks, oldest first, and leaves out what cannot decide anything anymore. */
export function fold(state: Deciding, added: readonly DatedMark[]): Deciding {
  const marks = new Map(state.marks);
  for (const each of added) {
    const before = marks.get(each.mark.id);
    if (!before || isNewer(each.mark, before.mark)) marks.set(each.mark.id, each);
  }
  const needed = new Set<string>();
  const floors = new Map(state.floors);
  for (const [group, members] of groups(marks)) {
    const kept: Member[] = [];
    for (const member of members.sort((a, b) => compare(b.times, a.times))) {
      if (kept.filter((other) => outweighs(other.times, member.times)).length < reserve) kept.push(member);
      else if (isDecisive(group)) floors.set(group, withFloor(floors.get(group) ?? [], member.times));
    }
    for (const { id } of kept) needed.add(id);
  }
  for (const [id, { mark }] of marks)
    if (mark.state === 'deleted' || (mark.state === 'free' && mark.facts !== null && !needed.has(id))) marks.delete(id);
  return { marks, floors };
}

/** Whether a run that was left out could decide something now, because those that outweighed it have changed. */
export function isUncertain({ marks, floors }: Deciding): boolean {
  if (floors.size === 0) return false;
  const all = groups(marks);
  return [...floors].some(([group, each]) => each.some((floor) => !isOutweighed(floor, group, all)));
}

function isOutweighed(floor: Times, group: string, all: ReadonlyMap<string, readonly Member[]>): boolean {
  if (all.get(group)?.some(({ times }) => outweighs(times, floor))) return true;
  const { outcome, place } = partsOf(group);
  if (outcome !== 'fail') return false;
  // An old failure does not matter if the pass that counts is newer.
  const [pass] = [...(all.get(groupOf('pass', place)) ?? [])].sort((a, b) => compare(b.times, a.times));
  return pass !== undefined && (pass.times.at(-1) ?? 0) > (floor[0] ?? 0);
}

function withFloor(floors: readonly Times[], times: Times): readonly Times[] {
  if (floors.some((floor) => outweighs(floor, times))) return floors;
  return [...floors.filter((floor) => !outweighs(times, floor)), times];
}

function outweighs(a: Times, b: Times): boolean {
  return a.every((time, i) => time >= (b[i] ?? time));
}

function compare(a: Times, b: Times): number {
  return a.map((time, i) => time - (b[i] ?? time)).find((difference) => difference !== 0) ?? 0;
}

/** The clock difference allowed between machines, as in `confirmations.ts`. */
const clockError = 300_000;

/** Groups results that could stand for each other: of the same product, account and checklist, with the same outcome. */
function groups(marks: Deciding['marks']): Map<string, Member[]> {
  const found = new Map<string, Member[]>();
  for (const { mark, at } of marks.values()) {
    const { facts, id, state } = mark;
    if (facts === null || state === 'deleted') continue;
    const { product, accountId, sandbox, endpoint, acceptedChanges, endedAt } = facts;
    const counts = !sandbox && endpoint === null && product !== null && acceptedChanges.length === 0;
    for (const { id: checklist, sha256, outcome, oldestResult, lastResult } of facts.checklists) {
      const place = counts ? JSON.stringify([checklist, sha256, product.id, accountId]) : checklist;
      // By the clock of the store. A pass of the future does not count.
      const isAhead = outcome === 'pass' && lastResult > at + clockError;
      const group = groupOf(isAhead ? 'ahead' : (outcome ?? 'open'), counts ? place : `not counted: ${place}`);
      const times =
        outcome === 'pass' ? [oldestResult, lastResult] : [outcome === 'fail' ? lastResult : Date.parse(endedAt)];
      const members = found.get(group);
      if (members) members.push({ id, times });
      else found.set(group, [{ id, times }]);
    }
  }
  return found;
}

type GroupOutcome = 'pass' | 'fail' | 'open' | 'ahead';

function groupOf(outcome: GroupOutcome, place: string): string {
  return `${outcome} ${place}`;
}

function partsOf(group: string) {
  const at = group.indexOf(' ');
  return { outcome: group.slice(0, at), place: group.slice(at + 1) };
}

/** Whether the group can confirm a use case. Of the others a few are enough. */
function isDecisive(group: string): boolean {
  const { outcome, place } = partsOf(group);
  return (outcome === 'pass' || outcome === 'fail') && place.startsWith('[');
}
