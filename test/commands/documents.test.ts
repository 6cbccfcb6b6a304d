import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMachine } from './machine.ts';

/** `schemaVersion` 1: scripts read these names. Fields are only added, and then here too. */
const keys = {
  report: ['schemaVersion', 'tool', 'run', 'target', 'verdict', 'tally', 'seen', 'checklists'],
  tool: ['name', 'version'],
  run: [
    'id',
    'startedAt',
    'endedAt',
    'interrupted',
    'operator',
    'sandbox',
    'endpoint',
    'sittings',
    'journalSha256',
    'resume',
  ],
  target: ['accountId', 'arn', 'product'],
  targetProduct: ['id', 'code', 'title', 'visibility', 'url', 'urlSource'],
  tally: ['pass', 'fail', 'error', 'skip', 'pending', 'not-applicable'],
  seen: ['byProgram', 'byPerson', 'rehearsed', 'disagreed'],
  checklist: ['id', 'title', 'sha256', 'buyer', 'verdict', 'tally', 'steps'],
  step: [
    ...['id', 'title', 'who', 'manual', 'check', 'required'],
    ...['status', 'code', 'reason', 'note', 'by', 'operator', 'startedAt', 'durationMs'],
  ],
  page: [
    ...['productId', 'productCode', 'title', 'visibility', 'state', 'url', 'urlSource'],
    ...['purchaseUrl', 'managementUrl', 'fulfillmentUrl', 'accountId'],
  ],
  entitlement: [
    ...['dimension', 'value', 'expirationDate', 'licenseArn', 'customerAwsAccountId', 'customerIdentifier', 'active'],
  ],
  shownStep: ['id', 'title', 'who', 'manual', 'check', 'required'],
};

/** The keys of what stands at each path of the document that a command prints, in the order in which they are written. */
async function keysOf(line: string, paths: readonly string[]) {
  const machine = await openMachine();
  machine.endpoint = 'http://127.0.0.1:9';
  const document: unknown = JSON.parse((await machine.run(`${line} --json`)).stdout);
  return Object.fromEntries(paths.map((path) => [path, Object.keys(at(document, path) ?? {})]));
}

function at(document: unknown, path: string): unknown {
  return path
    .split('.')
    .filter(Boolean)
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

describe('a JSON document has exactly the pinned keys:', () => {
  test.each<[string, Record<string, readonly string[]>]>([
    ['product-url --sandbox', { '': keys.page }],
    ['product-url --sandbox --all', { '': ['products'], 'products.0': keys.page, 'products.1': keys.page }],
    [
      'entitlements --sandbox --buyer 666677778888',
      { '': ['productCode', 'buyer', 'entitlements'], 'entitlements.0': keys.entitlement },
    ],
    ['list', { 0: ['id', 'title', 'summary', 'steps'] }],
    ['show contract-change', { '': ['id', 'title', 'steps'], 'steps.0': keys.shownStep, 'steps.2': keys.shownStep }],
    ['run new-signup', { '': ['schemaVersion', 'error'], error: ['code', 'message', 'hint'] }],
    [
      'run contract-change --sandbox',
      {
        '': keys.report,
        tool: keys.tool,
        run: keys.run,
        target: keys.target,
        'target.product': keys.targetProduct,
        tally: keys.tally,
        seen: keys.seen,
        'checklists.0': keys.checklist,
        'checklists.0.tally': keys.tally,
        // A check that found something, and a step that nobody has taken.
        'checklists.0.steps.3': [...keys.step, 'output'],
        'checklists.0.steps.3.output': ['kind', 'entitlements', 'agreements'],
        'checklists.0.steps.4': keys.step,
      },
    ],
  ])('mp-verify %s', async (line, expected) => {
    expect(await keysOf(line, Object.keys(expected))).toEqual(expected);
  });

  test('and its times are RFC 3339 UTC', async () => {
    const { stdout } = await (await openMachine()).run('run contract-change --sandbox --json');
    const times = stdout.match(/"\w+(At|Date)": "[^"]*"/g) ?? [];
    expect(times.length).toBeGreaterThanOrEqual(4);
    for (const time of times) expect(time).toMatch(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"$/);
  });
});

test('the document of a run names the hash of the journal that it was made from', async () => {
  const machine = await openMachine();
  const onDisk = async () => {
    const path = join(machine.runs.folder, 'runs', 'contract-change-1', 'results.jsonl');
    return createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  };
  const told = async (line: string) => JSON.parse((await machine.run(line)).stdout).run.journalSha256;
  const first = await told('run contract-change --sandbox --json --report json=first.json');
  expect(first).toBe(await onDisk());
  expect(JSON.parse(await readFile(join(machine.folder, 'first.json'), 'utf8')).run.journalSha256).toBe(first);
  for (const line of ['report --json', 'runs show contract-change-1 --json']) expect(await told(line)).toBe(first);
  const second = await told('resume --json');
  expect(second).toBe(await onDisk());
  expect(second).not.toBe(first);
});
