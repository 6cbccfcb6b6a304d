import {
  type AgreementViewSummary,
  type Filter,
  GetAgreementEntitlementsCommand,
  GetAgreementTermsCommand,
  MarketplaceAgreementClient,
  SearchAgreementsCommand,
  ValidationException,
} from '@aws-sdk/client-marketplace-agreement';
import type { Agreement } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import { guardAnswers } from './answer-guard.ts';
import type { Ask } from './ask.ts';
import { notAws } from './explain.ts';
import { objects, readPages } from './pages.ts';
import { type ConnectOptions, clientConfig, endpointOf, region } from './settings.ts';

/**
 * Of a product's agreements, those that the account has accepted, newest first; terms of the active ones only. That an
 * agreement is there is known from the search: terms or licences that can't be read take nothing of that away.
 */
export type AskAgreements = (productId: string, buyerAccountId: string) => Promise<readonly Agreement[]>;

/**
 * The Agreement API, asked as the proposer: https://docs.aws.amazon.com/marketplace/latest/APIReference — SearchAgreements.
 * PartyType and AgreementType are required. The others narrow the search; older versions of the service refuse some of
 * them, so a refused search is made again with fewer, and what was refused is applied here.
 */
export async function connectAgreements(options: ConnectOptions, ask: Ask): Promise<AskAgreements> {
  const endpoint = await endpointOf('Marketplace Agreement', options);
  const host = endpoint ?? `agreement-marketplace.${region}.amazonaws.com`;
  const client = new MarketplaceAgreementClient(clientConfig(options, endpoint));
  guardAnswers(client, host, ['agreementViewSummaries', 'acceptedTerms', 'agreementEntitlements', 'nextToken']);
  const misshapen = () => notAws(host, null, 'its members are not those of an AWS answer');

  const search = async (filters: readonly Filter[]): Promise<readonly AgreementViewSummary[] | 'refused'> => {
    try {
      return await readPages(host, async (nextToken) => {
        const input = { catalog: 'AWSMarketplace', filters: [...filters], maxResults: 50, nextToken };
        const answer = await ask('aws-marketplace:SearchAgreements', host, async (abortSignal) => {
          try {
            return await client.send(new SearchAgreementsCommand(input), { abortSignal });
          } catch (error) {
            if (error instanceof ValidationException && filters.length > 2) return null;
            throw error;
          }
        });
        if (answer === null) throw new Refused();
        // Who does not list agreements has not been asked about them: an emulator, a proxy.
        if (!Array.isArray(answer.agreementViewSummaries)) throw notAws(host, null, 'SearchAgreements listed nothing');
        return { items: objects(answer.agreementViewSummaries, misshapen), next: answer.nextToken };
      });
    } catch (error) {
      if (error instanceof Refused) return 'refused';
      throw error;
    }
  };

  const selection = async (agreementId: string): Promise<Agreement['dimensions']> => {
    const terms = await readPages(host, async (nextToken) => {
      const command = new GetAgreementTermsCommand({ agreementId, maxResults: 50, nextToken });
      const answer = await ask('aws-marketplace:GetAgreementTerms', host, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return { items: objects(answer.acceptedTerms ?? [], misshapen), next: answer.nextToken };
    });
    return terms.flatMap(({ configurableUpfrontPricingTerm: term }) =>
      (term?.configuration?.dimensions ?? []).map(({ dimensionKey, dimensionValue }) => ({
        key: dimensionKey ?? '',
        quantity: dimensionValue ?? 0,
      })),
    );
  };

  const licences = async (agreementId: string): Promise<readonly string[]> => {
    const rows = await readPages(host, async (nextToken) => {
      const command = new GetAgreementEntitlementsCommand({ agreementId, maxResults: 50, nextToken });
      const answer = await ask('aws-marketplace:GetAgreementEntitlements', host, (abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return { items: objects(answer.agreementEntitlements ?? [], misshapen), next: answer.nextToken };
    });
    return rows.flatMap(({ licenseArn }) => licenseArn ?? []);
  };

  return async (productId, buyerAccountId) => {
    const required = [filter('PartyType', 'Proposer'), filter('AgreementType', 'PurchaseAgreement')];
    const narrow = [filter('ResourceIdentifier', productId), filter('AcceptorAccountId', buyerAccountId)];
    let found = await search([...required, ...narrow]);
    if (found === 'refused') found = await search([...required, ...narrow.slice(0, 1)]);
    if (found === 'refused') found = await search(required);
    if (found === 'refused') throw new Error('a search with the required filters alone is never made again');

    const ofBuyer = found
      .filter(({ acceptor }) => acceptor?.accountId === buyerAccountId)
      .filter(({ proposalSummary }) => proposalSummary?.resources?.some(({ id }) => id === productId));
    const agreements: Agreement[] = [];
    for (const summary of ofBuyer) {
      const id = summary.agreementId ?? '';
      const active = summary.status === 'ACTIVE';
      const named = (summary.entitlements ?? []).flatMap(({ licenseArn }) => licenseArn ?? []);
      agreements.push({
        id,
        status: summary.status ?? 'UNKNOWN',
        buyerAccountId,
        acceptedAt: summary.acceptanceTime?.toISOString() ?? null,
        updatedAt: summary.lastUpdateTime?.toISOString() ?? null,
        endsAt: summary.endTime?.toISOString() ?? null,
        initialAgreementId: summary.initialAgreementId ?? null,
        dimensions: active ? await readable(selection(id)) : [],
        licenseArns: active ? [...new Set([...named, ...((await readable(licences(id))) ?? [])])] : named,
      });
    }
    return agreements.sort((a, b) => (b.updatedAt ?? '').localeCompare(a.updatedAt ?? ''));
  };
}

/** Null where these credentials may not ask, or the service has no such operation; what concerns every question is thrown on. */
async function readable<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CouldNotTell && ['access-denied', 'not-aws', 'aws-error'].includes(error.code)) return null;
    throw error;
  }
}

/** The service does not take a filter: an answer, not an error. */
class Refused extends Error {}

function filter(name: string, value: string): Filter {
  return { name, values: [value] };
}
