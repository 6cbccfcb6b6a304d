import type { Context } from 'hono';
import { isForm, scopeOf } from './asking.ts';
import { assumeRole } from './assume-role.ts';
import { batchMeterUsage } from './batch-meter-usage.ts';
import { describeAgreement } from './describe-agreement.ts';
import { getAgreementEntitlements } from './get-agreement-entitlements.ts';
import { getAgreementTerms } from './get-agreement-terms.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getEntitlements } from './get-entitlements.ts';
import { knownOperation, type Operations } from './known-operation.ts';
import type { Operation } from './operation.ts';
import { resolveCustomer } from './resolve-customer.ts';
import { searchAgreements } from './search-agreements.ts';

/**
 * Finds what a POST to the root asks for: AWS JSON names it in a header, the query protocol in the form. Undefined where
 * neither is spoken.
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
    // Other services speak the query protocol too: the signature says for which one it is.
    if (!isForm(req.header('content-type')) || (scopeOf(req)?.service ?? 'sts') !== 'sts') return undefined;
    return knownOperation(
      [getCallerIdentity, assumeRole],
      new URLSearchParams(await req.text()).get('Action') ?? undefined,
    );
  };
}
