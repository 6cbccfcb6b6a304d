import type { HonoRequest } from 'hono';
import { isForm, scopeOf } from './asking.ts';
import { AwsError } from './aws-error.ts';
import { cborWire } from './cbor.ts';
import { errorXml } from './wire.ts';

/** The services whose signatures the sandbox expects, by the names that they sign with. */
const played: readonly (string | undefined)[] = [undefined, 'aws-marketplace', 'sts'];

/** Whether an AWS SDK asks, or a browser: only SDKs sign. */
export function isSigned(req: HonoRequest): boolean {
  return req.header('authorization')?.startsWith('AWS4-') ?? false;
}

const name = 'UnknownOperationException';

/**
 * Answers a call of an action, or of a whole service, that the sandbox does not have. Name and status are those of AWS's
 * Common Errors; the body is one that SDKs read: XML for the query protocols and S3, CBOR where it is spoken, else JSON.
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

/** How the log and the answer name what was asked. */
export function unknownAction(req: HonoRequest): string {
  const action = req.header('x-amz-target') ?? `${req.method} ${req.path}`;
  const service = scopeOf(req)?.service;
  return played.includes(service) ? action : `${service} ${action}`;
}

function advice(req: HonoRequest): string {
  const plays = 'It plays AWS Marketplace (Catalog, Discovery, Entitlement, Metering, Agreement) and STS only';
  const service = scopeOf(req)?.service;
  if (played.includes(service)) return `${plays}.`;
  const instead =
    'unset AWS_ENDPOINT_URL, and set AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_MARKETPLACE_METERING, ..._ENTITLEMENT_SERVICE, ..._CATALOG, ..._DISCOVERY and ..._AGREEMENT instead, as "mp-verify sandbox" prints them';
  return `${plays}, and this call is for ${service}: ${instead}.`;
}
