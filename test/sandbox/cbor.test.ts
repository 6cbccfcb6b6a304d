import {
  GetEntitlementsCommand,
  type GetEntitlementsCommandInput,
  MarketplaceEntitlementServiceClient,
} from '@aws-sdk/client-marketplace-entitlement-service';
import { cbor, SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { describe, expect, test } from 'vitest';
import type { SandboxAccount } from '../../src/sandbox/world.ts';
import { clients, contract, notes, openSandbox, start, worldWith } from './support.ts';

const rows = [
  contract,
  { ...contract, value: true, licenseArn: null, endsAt: null },
  { ...contract, value: 2.5, customerIdentifier: 'old1', endsAt: start - 1000 },
  { ...contract, value: 'gold', dimension: 'basic' },
  ...Array.from({ length: 30 }, (_, value) => ({ ...contract, value })),
];

/** The real SDK client over each of the two protocols, against the same sandbox. */
async function open(asker: 'seller' | 'buyer' | 'nobody' = 'seller', entitlements = rows) {
  const sandbox = await openSandbox({ world: worldWith({ entitlements }) });
  const { seller, buyers } = sandbox.world;
  const accounts = { seller, buyer: buyers['new-signup'] ?? seller, nobody: { ...seller, accessKeyId: 'UNKNOWN' } };
  const credentials: SandboxAccount = accounts[asker];
  const config = { endpoint: sandbox.url, region: 'us-east-1', credentials, maxAttempts: 1 };
  const newer = new MarketplaceEntitlementServiceClient({ ...config, protocol: SmithyRpcV2CborProtocol });
  return { ...sandbox, json: clients(sandbox, credentials).entitlement, cbor: newer };
}

async function answerOf(client: MarketplaceEntitlementServiceClient, input: GetEntitlementsCommandInput) {
  try {
    const { $metadata, ...answer } = await client.send(new GetEntitlementsCommand(input));
    return { status: $metadata.httpStatusCode, answer };
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata: { httpStatusCode: number } };
    return { status: $metadata.httpStatusCode, name, message };
  }
}

describe('the same question over JSON 1.1 and CBOR gets the same answer', () => {
  const ProductCode = notes.code ?? '';
  const second = Buffer.from('mp-verify-sandbox 0').toString('base64url');
  test.each<[string, 'seller' | 'buyer' | 'nobody', GetEntitlementsCommandInput, number]>([
    ['the first page', 'seller', { ProductCode }, 200],
    ['rows with values of every type', 'seller', { ProductCode, NextToken: second }, 200],
    ['a small page', 'seller', { ProductCode, NextToken: second, MaxResults: 2 }, 200],
    ['a filter', 'seller', { ProductCode, NextToken: second, Filter: { DIMENSION: ['basic'] } }, 200],
    ['an unknown product', 'seller', { ProductCode: 'unknown' }, 200],
    ['another account', 'buyer', { ProductCode }, 200],
    ['a bad page size', 'seller', { ProductCode, MaxResults: 26 }, 400],
    ['a bad token', 'seller', { ProductCode, NextToken: 'nonsense' }, 400],
    ['no product', 'seller', { ProductCode: undefined }, 400],
    ['an unknown key', 'nobody', { ProductCode }, 400],
  ])('%s', async (_case, who, input, status) => {
    const { json, cbor: newer } = await open(who);
    const overJson = await answerOf(json, input);
    expect(overJson.status).toBe(status);
    expect(await answerOf(newer, input)).toEqual(overJson);
  });

  test.each(['throttling', 'internal', 'access-denied', 'expired-token'] as const)('the fault %s', async (fault) => {
    const sandbox = await openSandbox({ fault: () => fault });
    const config = { endpoint: sandbox.url, region: 'us-east-1', credentials: sandbox.seller, maxAttempts: 1 };
    const newer = new MarketplaceEntitlementServiceClient({ ...config, protocol: SmithyRpcV2CborProtocol });
    const overJson = await answerOf(clients(sandbox, sandbox.seller).entitlement, { ProductCode });
    expect(overJson).toHaveProperty('name');
    expect(await answerOf(newer, { ProductCode })).toEqual(overJson);
  });
});

describe('on the wire', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=MPVERIFYSANDBOXSELLER/20261123/us-east-1/aws-marketplace/aws4';
  const headers = { authorization, 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
  const action = '/service/AWSMPEntitlementService/operation/GetEntitlements';

  async function post(path: string, body: Uint8Array<ArrayBuffer>, changed: Record<string, string> = {}) {
    const { url } = await openSandbox();
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: { ...headers, ...changed }, body });
    return { status: response.status, headers: response.headers, bytes: new Uint8Array(await response.arrayBuffer()) };
  }
  const bytes = (value: unknown) => new Uint8Array(cbor.serialize(value));

  test('a time is a tag 1', async () => {
    const NextToken = Buffer.from('mp-verify-sandbox 0').toString('base64url');
    const answer = await post(action, bytes({ ProductCode: notes.code, NextToken }));
    expect(answer.headers.get('smithy-protocol')).toBe('rpc-v2-cbor');
    expect(answer.headers.get('content-type')).toBe('application/cbor');
    expect(cbor.deserialize(answer.bytes)).toMatchObject({
      Entitlements: [{ ExpirationDate: { tag: 1, value: (contract.endsAt ?? 0) / 1000 }, Value: { IntegerValue: 10 } }],
    });
  });

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ['text', new TextEncoder().encode('{"ProductCode":"x"}')],
    ['half of a value', bytes({ ProductCode: 'x' }).slice(0, 8)],
    ['a value and more', new Uint8Array([...bytes({ ProductCode: 'x' }), 0])],
    ['a big number of endless length', new Uint8Array([0xc2, 0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a list of endless length', new Uint8Array([0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['great depth', new Uint8Array(100_000).fill(0x81)],
    ['great depth without lengths', new Uint8Array(100_000).fill(0x5f)],
  ])('what is not CBOR is a SerializationException: %s', async (_case, body) => {
    const { status, bytes: answer } = await post(action, body);
    expect(status).toBe(400);
    expect(cbor.deserialize(answer)).toMatchObject({
      __type: 'com.amazonaws.marketplaceentitlementservice#SerializationException',
    });
  });

  test('an action that there is not is an UnknownOperationException', async () => {
    const { bytes: answer } = await post('/service/AWSMPEntitlementService/operation/Nothing', bytes({}));
    expect(cbor.deserialize(answer)).toMatchObject({ __type: expect.stringMatching(/#UnknownOperationException$/) });
  });

  test.each<[string, string, Record<string, string>]>([
    ['another service', '/service/AWSMPMeteringService/operation/ResolveCustomer', {}],
    ['another protocol', action, { 'smithy-protocol': 'rpc-v2-json' }],
  ])('%s is not there', async (_case, path, changed) => {
    expect((await post(path, bytes({}), changed)).status).toBe(404);
  });
});
