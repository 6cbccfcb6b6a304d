import { isAccountId } from '../checklist/buyers.ts';
import type { Agreement } from '../checklist/model.ts';
import { CouldNotTell } from '../errors.ts';
import type { LookContext } from './check-kind.ts';

export type AgreementsAnswer =
  | { readonly agreements: readonly Agreement[] }
  | { readonly agreements: null; readonly why: string };

/**
 * The buyer's agreements for the product. A missing permission is an answer: it only makes the observation poorer, and
 * entitlements stand in. Trouble that concerns every question (credentials, throttling) is thrown on.
 */
export async function buyerAgreements({ marketplace, buyer, target }: LookContext): Promise<AgreementsAnswer> {
  const { product } = await target();
  if (buyer === null || !isAccountId(buyer)) {
    return { agreements: null, why: 'Agreements can only be looked up by the AWS account id of a buyer.' };
  }
  try {
    return { agreements: await marketplace.agreements(product.id, buyer) };
  } catch (error) {
    if (!(error instanceof CouldNotTell)) throw error;
    if (!degrading.includes(error.code)) throw error;
    // What the operator can allow is said; a proxy that is mended comes up with the next question.
    const hint = error.code === 'access-denied' ? error.hint : null;
    return { agreements: null, why: [sentence(error.message), hint].filter(Boolean).join(' ') };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Of the Agreement API alone: where the rest of AWS is out of reach as well, the next question says so. */
const degrading = ['access-denied', 'not-aws', 'aws-error', 'network'];
