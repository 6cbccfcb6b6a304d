import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { parseAddress } from '../../../src/ports/storage.ts';
import { connectObjects, type Objects } from '../../../src/store/s3/objects.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { listening } from '../../support/listening.ts';

test.each([
  ['s3://acme-verify', 'acme-verify', ''],
  ['s3://acme-verify/', 'acme-verify', ''],
  ['s3://acme-verify/prod', 'acme-verify', 'prod/'],
  ['s3://acme.verify/teams/prod/', 'acme.verify', 'teams/prod/'],
])('%s is the address of a shared store', (url, bucket, prefix) => {
  expect(parseAddress(url)).toEqual({ bucket, prefix });
});

test.each([
  'acme-verify',
  's3:acme',
  's3://',
  's3:///prod',
  's3://Acme/prod',
  's3://ab',
  'https://acme.s3.amazonaws.com/prod',
])('%s is none', (url) => {
  expect(parseAddress(url)).toBeNull();
});

test.each(['s3://acme/../other', 's3://acme/./prod', 's3://acme/prod*', 's3://acme/\u001b[31mred'])(
  '%j has a prefix that means something else elsewhere',
  (url) => {
    expect(parseAddress(url)).toBeNull();
  },
);

/** A server that answers every request in the same way, and counts them. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const counted = { requests: 0, dates: [] as string[] };
  const server = createServer((request, response) => {
    counted.requests += 1;
    counted.dates.push(String(request.headers['x-amz-date']));
    request.resume().on('end', () => response.writeHead(status, headers).end(body));
  });
  const url = await listening(server);
  const objects = connectObjects(
    {
      url: 's3://acme-verify/prod',
      region: 'us-east-1',
      endpointUrl: url,
      credentials: { accessKeyId: 'Mina', secretAccessKey: 'secret' },
    },
    fakeClock(),
  );
  return { url, objects, counted };
}

const refusal = (code: string, message: string) => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

async function listAll({ list }: Objects): Promise<void> {
  for await (const _ of list('index/'));
}

test.each<[string, (objects: Objects) => Promise<unknown>]>([
  ['saved', (objects) => objects.create('a', 'b')],
  ['saved, tried once', (objects) => objects.tryCreate('a', 'b')],
  ['read', (objects) => objects.get('a')],
  ['an empty list', listAll],
])('the sign-in page of a network is not taken for: %s', async (_, ask) => {
  const { url, objects } = await answering(200, '<html>Sign in</html>', { 'content-type': 'text/html' });
  const answer = await ask(objects).catch((error: unknown) => error);
  if (answer !== null)
    expect(answer).toMatchObject({
      kind: 'network',
      why: `${url} does not answer as S3 does, so a proxy or a sign-in page may answer in its place`,
    });
});

test('a store that has not answered after a moment is named once', async () => {
  let told = 0;
  let answer = () => {};
  const isTold = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const server = createServer(async (_, response) => {
    await isTold;
    response.writeHead(404).end(refusal('NoSuchKey', 'There is no such key'));
  });
  const objects = connectObjects(
    {
      url: 's3://acme-verify/prod',
      region: 'us-east-1',
      endpointUrl: await listening(server),
      credentials: { accessKeyId: 'Mina', secretAccessKey: 'secret' },
      onSilence() {
        told += 1;
        answer();
      },
    },
    fakeClock(),
  );
  expect(await Promise.all([objects.get('a'), objects.get('b')])).toEqual([null, null]);
  expect(await objects.get('c')).toBeNull();
  expect(told).toBe(1);
});

test('a store that does not know conditional writes is not asked again', async () => {
  const { objects, counted } = await answering(501, refusal('NotImplemented', 'A header is not implemented'));
  await expect(objects.create('a', 'b')).rejects.toMatchObject({
    kind: 'refused',
    fix: expect.stringContaining('If-None-Match'),
  });
  expect(counted.requests).toBe(1);
});

test('a wrong clock is set by the answer, and otherwise named', async () => {
  const hour = 3_600_000;
  const { objects, counted } = await answering(403, refusal('RequestTimeTooSkewed', 'The difference is too large'), {
    date: new Date(Date.now() + hour).toUTCString(),
  });
  await expect(listAll(objects)).rejects.toMatchObject({ kind: 'refused', why: 'the clock of this machine is wrong' });
  const [first = '', second = ''] = counted.dates;
  expect(counted.requests).toBe(2);
  expect(second.slice(0, 11) > first.slice(0, 11)).toBe(true);
});

test('a refusal names the action that is missing, also of the key of the bucket', async () => {
  const message = 'User: mina is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:key';
  const { objects } = await answering(403, refusal('AccessDenied', message));
  await expect(objects.create('a', 'b')).rejects.toMatchObject({
    kind: 'access-denied',
    action: 'kms:GenerateDataKey',
    why: 'kms:GenerateDataKey is not allowed',
    fix: 'Allow kms:GenerateDataKey on the key of the bucket',
  });
});

test('a bucket in another region says so', async () => {
  const { objects } = await answering(301, refusal('PermanentRedirect', 'Use another endpoint'));
  await expect(listAll(objects)).rejects.toMatchObject({
    fix: 'Correct the region of the store (now us-east-1) or its endpoint-url',
  });
});
