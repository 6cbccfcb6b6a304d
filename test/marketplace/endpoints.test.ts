import { describe, expect, test } from 'vitest';
import { errorOutcome } from '../../src/errors.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { openSandbox } from '../sandbox/support.ts';
import {
  connected,
  json,
  keys,
  keysInProfile,
  type Machine,
  nowhere,
  openServer,
  questions,
  troubleOf,
  useMachine,
} from './support.ts';

const listing = (marketplace: Marketplace): Promise<unknown> => marketplace.findListing('prod-sandboxboard1');

/** The name of the service in settings, and a question to it with the action that it comes to. */
const services = [
  { service: 'sts', action: 'GetCallerIdentity', ask: questions.STS },
  { service: 'marketplace_catalog', action: 'ListEntities', ask: questions.Catalog },
  { service: 'marketplace_entitlement_service', action: 'GetEntitlements', ask: questions.Entitlement },
  { service: 'marketplace_discovery', action: 'GetProduct', ask: listing },
];

/** A sandbox that writes down who was asked. */
async function openRecorder() {
  const asked: string[] = [];
  const fault = (action: string) => {
    asked.push(action);
    return null;
  };
  return { url: (await openSandbox({ fault })).url, asked };
}

const profile = (lines: string) => `[profile mp-seller]\n${lines}\n${keysInProfile}`;
const service = (name: string, url: string) => `[services local]\n${name} =\n  endpoint_url = ${url}\n`;

describe.each(services)('the endpoint of $service is taken', ({ service: name, action, ask }) => {
  const variable = `AWS_ENDPOINT_URL_${name.toUpperCase()}`;

  test.each<[from: string, (url: string) => Machine]>([
    [
      'the variable of the service, before the general one',
      (url) => ({ env: { [variable]: url, AWS_ENDPOINT_URL: nowhere } }),
    ],
    [
      'AWS_ENDPOINT_URL, before the profile',
      (url) => ({
        env: { AWS_ENDPOINT_URL: url },
        files: { '.aws/config': profile(`services = local\nendpoint_url = ${nowhere}`) + service(name, nowhere) },
      }),
    ],
    [
      'the services of the profile, before its endpoint_url',
      (url) => ({
        files: { '.aws/config': profile(`services = local\nendpoint_url = ${nowhere}`) + service(name, url) },
      }),
    ],
    [
      'endpoint_url of the profile, where its services are others',
      (url) => ({
        files: { '.aws/config': profile(`services = local\nendpoint_url = ${url}`) + service('s3', nowhere) },
      }),
    ],
    [
      'the profile that is asked for, not AWS_PROFILE',
      (url) => ({
        env: { AWS_PROFILE: 'other' },
        files: { '.aws/config': `${profile(`endpoint_url = ${url}`)}[profile other]\nendpoint_url = ${nowhere}\n` },
      }),
    ],
  ])('from %s', async (_from, machine) => {
    const { url, asked } = await openRecorder();
    await useMachine({ files: { '.aws/config': profile('') }, ...machine(url) });
    await ask(await connected(null, { profile: 'mp-seller' }));
    expect(asked).toEqual([action]);
  });

  test.each<Record<string, string>>([
    { [variable]: nowhere, AWS_ENDPOINT_URL: nowhere },
    { AWS_ENDPOINT_URL: nowhere, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
  ])('from --endpoint-url, whatever else is set: %j', async (env) => {
    const { url, asked } = await openRecorder();
    await useMachine({ env: { ...keys, ...env } });
    await ask(await connected(url));
    expect(asked).toEqual([action]);
  });

  test.each<[string, (url: string) => Machine]>([
    [
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
      (url) => ({ env: { [variable]: url, AWS_ENDPOINT_URL: url, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' } }),
    ],
    [
      'ignore_configured_endpoint_urls',
      (url) => ({ files: { '.aws/config': profile(`ignore_configured_endpoint_urls = true\nendpoint_url = ${url}`) } }),
    ],
  ])('from nowhere but AWS, in us-east-1, with %s', async (_setting, machine) => {
    const { url, asked } = await openRecorder();
    const { env = {}, files = { '.aws/config': profile('') } } = machine(url);
    const { lookups } = await useMachine({ env: { ...env, AWS_REGION: 'ap-northeast-1' }, files });
    const marketplace = await connected(null, { profile: 'mp-seller' });
    await ask(marketplace).catch(() => undefined);
    expect(asked).toEqual([]);
    expect([...new Set(lookups)]).toEqual([expect.stringMatching(/us-east-1.*\.(amazonaws\.com|api\.aws)$/)]);
    expect(marketplace.endpoint).toBeNull();
  });

  test.each(['/emulator', '/emulator/'])('with its path %s', async (prefix) => {
    await useMachine({ env: keys });
    const { url, received } = await openServer(() => json({}));
    await ask(await connected(`${url}${prefix}`)).catch(() => undefined);
    expect(received.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/emulator(\/?|(\/[\w-]+)+)$/)]);
  });

  // A run against an emulator must never look like one against AWS.
  test('into account when it is the only one that is not of AWS', async () => {
    await useMachine({ env: { ...keys, [variable]: nowhere } });
    expect((await connected(null)).endpoint).toBe(nowhere);
  });
});

test('requests are signed for us-east-1, whatever the environment and the profile say', async () => {
  const files = { '.aws/config': profile('region = eu-west-1') };
  await useMachine({ env: { AWS_REGION: 'ap-northeast-1' }, files });
  const { url, received } = await openServer(() => json({}));
  const marketplace = await connected(url, { profile: 'mp-seller' });
  for (const { ask } of services) await ask(marketplace).catch(() => undefined);
  expect(
    received.map(({ headers }) => /Credential=\S+\/(\S+?\/\S+?)\/aws4/.exec(headers.authorization ?? '')?.[1]),
  ).toEqual(['us-east-1/sts', 'us-east-1/aws-marketplace', 'us-east-1/aws-marketplace', 'us-east-1/aws-marketplace']);
});

test('the endpoint is null where the questions go to AWS', async () => {
  await useMachine({ env: keys });
  expect((await connected(null)).endpoint).toBeNull();
});

describe.each(['127.0.0.1:4566', 'localhost:4566', 'not a url', 'ftp://127.0.0.1/'])('AWS_ENDPOINT_URL="%s"', (bad) => {
  test.each([
    ['the caller', questions.STS],
    ['the listing', listing],
  ])('is named as what is wrong, not as an answer of AWS: %s', async (_question, ask) => {
    await useMachine({ env: { ...keys, AWS_ENDPOINT_URL: bad } });
    const said = await connected(null)
      .then((marketplace) => ask(marketplace))
      .then(
        (answer) => ({ outcome: 'answer', words: JSON.stringify(answer) }),
        (error: unknown) => ({ outcome: errorOutcome(error), words: String(error) }),
      );
    expect(said).toEqual({ outcome: expect.stringMatching(/answer|usage|error/), words: expect.stringContaining(bad) });
    expect(said.words).not.toMatch(/AWS returned|TypeError/);
  });
});

test('trouble names the endpoint that was asked', async () => {
  await useMachine({ env: { ...keys, AWS_ENDPOINT_URL: nowhere } });
  const { message } = await troubleOf((await connected(null)).listProducts());
  expect(message).toContain(nowhere);
});
