import * as z from 'zod';
import { priceOf } from '../contracts.ts';
import type { SandboxAccount, StoredAgreement, StoredDimension, StoredOffer } from '../world.ts';
import { AwsError } from './errors.ts';
import { type Call, defineOperation, type Operation } from './operation.ts';
import { epochSeconds, page, pageToken } from './values.ts';

/** The input of the actions on one agreement. The default page size is not documented. */
const agreementQuery = z.object({ agreementId: z.string().regex(/^[A-Za-z0-9_/-]{1,64}$/) });

const agreementPage = { maxResults: z.int().min(1).max(50).default(50), nextToken: pageToken.optional() };

const pagedQuery = agreementQuery.extend(agreementPage);

const name = z
  .string()
  .max(32)
  .regex(/^[A-Za-z_]+$/);

const value = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9.,+:/_-]+$/);

const filter = z
  .object({ name, values: z.tuple([value], { error: 'use one value' }) })
  .transform(({ name, values: [value] }) => ({ name, value }));

const sortBy = z.enum(['EndTime', 'StartTime', 'LastUpdateTime']);
const sortOrder = z.enum(['ASCENDING', 'DESCENDING']);

const searchInput = z.object({
  catalog: z.literal('AWSMarketplace').optional(),
  filters: z.array(filter).min(1).max(10).default([]),
  sort: z.object({ sortBy: sortBy.default('EndTime'), sortOrder: sortOrder.default('ASCENDING') }).prefault({}),
  ...agreementPage,
});

type AgreementSummary = ReturnType<typeof agreementSummary>;

const sortMembers = {
  EndTime: 'endTime',
  StartTime: 'startTime',
  LastUpdateTime: 'lastUpdateTime',
} as const satisfies Record<z.infer<typeof sortBy>, keyof AgreementSummary>;

/**
 * For proposers only. `refusedFilters` get a ValidationException, because AWS used to accept only some combinations.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_SearchAgreements.html
 */
export function searchAgreements(refusedFilters: readonly string[]): Operation {
  return defineOperation('agreement', 'SearchAgreements', searchInput, (input, call) => {
    checkAgreementFilters(input.filters, refusedFilters);
    const member = sortMembers[input.sort.sortBy];
    const direction = input.sort.sortOrder === 'ASCENDING' ? 1 : -1;
    const found = proposedAgreements(call)
      .map((agreement) => agreementSummary(agreement, call))
      .filter((summary) => input.filters.every(({ name, value }) => agreementFilters[name]?.(summary, value)))
      .toSorted((a, b) => direction * compare(a[member], b[member]));
    const { rows, NextToken: nextToken } = page(found, input.maxResults, input.nextToken);
    return { agreementViewSummaries: rows, nextToken };
  });
}

// An agreement without an end sorts last.
function compare(a = Number.MAX_SAFE_INTEGER, b = Number.MAX_SAFE_INTEGER): number {
  return a - b;
}

type AgreementTest = (agreement: AgreementSummary, value: string) => boolean;
const seconds = (time: string) => Date.parse(time) / 1000;

// Inferred: the bounds are exclusive, and an agreement without an end is after every time.
const before =
  (member: 'startTime' | 'endTime' | 'lastUpdateTime'): AgreementTest =>
  (agreement, value) =>
    (agreement[member] ?? Number.POSITIVE_INFINITY) < seconds(value);

const after =
  (member: 'startTime' | 'endTime' | 'lastUpdateTime'): AgreementTest =>
  (agreement, value) =>
    (agreement[member] ?? Number.POSITIVE_INFINITY) > seconds(value);

/** The filters of SearchAgreements that a proposer may use, by name. */
const agreementFilters: Readonly<Record<string, AgreementTest>> = {
  PartyType: () => true,
  AgreementType: ({ agreementType }, value) => agreementType === value,
  ResourceIdentifier: ({ proposalSummary }, value) => proposalSummary.resources.some(({ id }) => id === value),
  ResourceType: ({ proposalSummary }, value) => proposalSummary.resources.some(({ type }) => type === value),
  AcceptorAccountId: ({ acceptor }, value) => acceptor.accountId === value,
  OfferId: ({ proposalSummary }, value) => proposalSummary.offerId === value,
  OfferSetId: () => false,
  Status: ({ status }, value) => status === value,
  InitialAgreementId: ({ initialAgreementId }, value) => initialAgreementId === value,
  LicenseArn: ({ entitlements }, value) => entitlements.some(({ licenseArn }) => licenseArn === value),
  EndTimeBehaviorType: ({ endTimeBehaviorType }, value) => endTimeBehaviorType === value,
  EndTimeBehaviorReasonCode: ({ endTimeBehaviorReasonCode }, value) => endTimeBehaviorReasonCode === value,
  BeforeStartTime: before('startTime'),
  AfterStartTime: after('startTime'),
  BeforeEndTime: before('endTime'),
  AfterEndTime: after('endTime'),
  BeforeLastUpdateTime: before('lastUpdateTime'),
  AfterLastUpdateTime: after('lastUpdateTime'),
};

interface AgreementFilter {
  readonly name: string;
  readonly value: string;
}

/** The values of a filter's enum in the model, by filter. */
const filterValues: Readonly<Record<string, readonly string[]>> = {
  Status: [
    'ACTIVE',
    'ARCHIVED',
    'CANCELLED',
    'EXPIRED',
    'RENEWED',
    'REPLACED',
    'ROLLED_BACK',
    'SUPERSEDED',
    'TERMINATED',
  ],
  EndTimeBehaviorType: ['EXPIRE', 'RENEW', 'REPLACE'],
  EndTimeBehaviorReasonCode: [
    'ACCEPTOR_RENEW_OPTED_OUT',
    'NO_RENEWAL_TERM',
    'PROPOSER_RENEW_OPTED_OUT',
    'RENEWAL_LIMIT_EXHAUSTED',
  ],
};

/** Rejects filters as SearchAgreements does. Names and reasons are from the model, the messages are not. */
function checkAgreementFilters(filters: readonly AgreementFilter[], refused: readonly string[]): void {
  const given = (wanted: string) => filters.find(({ name }) => name === wanted)?.value;
  for (const [index, { name, value }] of filters.entries()) {
    if (!Object.hasOwn(agreementFilters, name)) refuse('INVALID_FILTER_NAME', `There is no filter ${name}.`);
    if (refused.includes(name)) refuse('UNSUPPORTED_FILTERS', 'This combination of filters is not supported.');
    if (filters.findIndex((other) => other.name === name) < index) {
      refuse('INVALID_FILTERS', `The filter ${name} is given more than once.`);
    }
    if (!(filterValues[name]?.includes(value) ?? true)) {
      refuse('INVALID_FILTER_VALUES', `The filter ${name} has no value ${value}.`);
    }
    if (name.endsWith('Time') && Number.isNaN(Date.parse(value))) {
      refuse('INVALID_FILTER_VALUES', `The value of the filter ${name} is not a date.`);
    }
  }
  if (given('PartyType') === undefined) refuse('MISSING_PARTY_TYPE', 'A PartyType filter is required.');
  if (given('PartyType') !== 'Proposer') {
    refuse('INVALID_PARTY_TYPE', 'The sandbox has agreements for the PartyType Proposer only.');
  }
  if (given('AgreementType') !== 'PurchaseAgreement') {
    refuse('INVALID_AGREEMENT_TYPE', 'A filter AgreementType=PurchaseAgreement is required.');
  }
}

function refuse(reason: string, message: string): never {
  throw new AwsError('invalid', message, { reason, fields: [{ name: 'filters', message }] });
}

/** https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_DescribeAgreement.html */
export const describeAgreement = defineOperation('agreement', 'DescribeAgreement', agreementQuery, (input, call) => {
  const agreement = findProposed(input.agreementId, call);
  const currencyCode = call.world.offers.find(({ id }) => id === agreement.offerId)?.currency ?? 'USD';
  return {
    ...agreementView(agreement, call.caller),
    estimatedCharges: agreement.price === null ? undefined : { currencyCode, agreementValue: agreement.price },
    // Ended agreements have none, according to the model of DescribeAgreement.
    endTimeBehavior: agreement.status === 'ACTIVE' ? endTimeBehavior(agreement) : undefined,
  };
});

/**
 * `configuration` has what the buyer accepted. The rate cards are those of the offer, if there is one.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_GetAgreementTerms.html
 */
export const getAgreementTerms = defineOperation('agreement', 'GetAgreementTerms', pagedQuery, (input, call) => {
  const agreement = findProposed(input.agreementId, call);
  const offer = call.world.offers.find(({ id }) => id === agreement.offerId);
  const dimensions = call.world.products.find(({ id }) => id === agreement.productId)?.dimensions ?? [];
  const terms = [
    { legalTerm: { ...named('LegalTerm'), documents: [{ type: 'StandardEula', version: '2022-07-14' }] } },
    { supportTerm: { ...named('SupportTerm'), refundPolicy: 'There is nothing to refund.' } },
    ...contractTerms(agreement, offer, dimensions),
    ...usageTerms(offer, dimensions),
  ];
  const { rows, NextToken: nextToken } = page<object>(terms, input.maxResults, input.nextToken);
  return { acceptedTerms: rows, nextToken };
});

function contractTerms(
  { selector, dimensions, autoRenew }: StoredAgreement,
  offer: StoredOffer | undefined,
  known: readonly StoredDimension[],
) {
  if (selector === null) return [];
  const sold = known.filter(({ types }) => types.includes('Entitled'));
  const configurableUpfrontPricingTerm = {
    ...named('ConfigurableUpfrontPricingTerm'),
    currencyCode: offer?.currency ?? 'USD',
    rateCards: offer?.durations.map((value) => ({
      selector: { type: 'Duration', value },
      constraints: { multipleDimensionSelection: 'Allowed', quantityConfiguration: offer.quantities },
      rateCard: rateCard(offer, sold),
    })),
    configuration: {
      selectorValue: selector,
      dimensions: dimensions.map(({ key, quantity }) => ({ dimensionKey: key, dimensionValue: quantity })),
    },
  };
  const renewalTerm = { ...named('RenewalTerm'), configuration: { enableAutoRenew: autoRenew } };
  return [{ configurableUpfrontPricingTerm }, { renewalTerm }];
}

function usageTerms(offer: StoredOffer | undefined, known: readonly StoredDimension[]) {
  const metered = known.filter(({ types }) => types.some((type) => type !== 'Entitled'));
  if (metered.length === 0) return [];
  const rateCards = offer && [{ rateCard: rateCard(offer, metered) }];
  const currencyCode = offer?.currency ?? 'USD';
  return [{ usageBasedPricingTerm: { ...named('UsageBasedPricingTerm'), currencyCode, rateCards } }];
}

function rateCard(offer: StoredOffer, dimensions: readonly StoredDimension[]) {
  return dimensions.map(({ key }) => ({ dimensionKey: key, price: priceOf(offer, key) }));
}

function named(type: string) {
  return { type, id: `term-sandbox${type.toLowerCase()}` };
}

/**
 * One entitlement per agreement, of the type in AWS's sample for a SaaS product. Pay-as-you-go agreements have one too,
 * because AWS's reference code waits for it. The registration token is omitted: only the acceptor gets it.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_GetAgreementEntitlements.html
 */
export const getAgreementEntitlements = defineOperation(
  'agreement',
  'GetAgreementEntitlements',
  pagedQuery,
  (input, call) => {
    const agreement = findProposed(input.agreementId, call);
    const [status, statusReasonCode] = provisioning(agreement, call.now);
    const isLicensed = status === 'PROVISIONED' || status === 'DEPROVISIONED';
    const entitlement = {
      resource: agreedResource(agreement),
      type: 'AWS::Marketplace::Usage',
      status,
      statusReasonCode,
      licenseArn: (isLicensed && agreement.licenseArn) || undefined,
    };
    const { rows, NextToken: nextToken } = page([entitlement], input.maxResults, input.nextToken);
    return { agreementEntitlements: rows, nextToken };
  },
);

// The first and the last reason are in AWS's sample; the others are inferred.
function provisioning({ status, failure, startsAt, licensedAt }: StoredAgreement, now: number) {
  if (failure !== null) return ['FAILED', failure];
  if (status !== 'ACTIVE') return ['DEPROVISIONED', 'AGREEMENT_INACTIVE'];
  if (startsAt > now) return ['SCHEDULED', 'FUTURE_START_DATE'];
  if (licensedAt > now) return ['PENDING', 'PROVISIONING_IN_PROGRESS'];
  return ['PROVISIONED', 'AGREEMENT_ACTIVE'];
}

/**
 * Returns the agreements that the caller proposed, each in its newest visible version. AWS also shows an agreement to
 * its acceptor; the sandbox does not. Nothing renews here: after its end an agreement is EXPIRED.
 */
export function proposedAgreements({ world, caller, now }: Call): readonly StoredAgreement[] {
  const proposed = world.products
    .filter(({ ownerAccountId }) => ownerAccountId === caller.accountId)
    .map(({ id }) => id);
  const visible = world.agreements.filter(
    ({ productId, visibleAt }) => proposed.includes(productId) && visibleAt <= now,
  );
  return [...new Map(visible.map((row) => [row.id, row])).values()].map((row) =>
    row.status === 'ACTIVE' && row.endsAt !== null && row.endsAt <= now ? { ...row, status: 'EXPIRED' } : row,
  );
}

/** Finds one agreement. Assumed: for another account's agreement AWS answers "not found", not "access denied". */
function findProposed(id: string, call: Call): StoredAgreement {
  const found = proposedAgreements(call).find((agreement) => agreement.id === id);
  if (found !== undefined) return found;
  throw new AwsError('not-found', `Agreement ${id} was not found.`, { resourceId: id, resourceType: 'Agreement' });
}

/** Returns the members that every description of an agreement has. */
function agreementView(agreement: StoredAgreement, proposer: SandboxAccount) {
  return {
    agreementId: agreement.id,
    initialAgreementId: agreement.initialAgreementId,
    agreementType: 'PurchaseAgreement',
    status: agreement.status,
    acceptor: { accountId: agreement.buyerAccountId },
    proposer: { accountId: proposer.accountId },
    proposalSummary: { resources: [agreedResource(agreement)], offerId: agreement.offerId },
    acceptanceTime: epochSeconds(agreement.acceptedAt),
    startTime: epochSeconds(agreement.startsAt),
    endTime: epochSeconds(agreement.endsAt),
  };
}

/** `AgreementViewSummary`. Inferred: it has no entitlement until there is a license. */
function agreementSummary(agreement: StoredAgreement, { caller, now }: Call) {
  const { licenseArn, licensedAt, updatedAt } = agreement;
  const behavior = endTimeBehavior(agreement);
  return {
    ...agreementView(agreement, caller),
    lastUpdateTime: epochSeconds(updatedAt),
    entitlements: licenseArn === null || licensedAt > now ? [] : [{ licenseArn }],
    endTimeBehaviorType: behavior?.type,
    endTimeBehaviorReasonCode: behavior?.reasonCode,
  };
}

function agreedResource({ productId }: StoredAgreement) {
  return { id: productId, type: 'SaaSProduct' };
}

/** Undefined for agreements that never end, such as pay-as-you-go. */
function endTimeBehavior({ selector, endsAt, autoRenew }: StoredAgreement) {
  if (selector === null || endsAt === null) return undefined;
  return autoRenew ? { type: 'RENEW' } : { type: 'EXPIRE', reasonCode: 'ACCEPTOR_RENEW_OPTED_OUT' };
}
