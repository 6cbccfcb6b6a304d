import { priceOf } from '../price-of.ts';
import type { StoredOffer } from '../stored-offer.ts';
import type { StoredProduct } from '../world.ts';

/** `Offer@1.0`: https://github.com/awslabs/aws-marketplace-catalog-api-shapes-for-python */
export function offerDetails(offer: StoredOffer, product: StoredProduct) {
  return {
    Id: offer.id,
    State: offer.state,
    Name: offer.name,
    Description: "An offer of mp-verify's sandbox",
    ProductId: offer.productId,
    Terms: [
      { Type: 'SupportTerm', RefundPolicy: 'There is nothing to refund.' },
      { Type: 'LegalTerm', Documents: [{ Type: 'StandardEula', Version: '2022-07-14' }] },
      ...contractTerms(offer, product),
      ...usageTerms(offer, product),
    ],
    Rules: rules(offer),
  };
}

function contractTerms(offer: StoredOffer, { dimensions }: StoredProduct) {
  const sold = dimensions.filter(({ types }) => types.includes('Entitled'));
  if (sold.length === 0 || offer.durations.length === 0) return [];
  const RateCards = offer.durations.map((duration) => ({
    Selector: { Type: 'Duration', Value: duration },
    RateCard: sold.map(({ key }) => ({ DimensionKey: key, Price: priceOf(offer, key) })),
    Constraints: { MultipleDimensionSelection: 'Allowed', QuantityConfiguration: offer.quantities },
  }));
  const term = { Type: 'ConfigurableUpfrontPricingTerm', CurrencyCode: offer.currency, RateCards };
  return [term, { Type: 'RenewalTerm' }];
}

function usageTerms(offer: StoredOffer, { dimensions }: StoredProduct) {
  const metered = dimensions.filter(({ types }) => types.some((type) => type !== 'Entitled'));
  if (metered.length === 0) return [];
  const RateCard = metered.map(({ key }) => ({ DimensionKey: key, Price: priceOf(offer, key) }));
  return [{ Type: 'UsageBasedPricingTerm', CurrencyCode: offer.currency, RateCards: [{ RateCard }] }];
}

function rules({ buyerAccounts, availableUntil }: StoredOffer) {
  const targeting = { Type: 'TargetingRule', PositiveTargeting: { BuyerAccounts: buyerAccounts } };
  const end = availableUntil === null ? null : new Date(availableUntil).toISOString();
  const availability = { Type: 'AvailabilityRule', AvailabilityEndDate: end };
  return [...(buyerAccounts === null ? [] : [targeting]), ...(end === null ? [] : [availability])];
}
