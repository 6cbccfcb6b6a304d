import { agreementFilters } from './agreement-filters.ts';
import { AwsError } from './aws-error.ts';

export interface AgreementFilter {
  readonly name: string;
  readonly value: string;
}

/** By filter: the values of its enum in the model. */
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

/** Throws as SearchAgreements refuses filters. The names and the reasons are the model's, the messages are ours. */
export function checkAgreementFilters(filters: readonly AgreementFilter[], refused: readonly string[]): void {
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
