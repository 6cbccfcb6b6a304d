import { z } from 'zod';
import type { Offer } from '../checklist/model.ts';
import { sparseList, text } from './door.ts';
import { type Entity, parseDetails } from './product-entity.ts';

const rateCard = z.object({
  Selector: z.object({ Type: text, Value: text }).nullish(),
  RateCard: sparseList(z.object({ DimensionKey: text, Price: z.union([z.string(), z.number()]).nullish() })),
  Constraints: z.object({ QuantityConfiguration: text }).nullish(),
});

/** `Offer@1.0`: aws-samples/aws-marketplace-reference-code, `CreateLimitedSaasAndPublicOfferWithContractPricing`. */
const offerShape = z
  .object({
    State: text,
    ProductId: text,
    Terms: sparseList(z.object({ Type: text, CurrencyCode: text, RateCards: sparseList(rateCard) })),
    Rules: sparseList(
      z.object({ Type: text, PositiveTargeting: z.object({ BuyerAccounts: sparseList(z.string()) }).nullish() }),
    ),
  })
  .nullish();

/** The offer; null for one that is not a released public offer of the product: private offers name their buyers. */
export function toPublicOffer(id: string, productId: string, entity: Entity, call: string, host: string): Offer | null {
  const details = parseDetails(offerShape, entity, call, host);
  const { State, ProductId, Terms = [], Rules = [] } = details ?? {};
  const isPrivate = Rules.some(
    ({ Type, PositiveTargeting }) => Type === 'TargetingRule' && (PositiveTargeting?.BuyerAccounts ?? []).length > 0,
  );
  if ((State || 'Released') !== 'Released' || (ProductId || productId) !== productId || isPrivate) return null;
  const pricing = Terms.filter(({ Type }) => Type?.endsWith('PricingTerm'));
  const cards = pricing.flatMap(({ RateCards }) => RateCards);
  const rates = cards.flatMap(({ Selector, RateCard }) =>
    RateCard.flatMap(({ DimensionKey, Price }) =>
      DimensionKey
        ? [
            {
              dimension: DimensionKey,
              price: priceOf(Price),
              duration: Selector?.Type === 'Duration' ? Selector.Value || null : null,
            },
          ]
        : [],
    ),
  );
  const quantities = cards.flatMap(({ Constraints }) => Constraints?.QuantityConfiguration || []);
  const currencies = [...new Set(pricing.flatMap(({ CurrencyCode }) => CurrencyCode || []))];
  const unread = [...new Set(rates.filter(({ price }) => price === null).map(({ dimension }) => dimension))];
  return {
    id,
    currency: currencies.join(', ') || 'USD',
    prices: rates.flatMap(({ price, ...rate }) => (price === null ? [] : [{ ...rate, price }])),
    ...(unread.length > 0 ? { unread } : {}),
    quantityCanChange: quantities[0] === undefined ? null : quantities[0] === 'Allowed',
  };
}

/** `0.01`, `1,000.00`; null for what is no amount: an empty text is not 0. */
function priceOf(price: string | number | null | undefined): number | null {
  if (typeof price === 'number') return Number.isFinite(price) ? price : null;
  const digits = (price ?? '').trim();
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits) ? digits.replaceAll(',', '') : digits;
  return /^(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : null;
}

/** `OfferSummary` of a list, as far as it tells public offers from others. */
export const offerSummaryShape = z
  .object({ ProductId: text, State: text, Targeting: sparseList(z.string()), BuyerAccounts: sparseList(z.string()) })
  .nullish();

/** Whether what the list says of an offer leaves it possible that it is the product's public one. */
export function mayBePublic(summary: z.output<typeof offerSummaryShape>, productId: string): boolean {
  const { ProductId, State, Targeting = [], BuyerAccounts = [] } = summary ?? {};
  return (
    (ProductId || productId) === productId &&
    (State || 'Released') === 'Released' &&
    BuyerAccounts.length === 0 &&
    !Targeting.includes('BuyerAccounts')
  );
}
