import { priceOf } from '../price-of.ts';
import type { StoredAgreement } from '../stored-agreement.ts';
import type { StoredOffer } from '../stored-offer.ts';
import type { StoredDimension } from '../world.ts';
import { agreementPage, agreementQuery } from './agreement-query.ts';
import { defineOperation } from './operation.ts';
import { page } from './page.ts';
import { findProposed } from './proposed-agreements.ts';

const input = agreementQuery.extend(agreementPage);

/**
 * What the buyer accepted is in `configuration`; the rate cards are those of the offer, as far as the world has it.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-agreements_GetAgreementTerms.html
 */
export const getAgreementTerms = defineOperation('agreement', 'GetAgreementTerms', input, (asked, call) => {
  const agreement = findProposed(asked.agreementId, call);
  const offer = call.world.offers.find(({ id }) => id === agreement.offerId);
  const dimensions = call.world.products.find(({ id }) => id === agreement.productId)?.dimensions ?? [];
  const terms = [
    { legalTerm: { ...named('LegalTerm'), documents: [{ type: 'StandardEula', version: '2022-07-14' }] } },
    { supportTerm: { ...named('SupportTerm'), refundPolicy: 'There is nothing to refund.' } },
    ...contractTerms(agreement, offer, dimensions),
    ...usageTerms(offer, dimensions),
  ];
  const { rows, NextToken: nextToken } = page<object>(terms, asked.maxResults, asked.nextToken);
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
