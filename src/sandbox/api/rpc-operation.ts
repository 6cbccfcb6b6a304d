import type { HonoRequest } from 'hono';
import { getEntitlements } from './get-entitlements.ts';
import { knownOperation } from './known-operation.ts';
import type { Operation } from './operation.ts';

/**
 * Finds what a call over Smithy RPC v2 CBOR asks for; undefined where that protocol is not spoken. Of the services here,
 * only Entitlement has it in its model.
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export function rpcOperation(req: HonoRequest): Operation | undefined {
  const { service, action } = req.param() as Readonly<Record<string, string>>;
  if (req.header('smithy-protocol') !== 'rpc-v2-cbor' || service !== 'AWSMPEntitlementService') return undefined;
  return knownOperation([getEntitlements], action);
}
