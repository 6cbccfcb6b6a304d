import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/checklist/report-document.ts';
import { type EntitlementsOptions, entitlements } from '../../src/commands/entitlements.ts';
import { type ProductUrlOptions, productUrl } from '../../src/commands/product-url.ts';
import { run } from '../../src/commands/run.ts';
import { connect } from '../../src/marketplace/connect.ts';
import type { Host, Terminal } from '../../src/ports/host.ts';
import type { ConnectOptions } from '../../src/ports/marketplace.ts';
import type { WebRequest } from '../../src/ports/saas.ts';
import type { RunOptions } from '../../src/run/options.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { type LocalSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { files } from '../../src/system/files.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { fastPacers } from '../support/fast-pacers.ts';
import { tempRuns } from '../support/temp-runs.ts';
import { worldOf } from './world.ts';

let sandbox: LocalSandbox;
beforeAll(async () => {
  // Its buyers are sent to the SaaS of these tests.
  sandbox = await startSandbox({ delayMs: 0, fulfillmentUrl: 'https://app.acme.example/registration' });
});
afterAll(() => sandbox.close());

const notes = 'https://aws.amazon.com/marketplace/pp/prodview-of-the-file';
const token = 'canary-of-the-token';
const file = `
product: Acme Notes
url: ${notes}
profile: file-seller
operator: Aiko Tanaka
buyers:
  regression: "666677778888"
saas:
  contract-api:
    url: https://app.acme.example/contracts/\${buyer}
    headers:
      authorization: Bearer \${env.ACME_TOKEN}
    plan: plan
    quantity: seats
    plans:
      Professional: pro
`;

/** The real SDK against a sandbox, and a SaaS that answers everything. Nobody is at the terminal. */
async function world(config: string, env: Readonly<Record<string, string>> = {}, seats = 10, page = 200) {
  const runs = await tempRuns();
  const printed: string[] = [];
  const said: string[] = [];
  const asked: WebRequest[] = [];
  const profiles: (string | null)[] = [];
  const look = { columns: 80, paint: plainPaint };
  let time = Date.now();
  const terminal = {
    interactive: false,
    styles: () => look,
    write: (text: string) => void said.push(text),
    progress: () => ({ stop: () => undefined }),
    bell: () => undefined,
  } as unknown as Terminal;
  const inMemory = worldOf({ 'mp-verify.yaml': config }, env);
  const host = {
    version: '0.0.0',
    operator: async () => 'nobody',
    absolute: (path: string) => path,
    runs,
    signal: new AbortController().signal,
    clock: {
      now: () => new Date(time),
      sleep: async (ms: number) => {
        time += ms;
      },
    },
    sandbox: sandboxPort(new AbortController().signal),
    env: inMemory.env,
    files: {
      ...inMemory.files,
      builtIns: files.builtIns,
      read: (path: string, most: number) =>
        path.startsWith('/') ? files.read(path, most) : inMemory.files.read(path, most),
    },
    stdout: { isTerminal: false, write: (text: string) => void printed.push(text), styles: () => look },
    githubJob: null,
    productPages: { recall: async () => new Map(), remember: async () => undefined },
    foundPages: { recall: async () => new Map(), remember: async () => undefined },
    openTerminal: async () => terminal,
    async connect({ profile, endpointUrl }: ConnectOptions) {
      profiles.push(profile);
      const { signal } = host;
      return connect({ profile: null, endpointUrl, keys: sandbox.seller, signal }, {}, fastPacers());
    },
    web: {
      async request(request: WebRequest) {
        asked.push(request);
        const isApi = request.url.includes('/contracts/');
        const body = isApi ? JSON.stringify({ plan: 'Professional', seats }) : 'Welcome';
        return { status: isApi ? 200 : page, url: request.url, redirects: [], contentType: null, body };
      },
    },
  } as unknown as Host;
  const options = {
    endpointUrl: sandbox.url,
    buyer: [],
    set: [],
    report: [],
    attach: [],
    input: false,
    github: true,
    color: 'auto',
  } as const;
  return { host, options, asked, profiles, said: () => said.join(''), printed: () => printed.join('') };
}

test('a regression takes its product, buyer, operator and SaaS from the file, and can be green', async () => {
  const { host, options, asked, profiles, said, printed } = await world(file, { ACME_TOKEN: token });
  const outcome = await run(['regression'], { ...options, json: true } satisfies RunOptions, host);
  const report = JSON.parse(printed()) as Report;
  const statuses = report.checklists[0]?.steps.map(({ id, status }) => `${id} ${status}`);
  expect(statuses).toEqual([
    'product pass',
    'ready pass',
    'registration pass',
    'agreement pass',
    'contract pass',
    'inspect pass',
  ]);
  expect(outcome).toBe('pass');
  expect(report.run.operator).toBe('Aiko Tanaka');
  expect(report.checklists[0]?.buyer).toBe('666677778888');
  expect(report.target.product).toMatchObject({ title: 'Acme Notes', url: notes, urlSource: 'operator' });
  expect(profiles).toEqual(['file-seller']);
  expect(said()).toContain('666677778888  from mp-verify.yaml');
  expect(asked.at(-1)).toMatchObject({
    url: 'https://app.acme.example/contracts/666677778888',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(said() + printed()).not.toContain(token);
});

test.each([403, 404, 405])(
  'a registration page that answers %i to a GET does not keep it from comparing',
  async (page) => {
    const { host, options, printed } = await world(file, { ACME_TOKEN: token }, 10, page);
    expect(await run(['regression'], { ...options, json: true } satisfies RunOptions, host)).toBe('pass');
    const steps = (JSON.parse(printed()) as Report).checklists[0]?.steps ?? [];
    const registration = steps.find(({ id }) => id === 'registration');
    expect([registration?.status, registration?.code]).toEqual(
      page === 405 ? ['pass', 'page-takes-post-only'] : ['error', 'get-unclear'],
    );
    expect(steps.at(-1)).toMatchObject({ id: 'inspect', status: 'pass' });
  },
);

test('a SaaS that shows something else makes it red', async () => {
  const { host, options, printed } = await world(file, { ACME_TOKEN: token }, 1);
  expect(await run(['regression'], { ...options, json: true } satisfies RunOptions, host)).toBe('fail');
  expect(JSON.parse(printed()).checklists[0].steps.at(-1)).toMatchObject({ status: 'fail', actual: { quantity: 1 } });
});

test('without a contract API it can be green all the same, and says what was not looked at', async () => {
  const { host, options, printed } = await world('product: Acme Notes\nbuyers: { regression: "666677778888" }\n');
  expect(await run(['regression'], { ...options, json: true } satisfies RunOptions, host)).toBe('pass');
  expect(JSON.parse(printed()).checklists[0].steps.at(-1)).toMatchObject({
    status: 'not-applicable',
    reason: expect.stringContaining('mp-verify.yaml'),
  });
});

test('a known buyer without a contract makes it red', async () => {
  const { host, options } = await world('product: Acme Notes\nbuyers: { regression: "444455556666" }\n');
  expect(await run(['regression'], options satisfies RunOptions, host)).toBe('fail');
});

test('a missing variable is reported before AWS is called', async () => {
  const { host, options, profiles } = await world(file);
  await expect(run(['regression'], options satisfies RunOptions, host)).rejects.toMatchObject({
    name: 'UserError',
    code: 'missing-variable',
  });
  expect(profiles).toEqual([]);
});

test('product-url prints the page of the file', async () => {
  const { host, options, printed, profiles } = await world(file);
  expect(await productUrl(options satisfies ProductUrlOptions, host)).toBe('pass');
  expect([printed(), profiles]).toEqual([`${notes}\n`, ['file-seller']]);
});

test('entitlements asks about the product of the file', async () => {
  const { host, options, printed } = await world(file);
  const said = { ...options, buyer: '666677778888', json: true } satisfies EntitlementsOptions;
  expect(await entitlements(said, host)).toBe('pass');
  expect(JSON.parse(printed())).toMatchObject({ productCode: 'sandboxacmenotes000000001', buyer: '666677778888' });
});
