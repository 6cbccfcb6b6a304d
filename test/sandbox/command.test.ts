import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetEntitlementsCommand } from '@aws-sdk/client-marketplace-entitlement-service';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SandboxCommandOptions, sandbox as sandboxCommand } from '../../src/commands/sandbox.ts';
import { Interrupted } from '../../src/errors.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { type LocalSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { files } from '../../src/system/files.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { rawIn } from '../support/hostile.ts';
import { scriptTerminal } from '../support/script-terminal.ts';
import { allEntitlements, clients, findAgreements, openSandbox, practise } from './support.ts';

/** The command until it is stopped, which is done once `look` has seen what it wants to. */
async function run(
  options: SandboxCommandOptions,
  look: (sandbox: LocalSandbox) => Promise<unknown> = async () => undefined,
) {
  const stopping = new AbortController();
  let printed = '';
  const terminal = scriptTerminal(null, { columns: 80, paint: plainPaint });
  const outcome = await sandboxCommand(options, {
    files,
    signal: stopping.signal,
    stdout: {
      isTerminal: false,
      write: (text) => (printed += text),
      styles: () => ({ columns: 80, paint: plainPaint }),
    },
    openTerminal: async () => terminal,
    sandbox: {
      ...sandboxPort(stopping.signal),
      async start(wanted) {
        const sandbox = await startSandbox(wanted);
        look(sandbox).then(
          () => stopping.abort(new Interrupted('SIGINT')),
          (error: unknown) => stopping.abort(error),
        );
        return sandbox;
      },
    },
  });
  return { outcome, printed, listed: terminal.written(), reason: stopping.signal.reason as unknown };
}

async function scenario(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-scenario-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'busy.yaml');
  await writeFile(path, text);
  return path;
}

test('--scenario says who buys, and what goes wrong', async () => {
  const path = await scenario(
    'buyers: { new-signup: "444455556666", acme: "999988887777" }\nfaults: [{ action: GetEntitlements, fault: throttling }]',
  );
  const { outcome, printed, reason } = await run({ scenario: path }, async (sandbox) => {
    const { entitlement } = clients(sandbox, sandbox.seller);
    const asked = entitlement.send(new GetEntitlementsCommand({ ProductCode: 'x' }));
    await expect(asked).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
  expect(reason).toBeInstanceOf(Interrupted);
  expect(outcome).toBe('SIGINT');
  expect(printed).toMatch(/^# {3}444455556666 {2}for mp-verify run new-signup --buyer 444455556666$/m);
  expect(printed).toMatch(/^# {3}999988887777 {2}acme$/m);
  expect(printed).toMatch(/^# {3}999988887777 {2}export AWS_ACCESS_KEY_ID=MPVERIFYSANDBOXBUYER2$/m);
  expect(printed).toMatch(/^# {3}777788889999 {2}export AWS_ACCESS_KEY_ID=MPVERIFYSANDBOXSTRANGER$/m);
});

test('names each product with the code that GetEntitlements takes', async () => {
  const { printed } = await run({});
  expect(printed.match(/^# Product: .*$/gm)).toEqual([
    expect.stringMatching(/^# Product: Acme Notes, prod-sandboxnotes1, product code [a-z0-9]{25}$/),
    expect.stringMatching(/^# Product: Acme Boards, prod-sandboxboard1, product code [a-z0-9]{25}$/),
  ]);
});

test('reports all problems of a scenario, and starts nothing', async () => {
  const path = await scenario('products: [{ titel: Notes }]\nfaults: [{ action: X, fault: hang }]');
  await expect(run({ scenario: path })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(
      /^.*busy.yaml:1:\d+: products\[0\].title: is missing\n[\s\S]*:2:\d+: faults\[0\].action/,
    ),
  });
});

test.each([
  ['a scenario that is not there', { scenario: '/nothing/here.yaml' }, /here.yaml/],
  ['an empty one', { scenario: '/dev/null' }, /null/],
  ['a delay without a unit', { delay: '3' }, /--delay: "3" is not a duration/],
])('%s is an error of the user', async (_case, options, message) => {
  await expect(run(options)).rejects.toMatchObject({ name: 'UserError', message: expect.stringMatching(message) });
});

test('--delay goes before the delays of the scenario', async () => {
  const path = await scenario('delays: { agreement: 1h, licence: 1h, entitlement: 1h }');
  const { reason } = await run({ scenario: path, delay: '0s' }, async (sandbox) => {
    await practise(sandbox.url, 'purchase', { buyer: '444455556666' });
    const { agreement, entitlement } = clients(sandbox, sandbox.seller);
    expect(await findAgreements(agreement)).toHaveLength(2);
    expect(await allEntitlements(entitlement)).toHaveLength(2);
  });
  expect(reason).toBeInstanceOf(Interrupted);
});

const dimensions = 'dimensions: [{ key: pro }]';
const acme = 'buyers: { new-signup: "444455556666", acme: "999988887777" }';

test.each([
  ['the usual buyers', '{}', '444455556666', '666677778888'],
  ['no contract at all', `products: [{ title: Notes, ${dimensions} }]`, '444455556666', null],
  [
    'a contract of another buyer than the usual one',
    `${acme}\nproducts: [{ title: Notes, ${dimensions} }]\ncontracts: [{ buyer: acme, dimensions: { pro: 1 } }]`,
    '444455556666',
    '999988887777',
  ],
  [
    'a contract that is over',
    `${acme}\nproducts: [{ title: Notes, ${dimensions} }]\ncontracts: [{ buyer: acme, dimensions: { pro: 1 }, started: 90d }]`,
    '444455556666',
    null,
  ],
  [
    'a contract that the line would leave as it is',
    `${acme}\nproducts: [{ title: Notes, ${dimensions} }]\ncontracts: [{ buyer: acme, dimensions: { pro: 20 } }]`,
    '444455556666',
    null,
  ],
  [
    'a contract for another product than the line is about',
    `${acme}\nproducts: [{ title: Notes, ${dimensions} }, { title: Boards, ${dimensions} }]\ncontracts: [{ buyer: acme, product: Boards, dimensions: { pro: 1 } }]`,
    '444455556666',
    null,
  ],
  [
    'a usual buyer that may not buy',
    `${acme}\nproducts: [{ title: Notes, ${dimensions}, allowlist: [acme] }]`,
    '999988887777',
    null,
  ],
])('with %s the lines to paste are those that work', async (_case, text, purchase, change) => {
  const { printed } = await run({ scenario: await scenario(text) });
  const lines = [...printed.matchAll(/^# {3}(purchase|change): curl (.*) http\S+$/gm)];
  const pasted = lines.map(([, action, fields]) => [action, /buyer=(\d+)/.exec(fields ?? '')?.[1]]);
  const expected = { purchase, change };
  expect(pasted).toEqual(Object.entries(expected).filter(([, buyer]) => buyer !== null));
  for (const [, action, fields] of lines) {
    // Each on a sandbox as fresh as that of the line.
    const { url } = await openSandbox({ scenarioFile: { path: 'busy.yaml', source: text } });
    const form = new URLSearchParams(fields?.replaceAll(/-d (\S+) ?/g, '$1&'));
    expect(await practise(url, action as 'purchase', Object.fromEntries(form))).toMatchObject({ status: 200 });
  }
});

describe('--saas-bug is refused where no buyer gets to the sample SaaS:', () => {
  test.each([
    ['--fulfillment-url', { fulfillmentUrl: 'http://localhost:3000/register' }, '{}'],
    ['a scenario', {}, `products: [{ title: A, fulfillment-url: "http://localhost:3000/register", ${dimensions} }]`],
  ])('%s sends them elsewhere', async (_case, options, text) => {
    const asked = run({ ...options, saasBug: 'drops-quantity', scenario: await scenario(text) });
    await expect(asked).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/^--saas-bug changes only the sample SaaS, but .* sends buyers to/),
      hint: expect.stringMatching(/^Omit --saas-bug/),
    });
  });

  test('one product that is not sent elsewhere is enough', async () => {
    const away = `{ title: A, fulfillment-url: "http://localhost:3000/register", ${dimensions} }`;
    const path = await scenario(`products: [${away}, { title: B, ${dimensions} }]`);
    const { outcome, printed } = await run({ saasBug: 'drops-quantity', scenario: path });
    expect(outcome).toBe('SIGINT');
    expect(printed).toContain('bug: drops-quantity');
  });
});

test('a scenario says where its buyers are sent, and cannot put a line of its own among those to paste', async () => {
  const url = '"http://localhost:3000/a\\nexport PATH=b"';
  const { printed } = await run({
    scenario: await scenario(`products: [{ title: A, fulfillment-url: ${url}, ${dimensions} }]`),
  });
  expect(printed).toContain('#   buyers are sent to http://localhost:3000/a\\x0aexport PATH=b\n');
  expect(printed).not.toContain('/saas/sign-in');
});

test('--json says in one line where buyers are sent, and holds nothing that could harm a terminal', async () => {
  const url = '"http://localhost:3000/a\\u202eb"';
  const { printed } = await run({
    json: true,
    scenario: await scenario(`products: [{ title: A, fulfillment-url: ${url}, ${dimensions} }]`),
  });
  expect(printed).toMatch(/^\{.*\}\n$/);
  expect(rawIn(printed)).toEqual([]);
  expect(JSON.parse(printed)).toMatchObject({ saas: null, sentTo: ['http://localhost:3000/a\u202eb'] });
});

test('the lines name the endpoint of each service that the sandbox plays, and the clients that ignore them', async () => {
  const { printed } = await run({});
  const exported = [...printed.matchAll(/^export (AWS_ENDPOINT_URL\w*)=(http:\S+)$/gm)].map(([, name]) => name);
  expect(exported).toEqual(
    [
      'STS',
      ...['CATALOG', 'DISCOVERY', 'ENTITLEMENT_SERVICE', 'METERING', 'AGREEMENT'].map((id) => `MARKETPLACE_${id}`),
    ].map((service) => `AWS_ENDPOINT_URL_${service}`),
  );
  expect(printed).toMatch(
    /^# Not the JavaScript SDK v2, the Go SDK v1 and the AWS CLI before 2\.13:\n#.*\n#.*--endpoint-url http:\/\/127\.0\.0\.1:\d+$/m,
  );
  const document = JSON.parse((await run({ json: true })).printed);
  expect(Object.keys(document.env)).toEqual(expect.arrayContaining(exported));
  expect(document.env).not.toHaveProperty('AWS_ENDPOINT_URL');
  expect(document.unset).not.toContain('AWS_ENDPOINT_URL');
});

const asksOnce = async (sandbox: LocalSandbox) =>
  clients(sandbox, sandbox.seller).entitlement.send(new GetEntitlementsCommand({ ProductCode: 'x\u202e' }));

test.each([
  [
    'as they are answered',
    {},
    /^\d\d:\d\d:\d\d UTC \| seller 111122223333, aws-sdk-js\/\S+ \| Entitlement GetEntitlements \| unknown product x\\u202e, no filter, page 1 \| 200, no rows\n$/,
  ],
  ['not with --quiet', { quiet: true }, /^$/],
  ['not to a program, which may leave stderr unread', { json: true }, /^$/],
])('calls are listed on stderr %s', async (_case, options, listed) => {
  expect((await run(options, asksOnce)).listed).toMatch(listed);
});

test('warns about an address that other machines can reach, and tells a container its address', async () => {
  const { printed, listed } = await run({ host: '0.0.0.0', allowHost: ['host.docker.internal'] });
  expect(listed).toMatch(/^! The sandbox listens on 0\.0\.0\.0, which other machines may reach/);
  expect(printed).toMatch(
    /^export AWS_ENDPOINT_URL_STS=http:\/\/127\.0\.0\.1:(\d+)$[\s\S]*^# From a container, .*: http:\/\/host\.docker\.internal:\1$/m,
  );
  expect((await run({ allowHost: ['host.docker.internal'] })).listed).toBe('');
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test.skipIf(outside === undefined)('it cannot be reached from another machine: only loopback answers', async () => {
  const { url } = await openSandbox();
  const { port } = new URL(url);
  expect((await fetch(url)).status).toBe(200);
  await expect(fetch(`http://${outside}:${port}`)).rejects.toThrow('fetch failed');
});
