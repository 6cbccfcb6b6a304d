import type * as z from 'zod';
import type { Buyer } from '../checklist/buyers.ts';
import type { Confirmation } from '../checklist/confirmations.ts';
import type { Result } from '../checklist/model.ts';
import type { Agreement, EntitlementRow, ProductPage } from '../checklist/outputs.ts';
import type { CheckSchema } from '../checklist/parse-checklist.ts';
import type { FullReason, ReasonTable } from '../checklist/reasons.ts';
import type { CouldNotCheck } from '../errors.ts';
import type { Caller, Marketplace, Product } from '../ports/marketplace.ts';
import { isLoopback, type Settings, type Web } from '../ports/saas.ts';

/** A kind of check: the fields of its step, its reasons, and how it observes. */
export interface CheckKind extends CheckSchema {
  /** Every reason that this kind can give, in addition to the codes of `CouldNotCheck`. */
  readonly reasons: ReasonTable;
  /** A pass counts only if the next observation, a moment later, also passes: the nodes of a system may disagree. */
  readonly confirms?: true;
  /**
   * A sentence about what the check does to the seller's system, for the operator to allow or skip; null if the check
   * only reads. Without a terminal the check is skipped.
   */
  asksFirst?(fields: Readonly<Record<string, unknown>>): string | null;
  observe(fields: Readonly<Record<string, unknown>>, context: CheckContext): Promise<Observation>;
}

export type Observation = Result & {
  /** Waiting longer cannot change the result. */
  readonly final?: boolean;
  /** On a terminal, the operator must confirm having read the reason before the walk continues. */
  readonly acknowledge?: boolean;
  /** On a terminal, the operator may say that the existing contract is the one to confirm. */
  readonly contractInTheWay?: boolean;
};

/**
 * What a check may use. Every method rejects with `CouldNotCheck` if AWS could not be asked. That is never a verdict.
 */
export interface CheckContext {
  readonly marketplace: Marketplace;
  /** Uses the test buyer's credentials (`--buyer-profile`); null without them. */
  readonly buyerMarketplace: Marketplace | null;
  readonly web: Web;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** The buyer of this checklist, or null. Never null for a check with `needsBuyer`. */
  readonly buyer: Buyer | null;
  /** What the buyer had at the start of the run; null without a baseline. */
  readonly baseline: Baseline | null;
  /** A later step waits for a purchase, so a contract at the baseline would prevent it. */
  readonly beforePurchase: boolean;
  /**
   * What the newest entitlements check of this checklist found, or null. It may be out of date, so use it only to say
   * what has changed since.
   */
  readonly granted: readonly EntitlementRow[] | null;
  /** Replaces every `warn-within`, in ms; null if the checklist decides. */
  readonly expiresWithin: number | null;
  now(): Date;
  /** The caller, and a product that the caller's account owns. */
  target(): Promise<OwnedProduct>;
  page(): Promise<FullReason & { readonly page: ProductPage }>;
  /** The results of this product's use cases in the saved runs. `maxAge` is in ms. */
  confirmations(maxAge: number): Promise<ConfirmedUseCases>;
}

export interface ConfirmedUseCases {
  readonly useCases: readonly Confirmation[];
  /** The error of the first unreadable run, which may hold a newer result; null if all runs can be read. */
  readonly damaged: CouldNotCheck | null;
}

interface Baseline {
  readonly entitlements: readonly EntitlementRow[];
  /** Null if they could not be read. */
  readonly agreements: readonly Agreement[] | null;
}

interface OwnedProduct {
  readonly caller: Caller;
  readonly product: Product;
}

/** Defines a kind of check, with the type of its fields derived from their schema. */
export function defineCheck<const Shape extends z.ZodRawShape>(
  kind: Omit<CheckKind, 'fields' | 'asksFirst' | 'observe'> & {
    readonly fields: Shape;
    asksFirst?(fields: z.output<z.ZodObject<Shape>>): string | null;
    observe(fields: z.output<z.ZodObject<Shape>>, context: CheckContext): Promise<Observation>;
  },
): CheckKind {
  // `parseChecklist` has already parsed the fields with this schema.
  const typed = (fields: Readonly<Record<string, unknown>>) => fields as z.output<z.ZodObject<Shape>>;
  return {
    ...kind,
    asksFirst: (fields) => kind.asksFirst?.(typed(fields)) ?? null,
    observe: (fields, context) => kind.observe(typed(fields), context),
  };
}

/** Whether the check may call loopback addresses. If the AWS endpoint is on this machine, the SaaS may be too. */
export function mayAskLoopback({ marketplace }: Pick<CheckContext, 'marketplace'>): boolean {
  return marketplace.endpoint !== null && isLoopback(marketplace.endpoint);
}

/** Truncates text to 100 characters, for reports. */
export function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** A text without differences of case, width and white space. */
export function folded(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
