import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isOwnHost } from '../../src/sandbox/listen.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { openSandbox } from './support.ts';

async function askAs(url: string, host: string) {
  const outgoing = request(url, { headers: { host } });
  outgoing.end();
  const [incoming] = await once(outgoing, 'response');
  return { status: incoming.statusCode as number, body: await text(incoming) };
}

test('listens only on loopback by default', async () => {
  const { url, isExposed } = await openSandbox();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(isExposed).toBe(false);
});

test.each([
  ['0.0.0.0', true],
  ['localhost', false],
])('--host %s is reached on this machine; that others may reach it is %s', async (host, isExposed) => {
  const sandbox = await openSandbox({ host });
  expect(sandbox.isExposed).toBe(isExposed);
  expect((await fetch(`${sandbox.url}/marketplace`)).status).toBe(200);
});

test('a name is answered where it is allowed, and the names of others are not', async () => {
  const { url } = await openSandbox({ allowHosts: ['host.docker.internal', 'Sandbox'] });
  for (const host of ['host.docker.internal:4566', 'HOST.DOCKER.INTERNAL', 'sandbox:1', '127.0.0.1'])
    expect(await askAs(`${url}/marketplace`, host)).toMatchObject({ status: 200 });
  for (const host of ['evil.example', 'host.docker.internal.evil.example', 'x.sandbox'])
    expect(await askAs(`${url}/marketplace`, host)).toEqual({
      status: 403,
      body: expect.stringContaining('--allow-host NAME'),
    });
});

test('tells a container the addresses to use', async () => {
  const { url, seller } = await openSandbox({ allowHosts: ['host.docker.internal'] });
  const key = `AWS4-HMAC-SHA256 Credential=${seller.accessKeyId}/20261123/us-east-1/aws-marketplace/aws4_request`;
  const headers = { host: 'host.docker.internal:4566', authorization: key };
  const path = '/DescribeEntity?catalog=AWSMarketplace&entityId=prod-sandboxnotes1';
  const outgoing = request(`${url}${path}`, { headers });
  outgoing.end();
  const [incoming] = await once(outgoing, 'response');
  expect(await text(incoming)).toContain('"FulfillmentUrl":"http://host.docker.internal:4566/saas/registration"');
});

test.each([
  ['127.0.0.1:80', undefined, true],
  ['[::1]', undefined, true],
  ['172.17.0.1:4566', '172.17.0.1', true],
  ['172.17.0.1:4566', '::ffff:172.17.0.1', true],
  ['[fe80::1]:80', 'fe80::1', true],
  ['172.17.0.2:4566', '172.17.0.1', false],
  ['', '', false],
  ['[', undefined, false],
  ['localhost.evil.example', undefined, false],
])('the Host header "%s", asked at %s: %s', (header, localAddress, isOwn) => {
  expect(isOwnHost(header, localAddress, [])).toBe(isOwn);
});

test.each(['http://host.docker.internal', 'host:4566', '', 'a b', '*'])('"%s" is no host name', async (name) => {
  await expect(startSandbox({ allowHosts: [name] })).rejects.toMatchObject({ name: 'UserError', code: 'bad-host' });
});

test('what is no address of this machine is an error of the user', async () => {
  await expect(startSandbox({ host: '203.0.113.7' })).rejects.toMatchObject({
    name: 'UserError',
    code: 'bad-host',
    hint: expect.stringContaining('0.0.0.0'),
  });
});
