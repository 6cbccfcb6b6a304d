import {
  GetAgreementEntitlementsCommand,
  GetAgreementTermsCommand,
  SearchAgreementsCommand,
} from '@aws-sdk/client-marketplace-agreement';
import { DescribeEntityCommand, ListEntitiesCommand } from '@aws-sdk/client-marketplace-catalog';
import { GetEntitlementsCommand } from '@aws-sdk/client-marketplace-entitlement-service';
import { CouldNotTell } from '../errors.ts';
import type { ProbeAnswer, Product } from '../ports/marketplace.ts';
import type { Action } from '../ports/permissions.ts';
import type { Ask, Wire } from './ask.ts';
import { missingPermission } from './explain.ts';
import {
  agreementProbe,
  catalogProbe,
  discoveryProbe,
  entitlementProbe,
  type Probe,
  type Subject,
} from './probe-kinds.ts';

/** Well-formed, because validation may come before authorization. */
const madeUp: Subject = {
  productId: 'prod-mpverifyprobe',
  productCode: 'mpverifyprobe000000000000',
  agreementId: 'agmt-mpverifyprobe000000000000',
  buyer: '000000000000',
};

const Catalog = 'AWSMarketplace';

const probes = {
  'aws-marketplace:ListEntities': catalogProbe((client, abortSignal) =>
    client.send(new ListEntitiesCommand({ Catalog, EntityType: 'SaaSProduct', MaxResults: 1 }), { abortSignal }),
  ),
  'aws-marketplace:DescribeEntity': catalogProbe((client, abortSignal, { productId }) =>
    client.send(new DescribeEntityCommand({ Catalog, EntityId: productId }), { abortSignal }),
  ),
  'aws-marketplace:GetEntitlements': entitlementProbe((client, abortSignal, { productCode, buyer }) => {
    const Filter = { CUSTOMER_AWS_ACCOUNT_ID: [buyer] };
    return client.send(new GetEntitlementsCommand({ ProductCode: productCode, Filter, MaxResults: 1 }), {
      abortSignal,
    });
  }),
  'aws-marketplace:SearchAgreements': agreementProbe((client, abortSignal, { buyer }) => {
    const asked = { PartyType: 'Proposer', AgreementType: 'PurchaseAgreement', AcceptorAccountId: buyer };
    const filters = Object.entries(asked).map(([name, value]) => ({ name, values: [value] }));
    return client.send(new SearchAgreementsCommand({ catalog: Catalog, filters, maxResults: 1 }), { abortSignal });
  }),
  'aws-marketplace:GetAgreementTerms': agreementProbe((client, abortSignal, { agreementId }) =>
    client.send(new GetAgreementTermsCommand({ agreementId, maxResults: 1 }), { abortSignal }),
  ),
  'aws-marketplace:GetAgreementEntitlements': agreementProbe((client, abortSignal, { agreementId }) =>
    client.send(new GetAgreementEntitlementsCommand({ agreementId, maxResults: 1 }), { abortSignal }),
  ),
  'aws-marketplace:GetProduct': discoveryProbe('GetProduct', ({ productId }) => ({ productId })),
  'aws-marketplace:ListPurchaseOptions': discoveryProbe('ListPurchaseOptions', ({ productId }) => ({
    filters: [{ filterType: 'PRODUCT_ID', filterValues: [productId] }],
  })),
} as const satisfies Record<Action, Probe>;

/** What a service says of an id that is not there: it has let the question through. Any other error is no permission. */
const answersOfPermitted = /^(ResourceNotFound|Validation|InvalidParameter|ResourceNotSupported)(Exception)?$/;

/** Whether the action is permitted. Only AWS's own words count: what else happens rejects with `CouldNotTell`. */
export async function probe(
  action: Action,
  product: Pick<Product, 'id' | 'code'> | null,
  wire: Wire,
): Promise<ProbeAnswer> {
  const heard: { answer: ProbeAnswer | null } = { answer: null };
  const listening: Ask = (name, host, question) =>
    wire.ask(name, host, async (signal) => {
      try {
        // Of its own: probes run at the same time, and too many listeners on one signal are taken for a leak.
        return await question(AbortSignal.any([signal]));
      } catch (error) {
        heard.answer = meaningOf(error, action);
        throw error;
      }
    });
  const subject = {
    ...madeUp,
    productId: product?.id ?? madeUp.productId,
    productCode: product?.code ?? madeUp.productCode,
  };
  try {
    await probes[action](subject, action, { ...wire, ask: listening });
    return { allowed: true };
  } catch (error) {
    if (heard.answer === null || !(error instanceof CouldNotTell)) throw error;
    return heard.answer;
  }
}

/** Null where an error says nothing of the permission. */
function meaningOf(error: unknown, action: Action): ProbeAnswer | null {
  if (!(error instanceof Error)) return null;
  if (answersOfPermitted.test(error.name)) return { allowed: true };
  const missing = missingPermission(error, action);
  if (missing === null) return null;
  const { reason } = error as { readonly reason?: unknown };
  // The service itself gives a reason (INVALID_ACCESS, INVALID_ACCOUNT_STATE, …) where no policy is at fault:
  // client-marketplace-agreement 3.1164.0, AccessDeniedExceptionReason.
  if (typeof reason === 'string' && !/authorized to perform/.test(error.message)) {
    throw new CouldNotTell(
      'refused',
      `AWS refuses ${action} for another reason than a policy: ${reason}. It says: ${error.message}`,
    );
  }
  return { allowed: false, missing, why: error.message };
}
