import type { Context, HonoRequest } from 'hono';
import { describeAgreement, getAgreementEntitlements, getAgreementTerms, searchAgreements } from './agreement.ts';
import { isForm, scopeOf } from './caller.ts';
import { cborWire } from './cbor.ts';
import { getEntitlements } from './entitlement.ts';
import { AwsError } from './errors.ts';
import { batchMeterUsage, resolveCustomer } from './metering.ts';
import type { Operation } from './operation.ts';
import { assumeRole, getCallerIdentity } from './sts.ts';
import { errorXml } from './wire.ts';

/**
 * Finds the operation of a POST to the root. AWS JSON names it in a header, the query protocol in the form. Undefined
 * for other protocols.
 */
export function rootOperations(refusedFilters: readonly string[]) {
  const services = new Map<string | undefined, Operations>([
    [
      'AWSMPCommerceService_v20200301',
      [searchAgreements(refusedFilters), describeAgreement, getAgreementTerms, getAgreementEntitlements],
    ],
    ['AWSMPEntitlementService', [getEntitlements]],
    ['AWSMPMeteringService', [resolveCustomer, batchMeterUsage]],
  ]);
  return async ({ req }: Context): Promise<Operation | undefined> => {
    const [target, action] = req.header('x-amz-target')?.split('.') ?? [];
    const operations = services.get(target);
    if (operations !== undefined) return knownOperation(operations, action);
    // Other services also use the query protocol. The signature says which one is called.
    if (!isForm(req.header('content-type')) || (scopeOf(req)?.service ?? 'sts') !== 'sts') return undefined;
    return knownOperation(
      [getCallerIdentity, assumeRole],
      new URLSearchParams(await req.text()).get('Action') ?? undefined,
    );
  };
}

/**
 * Finds the operation of a call over Smithy RPC v2 CBOR; undefined for other protocols. Of the sandbox's services, only
 * Entitlement has this protocol in its model. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export function rpcOperation(req: HonoRequest): Operation | undefined {
  const { service, action } = req.param() as Readonly<Record<string, string>>;
  if (req.header('smithy-protocol') !== 'rpc-v2-cbor' || service !== 'AWSMPEntitlementService') return undefined;
  return knownOperation([getEntitlements], action);
}

/** The operations of one service. */
export type Operations = readonly [Operation, ...Operation[]];

/** Returns the operation with that name, or one that answers that it does not exist. */
function knownOperation(operations: Operations, action = ''): Operation {
  const run = () => {
    throw new AwsError('no-action', `The sandbox has no action ${JSON.stringify(action)}.`);
  };
  const { service } = operations[0];
  return operations.find((operation) => operation.action === action) ?? { service, action, run };
}

/** The sandbox's services, as signatures name them. */
const known: readonly (string | undefined)[] = [undefined, 'aws-marketplace', 'sts'];

/** Whether the caller is an AWS SDK. Only SDKs sign; browsers do not. */
export function isSigned(req: HonoRequest): boolean {
  return req.header('authorization')?.startsWith('AWS4-') ?? false;
}

const name = 'UnknownOperationException';

/**
 * Answers a call to an action or a service that the sandbox lacks. Name and status are from AWS's Common Errors. The
 * body is in the caller's protocol: XML for the query protocols and S3, CBOR, or JSON.
 */
export function unknownOperation(req: HonoRequest): Response {
  const message = `The sandbox has no action ${JSON.stringify(unknownAction(req))}. ${advice(req)}`;
  const service = scopeOf(req)?.service;
  if (service === 's3') return errorXml(name, message, 404, 'Error');
  if (isForm(req.header('content-type'))) return errorXml(name, message, 404, 'ErrorResponse');
  if (req.header('smithy-protocol') === 'rpc-v2-cbor') {
    const { body, headers } = cborWire.answerError(
      { service: 'entitlement', action: '' },
      new AwsError('no-action', message),
      '',
    );
    return new Response(body, { status: 404, headers });
  }
  return Response.json({ __type: name, message }, { status: 404, headers: { 'x-amzn-errortype': name } });
}

/** Returns the called action, as the log and the answer name it. */
export function unknownAction(req: HonoRequest): string {
  const action = req.header('x-amz-target') ?? `${req.method} ${req.path}`;
  const service = scopeOf(req)?.service;
  return known.includes(service) ? action : `${service} ${action}`;
}

function advice(req: HonoRequest): string {
  const has = 'It has AWS Marketplace (Catalog, Discovery, Entitlement, Metering, Agreement) and STS only';
  const service = scopeOf(req)?.service;
  if (known.includes(service)) return `${has}.`;
  const instead =
    'unset AWS_ENDPOINT_URL, and set AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_MARKETPLACE_METERING, ..._ENTITLEMENT_SERVICE, ..._CATALOG, ..._DISCOVERY and ..._AGREEMENT instead, as printed by mp-verify sandbox';
  return `${has}, and this call is for ${service}: ${instead}.`;
}
