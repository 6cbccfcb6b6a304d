import {
  type Filter,
  GetAgreementEntitlementsCommand,
  GetAgreementTermsCommand,
  MarketplaceAgreementClient,
  SearchAgreementsCommand,
  ValidationException,
} from '@aws-sdk/client-marketplace-agreement';
import * as z from 'zod';
import { withoutMaxQuantity } from '../checklist/contracts.ts';
import type { Agreement } from '../checklist/outputs.ts';
import { CouldNotCheck } from '../errors.ts';
import type { FoundAgreement } from '../ports/marketplace.ts';
import { epochSeconds, keepRawAnswers, listOf, misshapen, parseAnswer, rawAnswer, readPages, text } from './answers.ts';
import { type ApiConnection, clientConfig, endpointOf, region } from './ask.ts';

const grants = listOf(z.object({ dimensionKey: text, maxQuantity: z.number().nullish() }));

/** The kinds of `AcceptedTerm` that contain a buyer's selection: client-marketplace-agreement 3.1164.0. */
const known = {
  configurableUpfrontPricingTerm: z.object({
    configuration: z
      .object({ dimensions: listOf(z.object({ dimensionKey: z.string(), dimensionValue: z.number() })) })
      .nullish(),
  }),
  /** Terms of private offers. */
  fixedUpfrontPricingTerm: z.object({ grants }),
  freeTrialPricingTerm: z.object({ grants }),
};

/** Terms without purchased quantities. Usage-based prices name dimensions but grant nothing. */
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

/** An item of `acceptedTerms`: an object with one member, named after the kind of term. */
const acceptedTerm = z.looseObject({
  configurableUpfrontPricingTerm: known.configurableUpfrontPricingTerm.nullish(),
  fixedUpfrontPricingTerm: known.fixedUpfrontPricingTerm.nullish(),
  freeTrialPricingTerm: known.freeTrialPricingTerm.nullish(),
});

type AcceptedTerms = readonly z.output<typeof acceptedTerm>[];

/** Returns what was bought according to the accepted terms, and the kinds of terms that could not be evaluated. */
function selectionIn(
  terms: AcceptedTerms,
): Pick<Agreement, 'dimensions' | 'unlimited'> & { readonly notCompared: readonly string[] } {
  const configured = terms.flatMap(({ configurableUpfrontPricingTerm: term }) =>
    (term?.configuration?.dimensions ?? []).map(({ dimensionKey, dimensionValue }) => ({
      key: dimensionKey,
      quantity: dimensionValue,
    })),
  );
  const fixed = terms.flatMap(({ fixedUpfrontPricingTerm: term }) => term?.grants ?? []);
  const trial = terms.flatMap(({ freeTrialPricingTerm: term }) => term?.grants ?? []);
  // A trial counts only if nothing else was bought.
  const given = configured.length + fixed.length > 0 ? fixed : trial;
  const counted = given.flatMap(({ dimensionKey: key, maxQuantity: quantity }) =>
    typeof key === 'string' && typeof quantity === 'number' ? [{ key, quantity }] : [],
  );
  // Without a quantity, AWS grants as much as the buyer uses.
  const uncounted = given.filter(({ maxQuantity }) => typeof maxQuantity !== 'number');
  const unlimited = uncounted.flatMap(({ dimensionKey }) => dimensionKey || []);
  const kinds = given.length > counted.length ? [withoutMaxQuantity] : [];
  const unknown = terms.flatMap((term) =>
    Object.entries(term).flatMap(([kind, value]) =>
      kind in known || withoutQuantity.includes(kind) || !mentionsQuantity(value) ? [] : [kind],
    ),
  );
  return {
    dimensions: [...configured, ...counted],
    notCompared: [...new Set([...kinds, ...unknown])],
    // If a dimension has no name, what was accepted is unknown.
    ...(unlimited.length > 0 && unlimited.length + counted.length === given.length ? { unlimited } : {}),
  };
}

/** Whether any member is named dimension, quantity or grant. */
function mentionsQuantity(term: unknown): boolean {
  if (typeof term !== 'object' || term === null) return false;
  return Object.entries(term).some(
    ([name, value]) => /dimension|quantity|grant/i.test(name) || mentionsQuantity(value),
  );
}

/**
 * Returns the agreements for a product that the account has accepted, newest first, with the terms of the active ones.
 * An agreement counts even if its terms or licenses cannot be read.
 */
type AskAgreements = (productId: string, buyerAccountId: string) => Promise<readonly FoundAgreement[]>;

const licensed = z.object({ licenseArn: text });

const summaryShape = z.object({
  agreementId: z.string().min(1),
  status: text,
  acceptor: z.object({ accountId: text }).nullish(),
  proposalSummary: z.object({ resources: listOf(z.object({ id: text })) }).nullish(),
  acceptanceTime: epochSeconds,
  startTime: epochSeconds,
  endTime: epochSeconds,
  lastUpdateTime: epochSeconds,
  initialAgreementId: text,
  endTimeBehaviorType: text,
  entitlements: listOf(licensed),
});
type AgreementSearchSummary = z.output<typeof summaryShape>;

const searchShape = z.object({ agreementViewSummaries: z.array(summaryShape), nextToken: text });
const termsShape = z.object({ acceptedTerms: listOf(acceptedTerm), nextToken: text });
const entitlementsShape = z.object({ agreementEntitlements: listOf(licensed), nextToken: text });

/** `at` is AWS's time; null if the answer had none. */
interface Summarized {
  readonly summary: AgreementSearchSummary;
  readonly at: Date | null;
}

/**
 * Connects to the Agreement API as the proposer: https://docs.aws.amazon.com/marketplace/latest/APIReference —
 * SearchAgreements. The filters PartyType and AgreementType are required. The others narrow the search, but older
 * versions of the service reject some of them; then the search is repeated with fewer filters, and the results are
 * filtered here.
 */
export async function connectAgreements({ options, credentials, ask, time }: ApiConnection): Promise<AskAgreements> {
  const endpoint = await endpointOf('Marketplace Agreement', options);
  const host = endpoint ?? `agreement-marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceAgreementClient({ ...clientConfig(options, endpoint), credentials });
  keepRawAnswers(client, host, time);

  const search = async (filters: readonly Filter[]): Promise<readonly Summarized[] | 'refused'> => {
    try {
      return await readPages('SearchAgreements', host, async (nextToken) => {
        const input = { catalog: 'AWSMarketplace', filters: [...filters], maxResults: 50, nextToken };
        const answer = await ask('aws-marketplace:SearchAgreements', host, async (abortSignal) => {
          try {
            return await rawAnswer(client.send(new SearchAgreementsCommand(input), { abortSignal }));
          } catch (error) {
            if (error instanceof ValidationException && filters.length > 2) return null;
            throw error;
          }
        });
        if (answer === null) throw new Refused();
        const { json, at } = answer;
        const page = parseAnswer(searchShape, json, 'SearchAgreements', host);
        return { items: page.agreementViewSummaries.map((summary) => ({ summary, at })), next: page.nextToken };
      });
    } catch (error) {
      if (error instanceof Refused) return 'refused';
      throw error;
    }
  };

  const selection = async (agreementId: string) => {
    const terms = await readPages('GetAgreementTerms', host, async (nextToken) => {
      const command = new GetAgreementTermsCommand({ agreementId, maxResults: 50, nextToken });
      const { json } = await ask('aws-marketplace:GetAgreementTerms', host, (abortSignal) =>
        rawAnswer(client.send(command, { abortSignal })),
      );
      const page = parseAnswer(termsShape, json, 'GetAgreementTerms', host);
      return { items: page.acceptedTerms, next: page.nextToken };
    });
    return selectionIn(terms);
  };

  const licences = async (agreementId: string): Promise<readonly string[]> => {
    const rows = await readPages('GetAgreementEntitlements', host, async (nextToken) => {
      const command = new GetAgreementEntitlementsCommand({ agreementId, maxResults: 50, nextToken });
      const { json } = await ask('aws-marketplace:GetAgreementEntitlements', host, (abortSignal) =>
        rawAnswer(client.send(command, { abortSignal })),
      );
      const page = parseAnswer(entitlementsShape, json, 'GetAgreementEntitlements', host);
      return { items: page.agreementEntitlements, next: page.nextToken };
    });
    return rows.flatMap(({ licenseArn }) => licenseArn || []);
  };

  const toAgreement = async ({ summary, at }: Summarized, buyerAccountId: string): Promise<FoundAgreement> => {
    const { agreementId: id, status } = summary;
    const active = status === 'ACTIVE';
    const named = summary.entitlements.flatMap(({ licenseArn }) => licenseArn || []);
    const [bought, licensed] = active
      ? await Promise.all([readable(selection(id)), readable(licences(id))])
      : [{ dimensions: [], notCompared: [], unlimited: undefined }, []];
    return {
      id,
      status: status || 'UNKNOWN',
      buyerAccountId,
      acceptedAt: summary.acceptanceTime?.toISOString() ?? null,
      updatedAt: summary.lastUpdateTime?.toISOString() ?? null,
      ...(summary.startTime ? { startsAt: summary.startTime.toISOString() } : {}),
      ...(active && startsLater(summary, at, host) ? { startsLater: true } : {}),
      ...(active && ['RENEW', 'REPLACE'].includes(summary.endTimeBehaviorType ?? '') ? { renews: true } : {}),
      endsAt: summary.endTime?.toISOString() ?? null,
      initialAgreementId: summary.initialAgreementId ?? null,
      dimensions: bought?.dimensions ?? null,
      ...(bought && bought.notCompared.length > 0 ? { notCompared: bought.notCompared } : {}),
      ...(bought?.unlimited ? { unlimited: bought.unlimited } : {}),
      licenseArns: [...new Set([...named, ...(licensed ?? [])])],
    };
  };

  return async (productId, buyerAccountId) => {
    const required = [filter('PartyType', 'Proposer'), filter('AgreementType', 'PurchaseAgreement')];
    const narrow = [filter('ResourceIdentifier', productId), filter('AcceptorAccountId', buyerAccountId)];
    let found = await search([...required, ...narrow]);
    if (found === 'refused') found = await search([...required, ...narrow.slice(0, 1)]);
    if (found === 'refused') found = await search(required);
    if (found === 'refused') throw new Error('a search with the required filters alone is never made again');

    const ofBuyer = found
      .filter(({ summary }) => summary.acceptor?.accountId === buyerAccountId)
      .filter(({ summary }) => summary.proposalSummary?.resources.some(({ id }) => id === productId));
    const agreements = await Promise.all(ofBuyer.map((one) => toAgreement(one, buyerAccountId)));
    return agreements.sort((a, b) => (b.updatedAt ?? '').localeCompare(a.updatedAt ?? ''));
  };
}

/** Compares by AWS's clock. Without it, a start before the agreement's acceptance or last update is in the past. */
function startsLater(
  { startTime, acceptanceTime, lastUpdateTime }: AgreementSearchSummary,
  at: Date | null,
  host: string,
): boolean {
  if (!startTime) return false;
  const known = [acceptanceTime, lastUpdateTime, at].flatMap((time) => (time ? [time.getTime()] : []));
  if (known.some((time) => startTime.getTime() <= time)) return false;
  if (at !== null) return true;
  throw misshapen(
    'SearchAgreements',
    host,
    'it has no Date header, which mp-verify needs to know whether an agreement has started',
  );
}

/**
 * Null if these credentials lack the permission, or the service lacks the operation. Errors that affect every request,
 * and transient ones, are rethrown: they do not say whether something is missing.
 */
async function readable<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const lacks = error instanceof CouldNotCheck && ['access-denied', 'not-aws', 'aws-error'].includes(error.code);
    if (lacks && !error.transient) return null;
    throw error;
  }
}

/** The service rejected a filter. */
class Refused extends Error {}

function filter(name: string, value: string): Filter {
  return { name, values: [value] };
}
