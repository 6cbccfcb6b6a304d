import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'vitest';
import { test } from './support/machine.ts';

const services = [
  'STS',
  'MARKETPLACE_CATALOG',
  'MARKETPLACE_DISCOVERY',
  'MARKETPLACE_ENTITLEMENT_SERVICE',
  'MARKETPLACE_METERING',
  'MARKETPLACE_AGREEMENT',
];

test('mp-verify sandbox prints lines to paste, on stdout alone', async ({ machine }) => {
  const sandbox = machine.start(['sandbox']);
  const printed = await sandbox.until(/Ctrl\+C stops it/);
  expect(printed.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    'unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
    ...services.map((service) =>
      expect.stringMatching(new RegExp(`^export AWS_ENDPOINT_URL_${service}=http://127\\.0\\.0\\.1:\\d+$`)),
    ),
    expect.stringMatching(/^export AWS_ACCESS_KEY_ID=\w+$/),
    expect.stringMatching(/^export AWS_SECRET_ACCESS_KEY=[\w-]+$/),
    'export AWS_REGION=us-east-1',
    'export AWS_DEFAULT_REGION=us-east-1',
    `export NO_PROXY="127.0.0.1,localhost\${NO_PROXY:+,$NO_PROXY}"`,
    '',
  ]);
  for (const id of ['new-signup', 'existing-user', 'contract-change']) {
    expect(printed).toMatch(new RegExp(`^# +(\\d{12}) {2}for mp-verify run ${id} --buyer \\1$`, 'm'));
  }
  sandbox.signal('SIGTERM');
  expect(await sandbox.ended).toEqual({ code: 143, stdout: printed, stderr: '' });
});

test('the lines work in a shell, whatever it asked before: what is bought by the curl line is what mp-verify sees', async ({
  machine,
}) => {
  const sandbox = machine.start(['sandbox']);
  const printed = await sandbox.until(/Ctrl\+C stops it/);
  const buy = printed.match(/curl .*\/sandbox\/purchase/)?.[0];
  await machine.write('aws-config', '[profile other]\nregion = eu-west-1\n');
  await machine.write('aws-credentials', '[other]\naws_access_key_id = OTHER\naws_secret_access_key = other\n');
  await machine.write('paste.sh', `${printed}${buy}\nmp-verify entitlements --buyer 666677778888\necho "code $?"\n`);
  const pty = machine.shell('sh -u paste.sh', {
    env: {
      ...{ AWS_PROFILE: 'other', AWS_DEFAULT_PROFILE: 'other', AWS_SESSION_TOKEN: 'of another session' },
      ...{ AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      ...{ AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9', AWS_ENDPOINT_URL_MARKETPLACE_CATALOG: 'http://127.0.0.1:9' },
      AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: 'http://127.0.0.1:9',
      ...{ HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' },
    },
  });
  const shown = await pty.until(/^code \d+$/m);
  expect(shown).toMatch(/bought: Acme Notes/);
  expect(shown).toMatch(/Pro \(pro\) +10 [\s\S]*^code 0$/m);
});

test('what it is asked is listed on stderr as it is answered, and not with --quiet', async ({ machine }) => {
  for (const [args, listed] of [
    [['sandbox'], /^\d\d:\d\d:\d\d UTC \| seller 111122223333, mp-verify \| STS GetCallerIdentity \| 200$/m],
    [['sandbox', '--quiet'], /^$/],
  ] as const) {
    const sandbox = machine.start([...args]);
    const printed = await sandbox.until(/Ctrl\+C stops it/);
    const env = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const asked = await machine.run(['entitlements', '--buyer', '666677778888'], { env });
    expect(asked.code).toBe(0);
    sandbox.signal('SIGTERM');
    const { stdout, stderr } = await sandbox.ended;
    expect(stderr).toMatch(listed);
    expect(stdout).not.toContain(' UTC | ');
  }
});

test('it stops within a second of SIGINT while connections are open, idle and half-way through a request', async ({
  machine,
}) => {
  const sandbox = machine.start(['sandbox']);
  const printed = await sandbox.until(/Ctrl\+C stops it/);
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]);
  const [idle, halfWay] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  await Promise.all([once(idle, 'connect'), once(halfWay, 'connect')]);
  idle.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n');
  const head = ['POST /sandbox/purchase HTTP/1.1', 'Host: 127.0.0.1', 'Expect: 100-continue', 'Content-Length: 100'];
  halfWay.write(`${head.join('\r\n')}\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nbuyer=`);
  // Both were heard: the one has its answer, the other is asked for the rest of its request.
  await Promise.all([once(idle, 'data'), once(halfWay, 'data')]);

  sandbox.signal('SIGINT');
  // It waits for neither: Node would keep them for minutes.
  expect((await sandbox.ended).code).toBe(130);
});

test('it stops at Ctrl+C on a terminal', async ({ machine }) => {
  const pty = machine.terminal(['sandbox']);
  await pty.until('Ctrl+C stops it');
  pty.keys('\u0003');
  expect(await pty.exit()).toBe(130);
});

test('a port in use is exit 2', async ({ machine }) => {
  const { url } = await machine.marketplace();
  const ended = await machine.run(['sandbox', '--port', new URL(url).port]);
  expect([ended.code, ended.stdout]).toEqual([2, '']);
  expect(ended.stderr).toMatch(/^error: port \d+ of 127\.0\.0\.1 is in use\n/);
});

test('--json tells the same to programs: one line on stdout when it listens, and nothing else until it is stopped', async ({
  machine,
}) => {
  const sandbox = machine.start(['sandbox', '--json']);
  const told = JSON.parse(await sandbox.until(/\n/));
  expect(told).toMatchObject({
    schemaVersion: 1,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    seller: '111122223333',
    buyers: { 'new-signup': '444455556666' },
  });
  const buyer = told.buyers['new-signup'];
  for (const page of [told.shop, told.saas.signIn]) expect((await fetch(page)).status).toBe(200);
  const asked = await machine.run(['entitlements', '--buyer', told.buyers['contract-change'], '--json'], {
    env: told.env,
  });
  expect([asked.code, JSON.parse(asked.stdout).entitlements.length]).toEqual([0, 1]);
  const env = { ...told.env, AWS_ACCESS_KEY_ID: told.accessKeyIds[buyer] };
  const { code, stderr } = await machine.run(['product-url'], { env });
  expect([code, stderr]).toEqual([4, expect.stringContaining('This account owns no SaaS product')]);

  sandbox.signal('SIGTERM');
  expect(await sandbox.ended).toEqual({ code: 143, stdout: `${JSON.stringify(told)}\n`, stderr: '' });
});

test('--json of a sandbox that cannot be started is one error document', async ({ machine }) => {
  const { url } = await machine.marketplace();
  const ended = await machine.run(['sandbox', '--json', '--port', new URL(url).port]);
  expect([ended.code, JSON.parse(ended.stdout).error.code]).toEqual([2, 'port-in-use']);
});

test('the command of the container image starts a sandbox that other containers reach by name', async ({ machine }) => {
  const dockerfile = await readFile(new URL('../../Dockerfile', import.meta.url), 'utf8');
  const command = JSON.parse(dockerfile.match(/^CMD (.*)$/m)?.[1] ?? '[]') as readonly string[];
  expect(command).toContain('4571');
  // The tests of this machine may run side by side: any free port.
  const sandbox = machine.start(command.map((word) => (word === '4571' ? '0' : word)));
  const port = (await sandbox.until(/Ctrl\+C stops it/)).match(/http:\/\/127\.0\.0\.1:(\d+)$/m)?.[1];
  for (const name of ['localhost', 'sandbox', 'mp-verify', 'host.docker.internal']) {
    const request = get({ port, path: '/marketplace', headers: { host: `${name}:4571` } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect([name, response.resume().statusCode]).toEqual([name, 200]);
  }
});
