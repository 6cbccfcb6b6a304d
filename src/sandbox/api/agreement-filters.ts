import type { AgreementSummary } from './agreement-summary.ts';

type Test = (agreement: AgreementSummary, value: string) => boolean;

const seconds = (time: string) => Date.parse(time) / 1000;
// That the bounds are exclusive, and that an agreement without an end is after every time, is inferred.
const before =
  (member: 'startTime' | 'endTime' | 'lastUpdateTime'): Test =>
  (agreement, value) =>
    (agreement[member] ?? Number.POSITIVE_INFINITY) < seconds(value);
const after =
  (member: 'startTime' | 'endTime' | 'lastUpdateTime'): Test =>
  (agreement, value) =>
    (agreement[member] ?? Number.POSITIVE_INFINITY) > seconds(value);

/** The filters of SearchAgreements by their names, as a proposer may use them. */
export const agreementFilters: Readonly<Record<string, Test>> = {
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
