import type { Offer } from '../checklist/model.ts';
import { detailsOf, type Entity, group, list, text } from './product-entity.ts';

/**
 * `Offer@1.0`, or null for one that is not a released public offer of the product: private offers name their buyers.
 * Shapes: aws-samples/aws-marketplace-reference-code, `CreateLimitedSaasAndPublicOfferWithContractPricing`.
 */
export function toPublicOffer(id: string, productId: string, entity: Entity): Offer | null {
  const details = detailsOf(entity);
  const released = text(details.State) === null || text(details.State) === 'Released';
  const ofProduct = text(details.ProductId) === null || text(details.ProductId) === productId;
  if (!released || !ofProduct || targets(details.Rules)) return null;
  const terms = list(details.Terms).map(group);
  const pricing = terms.filter(({ Type }) => /PricingTerm$/.test(String(Type)));
  const cards = pricing.flatMap((term) => list(term.RateCards).map(group));
  const constraints = cards
    .map(({ Constraints }) => text(group(Constraints).QuantityConfiguration))
    .find((value) => value !== null);
  return {
    id,
    currency: pricing.map(({ CurrencyCode }) => text(CurrencyCode)).find((code) => code !== null) ?? 'USD',
    prices: cards.flatMap((card) => prices(card)),
    quantityCanChange: constraints === undefined ? null : constraints === 'Allowed',
  };
}

function prices(card: Readonly<Record<string, unknown>>): Offer['prices'] {
  const selector = group(card.Selector);
  const duration = text(selector.Type) === 'Duration' ? text(selector.Value) : null;
  return list(card.RateCard).flatMap((rate) => {
    const { DimensionKey, Price } = group(rate);
    const price = Number(Price);
    return text(DimensionKey) === null || !Number.isFinite(price)
      ? []
      : [{ dimension: String(DimensionKey), price, duration }];
  });
}

function targets(rules: unknown): boolean {
  return list(rules).some((rule) => {
    const targeting = group(group(group(rule).PositiveTargeting));
    return text(group(rule).Type) === 'TargetingRule' && list(targeting.BuyerAccounts).length > 0;
  });
}
