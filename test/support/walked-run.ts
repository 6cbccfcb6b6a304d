import { readFileSync } from 'node:fs';
import type { Attempt, Changeable, Entry } from '../../src/checklist/entries.ts';
import type { Checklist } from '../../src/checklist/model.ts';
import type { ProductPage } from '../../src/checklist/outputs.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { noReason } from '../../src/checklist/reasons.ts';
import { checks } from '../../src/checks/index.ts';
import type { RunRecord, Runs } from '../../src/ports/storage.ts';
import { noOptions } from './no-options.ts';

export interface Walk {
  /** Built-in ids. Default: only new-signup. */
  readonly of?: readonly string[];
  /** Time of its first step. Each further step is a minute later. */
  readonly at: string;
  /** The result of the last step of the last checklist; for `incomplete` it has none. */
  readonly ends?: 'pass' | 'fail' | 'error' | 'incomplete';
  readonly operator?: string;
  readonly sandbox?: boolean;
  readonly endpoint?: string;
  readonly accepted?: readonly Changeable[];
  /** Null if AWS did not return it. */
  readonly product?: Partial<ProductPage> | null;
  readonly accountId?: string;
  /** For a copy: edits the source of the file. */
  readonly edit?: (source: string) => string;
  /** Entries after the walk. */
  readonly after?: readonly Entry[];
}

/** The page of the product of all test runs. */
export const acmePage: ProductPage = {
  productId: 'prod-lp5dq7gziiuyi',
  productCode: '4ml54db8vrmjuykaw1psroool',
  title: 'Acme Notes',
  visibility: 'Limited',
  state: 'Active',
  url: 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22',
  urlSource: 'discovery',
  purchaseUrl: 'https://aws.amazon.com/marketplace/procurement?productId=prod-lp5dq7gziiuyi',
  managementUrl: 'https://aws.amazon.com/marketplace/management/products/prod-lp5dq7gziiuyi/overview',
  fulfillmentUrl: null,
  accountId: '111122223333',
};

/** Returns a walk through built-in checklists, as the store saves it. Every step before the last one passes. */
export function walkedRun(walk: Walk) {
  const { of = ['new-signup'], at, ends = 'pass', operator = 'Aiko', sandbox = false, edit = (text) => text } = walk;
  const sources = of.map((id) => edit(readFileSync(new URL(`../../checklists/${id}.yaml`, import.meta.url), 'utf8')));
  const checklists = sources.map(read);
  const steps = checklists.flatMap((checklist) => checklist.steps.map((step) => ({ checklist, step })));
  const later = (minutes: number) => new Date(Date.parse(at) + minutes * 60_000).toISOString();
  const attempts = steps.flatMap(({ checklist, step }, index): readonly Attempt[] => {
    const last = index === steps.length - 1;
    if (last && ends === 'incomplete') return [];
    const status = last && ends !== 'incomplete' ? ends : 'pass';
    return [
      {
        type: 'attempt',
        checklist: checklist.id,
        step: step.id,
        status,
        ...(status === 'pass' ? noReason : { code: 'made-up', values: {}, reason: 'It is not so.' }),
        by: step.do.length === 0 ? 'check' : step.check ? 'both' : 'operator',
        operator: step.do.length === 0 ? null : operator,
        note: null,
        disagreed: false,
        startedAt: later(index),
        durationMs: 30_000,
      },
    ];
  });
  const { product = {}, accountId = '111122223333', accepted = [], after = [] } = walk;
  const target = {
    ...{ sandbox, endpoint: walk.endpoint ?? (sandbox ? 'http://127.0.0.1:4567' : null), accountId, arn: null },
    product: product && { ...acmePage, ...product },
  };
  const entries: readonly Entry[] = [
    { type: 'began', at, operator, version: '0.1.0', accepted, options: noOptions },
    { type: 'target', at, target },
    ...attempts,
    { type: 'ended', at: later(steps.length), interrupted: false, unreached: {} },
    ...after,
  ];
  const record: Omit<RunRecord, 'id'> = {
    tool: { name: 'mp-verify', version: '0.1.0' },
    startedAt: at,
    checklists: checklists.map(({ id, sha256 }, i) => ({
      ...{ id, sha256, source: sources[i] ?? '', from: { builtIn: id }, buyer: '444455556666', buyerFrom: null },
    })),
    inputs: {},
    options: { ...noOptions, sandbox },
  };
  return { record, checklists, entries, last: steps.at(-1) };
}

/** Saves such a walk, and returns its id. */
export async function keepWalk(runs: Runs, walk: Walk): Promise<string> {
  const { record, entries } = walkedRun(walk);
  const [only, another] = record.checklists;
  const open = await runs.create(only && !another ? only.id : 'use-cases', record);
  for (const entry of entries) await open.append(entry);
  await open.close();
  return open.record.id;
}

function read(source: string): Checklist {
  const checklist = parseChecklist('walked.yaml', source, checks);
  if ('steps' in checklist) return checklist;
  throw new Error(checklist.map(({ message }) => message).join('\n'));
}
