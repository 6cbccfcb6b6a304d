import { z } from 'zod';
import { withoutMaxQuantity } from '../checklist/contracts.ts';
import type { Agreement } from '../checklist/model.ts';
import { listOf, text } from './door.ts';

const grants = listOf(z.object({ dimensionKey: text, maxQuantity: z.number().nullish() }));

/** The terms in which a buyer's selection stands, of `AcceptedTerm`: client-marketplace-agreement 3.1164.0. */
const known = {
  configurableUpfrontPricingTerm: z.object({
    configuration: z
      .object({ dimensions: listOf(z.object({ dimensionKey: z.string(), dimensionValue: z.number() })) })
      .nullish(),
  }),
  /** Private offers. */
  fixedUpfrontPricingTerm: z.object({ grants }),
  freeTrialPricingTerm: z.object({ grants }),
};

/** Terms that hold no quantity that was bought. Prices of usage name dimensions, but nothing of them is granted. */
const withoutQuantity = [
  'legalTerm',
  'supportTerm',
  'renewalTerm',
  'usageBasedPricingTerm',
  'byolPricingTerm',
  'recurringPaymentTerm',
  'validityTerm',
  'paymentScheduleTerm',
  'variablePaymentTerm',
  'netPaymentTerm',
];

/** One of `acceptedTerms`: an object with one member, named after the kind of term. */
export const acceptedTerm = z.looseObject({
  configurableUpfrontPricingTerm: known.configurableUpfrontPricingTerm.nullish(),
  fixedUpfrontPricingTerm: known.fixedUpfrontPricingTerm.nullish(),
  freeTrialPricingTerm: known.freeTrialPricingTerm.nullish(),
});

type Terms = readonly z.output<typeof acceptedTerm>[];

/** What was bought, by the accepted terms, and the kinds of term of which that cannot be told. */
export function selectionIn(
  terms: Terms,
): Pick<Agreement, 'dimensions' | 'unlimited'> & { readonly notCompared: readonly string[] } {
  const configured = terms.flatMap(({ configurableUpfrontPricingTerm: term }) =>
    (term?.configuration?.dimensions ?? []).map(({ dimensionKey, dimensionValue }) => ({
      key: dimensionKey,
      quantity: dimensionValue,
    })),
  );
  const fixed = terms.flatMap(({ fixedUpfrontPricingTerm: term }) => term?.grants ?? []);
  const trial = terms.flatMap(({ freeTrialPricingTerm: term }) => term?.grants ?? []);
  // A trial is what is granted only where nothing has been bought beside it.
  const given = configured.length + fixed.length > 0 ? fixed : trial;
  const counted = given.flatMap(({ dimensionKey: key, maxQuantity: quantity }) =>
    typeof key === 'string' && typeof quantity === 'number' ? [{ key, quantity }] : [],
  );
  // Without a quantity AWS grants as much as the buyer uses.
  const uncounted = given.filter(({ maxQuantity }) => typeof maxQuantity !== 'number');
  const unlimited = uncounted.flatMap(({ dimensionKey }) => dimensionKey || []);
  const kinds = given.length > counted.length ? [withoutMaxQuantity] : [];
  const unknown = terms.flatMap((term) =>
    Object.entries(term).flatMap(([kind, value]) =>
      kind in known || withoutQuantity.includes(kind) || !holdsQuantity(value) ? [] : [kind],
    ),
  );
  return {
    dimensions: [...configured, ...counted],
    notCompared: [...new Set([...kinds, ...unknown])],
    // Where one of them has no name, it is not known what was accepted.
    ...(unlimited.length > 0 && unlimited.length + counted.length === given.length ? { unlimited } : {}),
  };
}

/** Whether anything in it is called a dimension, a quantity or a grant. */
function holdsQuantity(term: unknown): boolean {
  if (typeof term !== 'object' || term === null) return false;
  return Object.entries(term).some(([name, value]) => /dimension|quantity|grant/i.test(name) || holdsQuantity(value));
}
