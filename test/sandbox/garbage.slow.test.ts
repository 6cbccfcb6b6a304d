import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { cbor } from '@smithy/core/cbor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scenarioActions } from '../../src/sandbox/scenario-schema.ts';
import { clients, notes, openSandbox } from './support.ts';

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'AWSMarketplace',
    'SaaSProduct',
    'Offer',
    notes.id,
    notes.code ?? '',
    '444455556666',
    '__proto__',
    '',
  ),
  fc.constantFrom('2026-11-23T09:00:00Z', 'Proposer', 'PurchaseAgreement', 'bXAtdmVyaWZ5LXNhbmRib3ggOTk5OTk5OTk5'),
);
const member = fc.oneof(
  word,
  fc.constantFrom('Catalog', 'EntityType', 'EntityId', 'EntityRequestList', 'FilterList', 'MaxResults', 'NextToken'),
  fc.constantFrom('ProductCode', 'Filter', 'UsageRecords', 'Timestamp', 'Dimension', 'Quantity', 'RegistrationToken'),
  fc.constantFrom('filters', 'name', 'values', 'agreementId', 'maxResults', 'nextToken', 'filterType', 'productId'),
  fc.constantFrom('buyer', 'product', 'dimension', 'quantity', 'months', 'replace', 'Action', 'Version'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('group'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  group: fc.dictionary(member, tie('value'), { maxKeys: 6 }),
}));
const group = fc.dictionary(member, value, { maxKeys: 8 });

const utf8 = (body: string) => new TextEncoder().encode(body);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  group.map((fields) => utf8(JSON.stringify(fields))),
  group.map((fields) => cbor.serialize(fields)),
  fc.array(fc.tuple(member, word)).map((fields) => utf8(new URLSearchParams(fields).toString())),
  value.map((any) => utf8(JSON.stringify(any))),
);

const segment = fc.oneof(word, fc.string()).map((part) => encodeURIComponent(part));
const path = fc.oneof(
  fc.constantFrom('/', '/ListEntities', '/DescribeEntity', '/BatchDescribeEntities', '/ListChangeSets'),
  fc.constantFrom('/2026-02-05/getProduct', '/2026-02-05/listPurchaseOptions', '/sandbox/purchase', '/sandbox/change'),
  fc.constantFrom(
    '/marketplace',
    '/marketplace/buyer',
    '/marketplace/contracts',
    '/marketplace/management/products/saas',
  ),
  fc.constantFrom(
    '/saas/registration',
    '/saas/sign-up',
    '/saas/sign-in',
    '/saas/sign-out',
    '/saas/contract',
    '/saas/api/contract',
  ),
  fc.constantFrom('/service/AWSMPEntitlementService/operation/GetEntitlements', `/marketplace/pp/${notes.listingId}`),
  segment.map((id) => `/marketplace/pp/${id}`),
  segment.map((id) => `/marketplace/contracts/${id}`),
  fc.tuple(segment, segment).map(([service, action]) => `/service/${service}/operation/${action}`),
  fc.tuple(segment, segment).map(([name, value]) => `/DescribeEntity?catalog=AWSMarketplace&entityId=${name}&${value}`),
  fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
);

const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
const key = (id: string) => `AWS4-HMAC-SHA256 Credential=${id}/20261123/us-east-1/aws-marketplace/aws4_request`;
const known = ['MPVERIFYSANDBOXSELLER', 'MPVERIFYSANDBOXBUYER1', 'MPVERIFYSANDBOXSTRANGER', 'UNKNOWN'].map(key);
const services = ['AWSMPEntitlementService', 'AWSMPMeteringService', 'AWSMPCommerceService_v20200301'];
const targets = services.flatMap((service) => scenarioActions.map((action) => `${service}.${action}`));
const headers = fc.record(
  {
    authorization: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: printable }),
    'content-type': fc.oneof(
      fc.constantFrom('application/json', 'application/x-amz-json-1.1', 'application/cbor'),
      fc.constantFrom('application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'),
      printable,
    ),
    'x-amz-target': fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...targets) },
      { weight: 1, arbitrary: printable },
    ),
    'smithy-protocol': fc.constant('rpc-v2-cbor'),
    cookie: fc.oneof(printable, fc.constantFrom('buyer=444455556666', 'buyer=__proto__', 'session=x; session=y')),
  },
  { requiredKeys: ['authorization'] },
);
const method = fc.constantFrom('GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS');
const garbage: fc.Arbitrary<Sent> = fc.record({ method, path, headers, body });

const Catalog = 'AWSMarketplace';
const filters = [{ name: 'PartyType', values: ['Proposer'] }];
const record = { Timestamp: 1795424400, CustomerAWSAccountId: '666677778888', Dimension: 'pro', Quantity: 1 };
const sound: readonly (readonly [path: string, target: string, type: string, input: object])[] = [
  ['/ListEntities', '', 'json', { Catalog, EntityType: 'SaaSProduct', EntityTypeFilters: {}, EntityTypeSort: {} }],
  ['/ListEntities', '', 'json', { Catalog, EntityType: 'Offer', EntityTypeFilters: { OfferFilters: { Name: {} } } }],
  ['/ListEntities', '', 'json', { Catalog, EntityType: 'Offer', EntityTypeSort: { OfferSort: { SortBy: 'Name' } } }],
  ['/BatchDescribeEntities', '', 'json', { EntityRequestList: [{ Catalog, EntityId: notes.id }] }],
  ['/ListChangeSets', '', 'json', { Catalog, FilterList: [{ Name: 'Status', ValueList: ['FAILED'] }], Sort: {} }],
  ['/2026-02-05/getProduct', '', 'json', { productId: notes.id }],
  [
    '/2026-02-05/listPurchaseOptions',
    '',
    'json',
    { filters: [{ filterType: 'PRODUCT_ID', filterValues: [notes.id] }] },
  ],
  ['/', 'AWSMPEntitlementService.GetEntitlements', 'json', { ProductCode: notes.code, Filter: { DIMENSION: ['pro'] } }],
  ['/service/AWSMPEntitlementService/operation/GetEntitlements', '', 'cbor', { ProductCode: notes.code, Filter: {} }],
  ['/', 'AWSMPMeteringService.ResolveCustomer', 'json', { RegistrationToken: 'x' }],
  ['/', 'AWSMPMeteringService.BatchMeterUsage', 'json', { ProductCode: notes.code, UsageRecords: [record] }],
  ['/', 'AWSMPCommerceService_v20200301.SearchAgreements', 'json', { filters, sort: {}, maxResults: 1 }],
  ['/', 'AWSMPCommerceService_v20200301.DescribeAgreement', 'json', { agreementId: 'agmt-1' }],
];

/** What a program sends, with one thing in it that is something else. */
const nearMiss: fc.Arbitrary<Sent> = fc
  .tuple(fc.constantFrom(...sound), fc.nat({ max: 6 }), value, fc.constantFrom(...known))
  .map(([[path, target, type, input], nth, wrong, authorization]) => {
    let at = 0;
    const change = (_key: string, any: unknown) => (_key !== '' && at++ === nth ? wrong : any);
    const changed: unknown = JSON.parse(JSON.stringify(input, change));
    const headers = { authorization, 'content-type': `application/${type}`, 'x-amz-target': target };
    const body = type === 'cbor' ? cbor.serialize(changed) : utf8(JSON.stringify(changed));
    return { method: 'POST', path, headers: { ...headers, 'smithy-protocol': 'rpc-v2-cbor' }, body };
  });
const sent = fc.oneof(garbage, nearMiss);

test('whatever is sent to any route is answered, and never with a failure of the sandbox', async () => {
  const sandbox = await openSandbox({ delayMs: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const property = fc.asyncProperty(sent, async ({ method, path, headers, body }) => {
    const outgoing = request(`${sandbox.url}${path}`, {
      agent,
      method,
      headers: { ...headers, 'content-length': body.length },
    });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const answer = await text(incoming);
    expect(answer).not.toContain('the sandbox failed');
    expect(incoming.statusCode).toBeLessThan(500);
  });
  try {
    await fc.assert(property, { numRuns: 2000 });
  } finally {
    agent.destroy();
  }
  const { Account } = await clients(sandbox, sandbox.seller).sts.send(new GetCallerIdentityCommand());
  expect(Account).toBe('111122223333');
});
