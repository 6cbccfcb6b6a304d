import type { z } from 'zod';
import type { Buyer } from '../checklist/buyers.ts';
import type { Confirmation } from '../checklist/confirmations.ts';
import type { Agreement, EntitlementRow, ProductPage, Result } from '../checklist/model.ts';
import type { CheckSchema } from '../checklist/parse-checklist.ts';
import type { FullReason, ReasonTable } from '../checklist/reasons.ts';
import type { CouldNotTell } from '../errors.ts';
import type { Caller, Marketplace, Product } from '../ports/marketplace.ts';
import { isLoopback, type Settings, type Web } from '../ports/saas.ts';

/** A kind of check: its fields, then one look at the world. */
export interface CheckKind extends CheckSchema {
  /** Every reason that a look of this kind can give, beside the codes of `CouldNotTell`. */
  readonly reasons: ReasonTable;
  /** A pass counts only when the next look, a moment later, passes too: a system may have nodes that do not agree. */
  readonly confirms?: true;
  /**
   * What a look would do to the seller's system, in a sentence, for the operator to allow or skip beforehand; null where it
   * only reads. Without an operator to ask, it is skipped.
   */
  asksFirst?(fields: Readonly<Record<string, unknown>>): string | null;
  observe(fields: Readonly<Record<string, unknown>>, context: CheckContext): Promise<Observation>;
}

export type Observation = Result & {
  /** Waiting longer can't change it. */
  readonly final?: boolean;
  /** On a terminal the operator must say that they have read the reason before the walk goes on. */
  readonly acknowledge?: boolean;
  /** On a terminal the operator may say that the contract which is there already is the one to confirm. */
  readonly contractInTheWay?: boolean;
};

/** Everything rejects with `CouldNotTell` where AWS could not be asked, which is never a verdict. */
export interface CheckContext {
  readonly marketplace: Marketplace;
  /** The test buyer's own credentials, where the operator has given some: what a buyer can see. */
  readonly buyerMarketplace: Marketplace | null;
  readonly web: Web;
  readonly settings: Settings;
  readonly signal: AbortSignal;
  /** Of this checklist; null where it has none. Checks that need one are never walked without. */
  readonly buyer: Buyer | null;
  /** What the buyer had when the run first looked; null where no baseline was read. */
  readonly baseline: Baseline | null;
  /** A later step of the checklist waits for a purchase, so a contract at the baseline is in its way. */
  readonly beforePurchase: boolean;
  /**
   * What the newest entitlements check of this checklist found; null where there is none. It is as old as that check: only
   * to say what has changed since.
   */
  readonly granted: readonly EntitlementRow[] | null;
  now(): Date;
  /** Who is asking, and about which product; the account is the product's owner. */
  target(): Promise<Target>;
  page(): Promise<FullReason & { readonly page: ProductPage }>;
  /** What the runs that are kept say of the use cases of this product. Results older than `maxAge`, in ms, are too old. */
  confirmations(maxAge: number): Promise<ConfirmedUseCases>;
}

export interface ConfirmedUseCases {
  readonly useCases: readonly Confirmation[];
  /** The first run that can't be read, and so might say otherwise; null where all can. */
  readonly damaged: CouldNotTell | null;
}

interface Baseline {
  readonly entitlements: readonly EntitlementRow[];
  /** Null where they may not be read. */
  readonly agreements: readonly Agreement[] | null;
}

interface Target {
  readonly caller: Caller;
  readonly product: Product;
}

/** Ties the type of the fields to their schema. */
export function defineCheck<const Shape extends z.ZodRawShape>(
  kind: Omit<CheckKind, 'fields' | 'asksFirst' | 'observe'> & {
    readonly fields: Shape;
    asksFirst?(fields: z.output<z.ZodObject<Shape>>): string | null;
    observe(fields: z.output<z.ZodObject<Shape>>, context: CheckContext): Promise<Observation>;
  },
): CheckKind {
  // `parseChecklist` has made the fields with this very schema.
  const typed = (fields: Readonly<Record<string, unknown>>) => fields as z.output<z.ZodObject<Shape>>;
  return {
    ...kind,
    asksFirst: (fields) => kind.asksFirst?.(typed(fields)) ?? null,
    observe: (fields, context) => kind.observe(typed(fields), context),
  };
}

/** Where the AWS endpoint is on this machine, the SaaS may be there too. */
export function mayAskLoopback({ marketplace }: Pick<CheckContext, 'marketplace'>): boolean {
  return marketplace.endpoint !== null && isLoopback(marketplace.endpoint);
}

/** For a report: a longer text is cut to 100 characters. */
export function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
