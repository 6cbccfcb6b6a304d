import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Attempt } from '../../src/checklist/entries.ts';
import type { Checklist, Step } from '../../src/checklist/model.ts';
import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { formatProblem } from '../../src/checklist/problems.ts';
import { noReason } from '../../src/checklist/reasons.ts';
import { checks } from '../../src/checks/index.ts';

export const useCases = ['new-signup', 'existing-user', 'contract-change'] as const;
export type UseCase = (typeof useCases)[number];

export function builtInPath(id: UseCase): string {
  return fileURLToPath(new URL(`../../checklists/${id}.yaml`, import.meta.url));
}

export function builtInText(id: UseCase): string {
  return readFileSync(builtInPath(id), 'utf8');
}

export function builtIn(id: UseCase): Checklist {
  return checklistFrom(builtInText(id));
}

/** The first four lines of a file: its first step begins on line 5. */
export const header = 'version: 1\nid: mine\ntitle: Mine\nsteps:\n';

export function checklistFrom(source: string): Checklist {
  const checklist = parseChecklist('mine.yaml', source, checks);
  if ('steps' in checklist) return checklist;
  throw new Error(checklist.map(formatProblem).join('\n'));
}

/** What a person reads about a bad file, line by line. */
export function problemsIn(source: string): readonly string[] {
  const problems = parseChecklist('mine.yaml', source, checks);
  if ('steps' in problems) throw new Error(`nothing is wrong with:\n${source.slice(0, 1000)}`);
  const lines = problems.map(formatProblem);
  expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
  return lines;
}

export function step(id: string, changes: Partial<Step> = {}): Step {
  return {
    id,
    title: `Title of ${id}`,
    who: 'seller',
    required: true,
    do: ['Look.'],
    open: null,
    expect: null,
    show: null,
    ifItFails: null,
    sandbox: null,
    check: null,
    ...changes,
  };
}

export function checklist(id: string, steps: readonly Step[]): Checklist {
  return { id, title: `Title of ${id}`, summary: null, needs: [], steps, sha256: 'a'.repeat(64) };
}

export function attempt(stepId: string, changes: Partial<Attempt> = {}): Attempt {
  return {
    type: 'attempt',
    checklist: 'one',
    step: stepId,
    status: 'pass',
    ...noReason,
    by: 'operator',
    operator: 'Aiko',
    note: null,
    disagreed: false,
    startedAt: '2026-11-23T09:00:00.000Z',
    durationMs: 1200,
    ...changes,
  };
}

export const now = new Date('2026-11-23T09:00:00.000Z');
export const [past, soon, later] = ['2026-11-22T09:00:00.000Z', '2026-12-23T09:00:00.000Z', '2027-11-23T09:00:00.000Z'];

/** Ten of the Pro plan under the licence `l-1`, where nothing else is said. */
export function row(changes: Partial<EntitlementRow> & { readonly licence?: string | null } = {}): EntitlementRow {
  const { licence = 'l-1', ...fields } = changes;
  return {
    dimension: 'pro_plan',
    value: 10,
    expirationDate: soon,
    licenseArn: licence === null ? null : `arn:aws:license-manager::111122223333:license:${licence}`,
    customerAwsAccountId: '444455556666',
    customerIdentifier: null,
    plan: 'Pro',
    active: fields.expirationDate !== past,
    ...fields,
  };
}

/** The same numbers on every machine (mulberry32). */
export function seeded(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[below(items.length)] ?? items[0];
  return { below, pick };
}
