import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Attempt, Entry } from '../../src/checklist/entries.ts';
import { noReason } from '../../src/checklist/reasons.ts';
import { CouldNotCheck, UserError } from '../../src/errors.ts';
import type { RunRecord } from '../../src/ports/storage.ts';
import type { Machine } from '../../src/store/lock.ts';
import { noOptions } from '../support/no-options.ts';

/** A state folder that is removed after the test. */
export async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-runs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function machine(changes: Partial<Machine> = {}): Machine {
  return {
    pid: process.pid,
    host: 'desk',
    id: null,
    now: () => new Date(),
    uptime: () => (Date.now() - Date.parse('2026-07-01T00:00:00Z')) / 1000,
    bootId: () => null,
    pidNamespace: () => null,
    alive: isAlive,
    ...changes,
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The number of a process that has ended. */
export async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  if (child.pid === undefined) throw new Error('no process could be started');
  return child.pid;
}

export const record: Omit<RunRecord, 'id'> = {
  tool: { name: 'mp-verify', version: '0.1.0' },
  startedAt: '2026-07-24T08:00:00.000Z',
  checklists: [
    {
      id: 'new-signup',
      from: { builtIn: 'new-signup' },
      source: 'version: 1\nid: new-signup\ntitle: "Anmeldung – 新規"\n',
      sha256: 'a'.repeat(64),
      buyer: '444455556666',
      buyerFrom: null,
    },
  ],
  inputs: { region: 'eu' },
  options: { ...noOptions, sandbox: true },
};

const fleetProduct = {
  ...{ product: 'prod-bbb', account: 'emea', owner: 'team-notes' },
  ...{ waiver: { until: '2027-01-15', reason: 'MP-412: 契約なし' }, withoutSaas: false },
};

/** The record of a fleet run. */
export const fleetRecord: Omit<RunRecord, 'id'> = { ...record, products: [fleetProduct] };

export function attempt(step: string, changes: Partial<Attempt> = {}): Attempt {
  return {
    type: 'attempt',
    checklist: 'new-signup',
    step,
    status: 'pass',
    ...noReason,
    by: 'operator',
    operator: 'Mina',
    note: null,
    disagreed: false,
    startedAt: '2026-07-24T08:00:01.000Z',
    durationMs: 1500,
    ...changes,
  };
}

const at = '2026-07-24T08:00:02.000Z';
/** As versions 1 and 2 kept it: the sentence alone. */
const stopped = { code: null, values: {}, reason: 'stopped' };
const place = { checklist: 'new-signup', step: 'buy' };

/** One of each kind that version 1 had. */
export const entries1: readonly Entry[] = [
  { type: 'began', at, operator: 'Mina', version: '0.1.0', accepted: ['checklist'], options: noOptions },
  { type: 'checklist', checklist: 'new-signup', source: 'version: 1\n', changedFrom: 'buy', at },
  {
    type: 'target',
    at,
    target: { sandbox: true, endpoint: 'http://127.0.0.1:9', accountId: '111122223333', arn: null, product: null },
  },
  attempt('buy', {
    expected: { quantity: 10 },
    actual: { quantity: 1, plan: null },
    output: { kind: 'saas-contract', contract: { plan: 'Pro', quantity: 10, endDate: null } },
  }),
  { type: 'note', ...place, text: 'zwei Zeilen\n再試行 \u{1f600}', operator: null, at },
  {
    type: 'evidence',
    ...place,
    name: 'screen.png',
    sha256: 'b'.repeat(64),
    bytes: 12,
    mediaType: 'image/png',
    redacted: 0,
    operator: null,
    at,
  },
  { type: 'reopened', ...place, at },
  { type: 'buyer', checklist: 'new-signup', buyer: '777788889999', at },
  { type: 'ended', at, interrupted: true, unreached: { 'new-signup': { reasons: { buy: stopped }, rest: null } } },
];

/** Those that version 2 added, too. */
export const entries2: readonly Entry[] = [
  ...entries1.slice(0, -1),
  { type: 'buyer', checklist: 'new-signup', buyer: '444455556666', was: '777788889999', at },
  { type: 'claimed', ...place, status: 'fail', reason: 'No button.', by: 'operator', operator: 'Mina', at },
  ...entries1.slice(-1),
];

/** Those that version 3 added: reasons have a code, and values. Their sentences are those of a stored run. */
export const entries3: readonly Entry[] = [
  ...entries2.slice(0, -1),
  attempt('grants', {
    status: 'error',
    code: 'several-licences',
    values: { licences: ['l-1', 'l-2'], buyer: '444455556666', asked: 2, final: true, plan: null },
    reason: 'The buyer has 2 licences (l-1, l-2).',
  }),
  {
    type: 'looked-again',
    ...place,
    status: 'fail',
    ...{ code: 'no-agreement', values: { buyer: '444455556666' }, reason: 'AWS shows no agreement.' },
    expected: { agreement: 'new' },
    actual: { agreement: 'no agreement' },
    at,
  },
  {
    type: 'ended',
    at,
    interrupted: true,
    unreached: {
      'new-signup': {
        reasons: {
          buy: { code: 'interrupted', values: { signal: 'SIGTERM' }, reason: 'The run was stopped (SIGTERM).' },
        },
        rest: { code: 'not-reached', values: {}, reason: 'This step was not reached.' },
      },
    },
  },
];

/** One of each kind, as they are today. */
export const entries: readonly Entry[] = [
  ...entries3.slice(0, -1),
  { type: 'revisited', ...place, from: { checklist: 'new-signup', step: 'grants' }, at },
  { type: 'kept', ...place, at },
  { type: 'decided', checklist: 'new-signup', step: 'grants', decision: 'continue', at },
  { type: 'decided', checklist: 'new-signup', step: 'grants', decision: 'finish', at },
  { type: 'revisited', ...place, from: null, at },
  ...entries3.slice(-1),
];

/** What a promise rejects with, as the user gets it. Throws where it does not, or with something else. */
export const fleetEntries: readonly Entry[] = [
  {
    ...{ type: 'product', product: fleetProduct, buyers: { 'new-signup': '444455556666' }, waived: true },
    trouble: { status: 'error', code: 'unknown-product', values: { product: 'prod-bbb' }, reason: 'No such product.' },
    entries: [attempt('buy')],
    ...{ startedAt: '2026-07-24T08:00:01.000Z', at: '2026-07-24T08:00:02.000Z' },
  },
];

export async function trouble(work: Promise<unknown>): Promise<CouldNotCheck | UserError> {
  const error = await work.then(
    () => new Error('it went well'),
    (reason: unknown) => reason,
  );
  if (error instanceof CouldNotCheck || error instanceof UserError) return error;
  throw error;
}

export function journalText(folder: string): Promise<string> {
  return readFile(join(folder, 'results.jsonl'), 'utf8');
}

/** What reading makes of it: the value, or the message of an error that says which file, and where in it. */
export function outcome<Value>(read: () => Value): Value | string {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    expect(['damaged-run', 'newer-run']).toContain(code);
    return message;
  }
}
