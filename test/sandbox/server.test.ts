import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  DescribeChangeSetCommand,
  ListEntitiesCommand,
  MarketplaceCatalogServiceException,
} from '@aws-sdk/client-marketplace-catalog';
import { describe, expect, test } from 'vitest';
import { addMonths } from '../../src/sandbox/contracts.ts';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { clients, notes, openSandbox } from './support.ts';

/** A request as a hostile or broken client makes it: fetch would not send these. */
async function send(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Buffer = '',
) {
  const outgoing = request(url, { method, path, headers: { 'content-length': Buffer.byteLength(body), ...headers } });
  outgoing.on('error', () => {});
  outgoing.end(body);
  const [incoming] = await once(outgoing, 'response');
  return { status: incoming.statusCode as number, headers: incoming.headers, body: await text(incoming) };
}

const key = { authorization: 'AWS4-HMAC-SHA256 Credential=MPVERIFYSANDBOXSELLER/20261123/us-east-1/sts/aws4_request' };
const json = { ...key, 'content-type': 'application/json' };
const entitlements = { ...json, 'x-amz-target': 'AWSMPEntitlementService.GetEntitlements' };
const form = { ...key, 'content-type': 'application/x-www-form-urlencoded' };

test.each([
  ['bad JSON', 'POST', '/ListEntities', json, '{"Catalog"', 400, 'not JSON'],
  ['JSON nested too deep', 'POST', '/ListEntities', json, '['.repeat(400_000), 400, 'not JSON'],
  ['no object', 'POST', '/ListEntities', json, 'null', 422, 'validation error'],
  ['another content type', 'POST', '/ListEntities', { ...json, 'content-type': 'text/plain' }, '{}', 400, 'not JSON'],
  ['bytes', 'POST', '/', entitlements, Buffer.from([0, 0xff, 0xfe]), 400, 'SerializationException'],
  [
    'an unknown action',
    'POST',
    '/',
    { ...entitlements, 'x-amz-target': 'AWSMPEntitlementService.X' },
    '{}',
    400,
    'UnknownOperationException',
  ],
  [
    'a member that is null',
    'POST',
    '/',
    entitlements,
    '{"ProductCode":"x","MaxResults":null}',
    200,
    '"Entitlements":[]',
  ],
  ['markup in a query', 'POST', '/', form, 'Action=<a>', 400, '&#60;a&#62;'],
  ['a query without an action', 'POST', '/', form, '&&=%zz', 400, '<Code>InvalidAction</Code>'],
  [
    'a query of another version',
    'POST',
    '/',
    form,
    'Action=GetCallerIdentity&Version=1',
    400,
    '<Code>ValidationError</Code>',
  ],
  ['more than 1 MiB', 'POST', '/ListEntities', json, 'x'.repeat(1024 * 1024 + 1), 413, '1 MiB'],
  ['the address alone, as a browser opens it', 'GET', '/', {}, '', 302, ''],
  ['the address alone, as S3 is asked', 'GET', '/', key, '', 404, 'UnknownOperationException'],
  ['an unknown path', 'GET', '/nowhere', {}, '', 404, "mp-verify's sandbox, a local AWS Marketplace"],
  ['an odd path', 'GET', '/%ff/..%2f..%00', {}, '', 404, 'sandbox'],
  ['an odd method', 'PROPFIND', '/ListEntities', json, '{}', 404, 'sandbox'],
  ['TRACE', 'TRACE', '/', {}, '', 404, 'sandbox'],
  [
    'the host of a web page',
    'POST',
    '/sandbox/purchase',
    { ...form, host: '127.0.0.1.evil.example' },
    '',
    403,
    'this machine',
  ],
  ['a malformed host', 'GET', '/', { host: 'a b' }, '', 400, ''],
  [
    'the origin of a web page',
    'POST',
    '/sandbox/purchase',
    { ...form, origin: 'http://127.0.0.1:1' },
    '',
    403,
    'this machine',
  ],
  ['an opaque origin', 'POST', '/sandbox/purchase', { ...form, origin: 'null' }, '', 403, 'this machine'],
])('answers %s', async (_case, method, path, headers, body, status, part) => {
  const { url } = await openSandbox();
  const answer = await send(url, method, path, headers, body);
  expect(answer).toMatchObject({ status, body: expect.stringContaining(part) });
  expect(answer.headers).toMatchObject({
    'x-mp-verify-sandbox': expect.stringContaining('new-signup=444455556666'),
    'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    date: expect.stringMatching(/GMT$/),
  });
});

test.each(['localhost', '[::1]:80', '127.0.0.1:9'])(
  'takes %s for itself, and pages of its own origin',
  async (host) => {
    const { url } = await openSandbox();
    const answer = await send(
      url,
      'POST',
      '/sandbox/purchase',
      { ...form, host, origin: `http://${host}` },
      'buyer=444455556666',
    );
    expect(answer).toMatchObject({ status: 200, body: expect.stringMatching(/^bought/) });
  },
);

test('answers with its own address, whatever origin the target of the request names', async () => {
  const { url } = await openSandbox();
  const path = `http://evil.example/DescribeEntity?catalog=AWSMarketplace&entityId=${notes.id}`;
  const { status, body } = await send(url, 'GET', path, key);
  expect(status).toBe(200);
  expect(body).toContain(`"FulfillmentUrl":"${url}/saas/registration"`);
});

test('names itself to the SDK in errors too', async () => {
  const sandbox = await openSandbox();
  const { catalog } = clients(sandbox, { ...sandbox.seller, accessKeyId: 'MPVERIFYUNKNOWN' });
  const failure = catalog.send(new ListEntitiesCommand({ Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct' }));
  const error = await failure.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MarketplaceCatalogServiceException);
  expect(error).toHaveProperty(
    '$response.headers.x-mp-verify-sandbox',
    expect.stringContaining('new-signup=444455556666'),
  );
});

describe('an action that the sandbox does not have', () => {
  test('is an error of that name to the SDK', async () => {
    const sandbox = await openSandbox();
    const { catalog } = clients(sandbox, sandbox.seller);
    const asked = new DescribeChangeSetCommand({ Catalog: 'AWSMarketplace', ChangeSetId: 'x' });
    await expect(catalog.send(asked)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('GET /DescribeChangeSet'),
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each([
    ['of Discovery', '/2026-02-05/getListing', json, 'POST /2026-02-05/getListing'],
    [
      'of another service',
      '/',
      { ...json, 'x-amz-target': 'AWSLicenseManager.GetLicense' },
      'AWSLicenseManager.GetLicense',
    ],
    ['of no name', '/', json, 'POST /'],
  ])('%s is named', async (_case, path, headers, name) => {
    const { url } = await openSandbox();
    const { status, headers: answered, body } = await send(url, 'POST', path, headers, '{}');
    expect([status, answered['x-amzn-errortype']]).toEqual([404, 'UnknownOperationException']);
    expect(JSON.parse(body)).toMatchObject({ message: expect.stringContaining(name) });
  });

  const signedFor = (service: string) => ({
    ...json,
    authorization: `AWS4-HMAC-SHA256 Credential=MPVERIFYSANDBOXSELLER/20261123/eu-west-1/${service}/aws4_request`,
  });

  test.each([
    [
      'dynamodb',
      'POST',
      '/',
      { 'x-amz-target': 'DynamoDB_20120810.PutItem' },
      '{}',
      /"__type":"UnknownOperationException"/,
    ],
    ['s3', 'PUT', '/bucket/key', {}, 'x', /^<Error><Code>UnknownOperationException<\/Code>/],
    ['s3', 'GET', '/', {}, '', /^<Error><Code>UnknownOperationException<\/Code>/],
    [
      'sns',
      'POST',
      '/',
      { 'content-type': form['content-type'] },
      'Action=Publish',
      /^<ErrorResponse><Error><Code>Unknown/,
    ],
    ['sqs', 'POST', '/', { 'x-amz-target': 'AmazonSQS.SendMessage' }, '{}', /"__type":"UnknownOperationException"/],
    [
      'monitoring',
      'POST',
      '/service/X/operation/Y',
      { 'smithy-protocol': 'rpc-v2-cbor' },
      '{}',
      /UnknownOperationException/,
    ],
  ])(
    'of %s is told that the sandbox has only Marketplace and STS, and how to call AWS',
    async (service, method, path, headers, body, form) => {
      const { url } = await openSandbox();
      const answer = await send(url, method, path, { ...signedFor(service), ...headers }, body);
      expect(answer.status).toBe(404);
      expect(answer.body).toMatch(form);
      expect(answer.body).toMatch(
        /has AWS Marketplace \(.*\) and STS only, and this call is for \w+: unset AWS_ENDPOINT_URL, and set AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_MARKETPLACE_METERING/,
      );
      expect(answer.body).toContain(`this call is for ${service}`);
    },
  );

  test('is a missing page for unsigned requests', async () => {
    const { url } = await openSandbox();
    const { headers } = await send(url, 'GET', '/DescribeChangeSet', {});
    expect(headers['content-type']).toMatch(/^text\/plain/);
  });
});

test('survives what is not HTTP', async () => {
  const { url } = await openSandbox();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('\0\0nonsense\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 400/);
  expect((await fetch(url)).status).toBe(200);
});

test('closes while a request hangs and connections are open', async () => {
  const asked = new EventEmitter();
  const arrival = once(asked, 'call');
  const sandbox = await startSandbox({ fault: () => (asked.emit('call') ? 'hang' : null) });
  await (await fetch(sandbox.url)).text();
  const call = fetch(`${sandbox.url}/DescribeEntity`, { headers: key });
  await arrival;
  await sandbox.close();
  await expect(call).rejects.toThrow('fetch failed');
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
  await sandbox.close();
});

test('a port in use is an error of the user', async () => {
  const { url } = await openSandbox();
  const port = Number(new URL(url).port);
  await expect(startSandbox({ port })).rejects.toMatchObject({
    name: 'UserError',
    code: 'port-in-use',
    message: `port ${port} of 127.0.0.1 is in use`,
    hint: expect.stringContaining('choose another'),
  });
});

test('a month after the end of January is the end of February', () => {
  expect(new Date(addMonths(Date.UTC(2027, 0, 31, 12), 1))).toEqual(new Date('2027-02-28T12:00:00Z'));
});
