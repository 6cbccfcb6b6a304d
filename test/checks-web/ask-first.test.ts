import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Checklist, noAnswers } from '../../src/checklist/model.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { newSitting, runState } from '../../src/checklist/run-state.ts';
import { checks } from '../../src/checks/index.ts';
import type { Terminal } from '../../src/ports/host.ts';
import type { Web } from '../../src/ports/saas.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { files } from '../../src/system/files.ts';
import { plainPaint } from '../../src/text/styles.ts';
import type { WalkContext } from '../../src/walk/context.ts';
import { walk } from '../../src/walk/walk.ts';
import { localServer, pages } from '../http/local-server.ts';
import { checkContext, now } from './check-context.ts';

const source = (fields: string) => `
version: 1
id: registration
title: Registration
steps:
  - id: refuses
    title: The page refuses a token
    check: registration-page
${fields}`;

/** Walks one step against a page that refuses, and answers the questions with these keys, all of them. */
async function walked(fields: string, keys: readonly string[] | null) {
  const server = await localServer(pages({ 'GET /': [200], 'POST /': [400, {}, 'The token is invalid.'] }));
  const checklist = parseChecklist('test.yaml', source(fields), checks) as Checklist;
  const left = [...(keys ?? [])];
  let screen = '';
  const terminal: Terminal = {
    interactive: keys !== null,
    styles: () => ({ columns: 80, paint: plainPaint }),
    write(text) {
      screen += text;
    },
    async key({ keys: offered }) {
      // Whatever looks in the background has begun by now.
      await setImmediate();
      const key = left.shift();
      if (key === undefined || !Object.hasOwn(offered, key))
        throw new Error(`asked for ${Object.keys(offered)}, got ${key}`);
      return key as keyof typeof offered;
    },
    line: () => Promise.reject(new Error('a line was asked for')),
    choose: () => Promise.reject(new Error('a choice was asked for')),
    progress: () => ({ stop() {} }),
    bell: () => undefined,
  };
  const run = runState([checklist], newSitting(terminal.interactive), []);
  const seen = checkContext({ fulfillmentUrl: `${server.url}/` });
  const asked: string[] = [];
  const web: Web = {
    request(wanted, signal) {
      asked.push(wanted.method);
      return seen.web.request(wanted, signal);
    },
  };
  const context: WalkContext = {
    planned: () => [{ checklist, buyer: null }],
    run,
    header: { caller: null, product: null, trouble: null, sandbox: false, endpoint: null, runId: 'r', resumed: null },
    ...seen,
    web,
    host: {
      clock: { now: () => now, sleep: () => Promise.reject(new Error('nothing to wait for')) },
      signal: seen.signal,
      copyText: async () => null,
      openLink: () => Promise.reject(new Error('no link to open')),
      files,
      absolute: (path: string) => path,
      sandbox: sandboxPort(seen.signal),
    },
    terminal,
    page: () => Promise.reject(new Error('the page was asked for')),
    namePage: () => Promise.reject(new Error('a page was named')),
    answers: noAnswers,
    inputs: {},
    maxWait: null,
    expiresWithin: null,
    operator: 'Aiko',
    practice: null,
    rehearsal: null,
    record: async (entry) => run.add(entry),
    saveFile: () => Promise.reject(new Error('no file to keep')),
  };
  await walk(context);
  expect(left).toEqual([]);
  const [attempt] = run.entries.flatMap((entry) => (entry.type === 'attempt' ? [entry] : []));
  return { attempt, screen, methods: asked };
}

describe('a check that writes to the system of the seller', () => {
  test('asks, and goes when it may', async () => {
    const { attempt, screen, methods } = await walked('    post: true', ['y']);
    expect(screen.replace(/\s+/g, ' ')).toContain('sends an invalid x-amzn-marketplace-token to the fulfillment URL');
    expect(methods).toEqual(['GET', 'POST']);
    expect(attempt).toMatchObject({ status: 'pass', by: 'check' });
  });

  test('sends nothing when it may not', async () => {
    const { attempt, methods } = await walked('    post: true', ['s']);
    expect(methods).toEqual([]);
    expect(attempt).toMatchObject({ status: 'skip', reason: 'The operator did not allow this check.' });
  });

  test('sends nothing when the operator quits', async () => {
    const { attempt, methods } = await walked('    post: true', ['q']);
    expect(methods).toEqual([]);
    expect(attempt).toBeUndefined();
  });

  test('sends nothing without an operator to ask, and says so', async () => {
    const { attempt, methods } = await walked('    post: true', null);
    expect(methods).toEqual([]);
    expect(attempt).toMatchObject({ status: 'skip', reason: expect.stringContaining('Run this step on a terminal') });
  });

  test('is not looked at behind the back of who is asked to judge', async () => {
    const fields = '    post: true\n    do: Look into the log.';
    const { attempt, methods } = await walked(fields, ['p', 's']);
    expect(methods).toEqual([]);
    expect(attempt).toMatchObject({ status: 'pass', by: 'operator', disagreed: false });
  });

  test('one that only reads does not ask', async () => {
    for (const keys of [[], null]) {
      const { attempt, methods } = await walked('', keys);
      expect(methods).toEqual(['GET']);
      expect(attempt).toMatchObject({ status: 'pass' });
    }
  });
});
