import type { z } from 'zod';
import type { Buyer } from '../checklist/buyer.ts';
import type { EntitlementRow, ProductPage, Result } from '../checklist/model.ts';
import type { CheckSchema } from '../checklist/schema.ts';
import type { Caller, Marketplace, Product } from '../ports/marketplace.ts';

/** A kind of check: its fields, then one look at the world. */
export interface CheckKind extends CheckSchema {
  look(fields: Readonly<Record<string, unknown>>, context: LookContext): Promise<Look>;
}

/** `final`: waiting longer can't change it. */
export type Look = Result & { readonly final?: boolean };

/** Everything rejects with `CouldNotTell` where AWS could not be asked, which is never a verdict. */
export interface LookContext {
  readonly marketplace: Marketplace;
  /** Of this checklist; only checks that need one may ask. */
  readonly buyer: Buyer;
  /** What the buyer had when the run first looked; null where no baseline was read. */
  readonly baseline: readonly EntitlementRow[] | null;
  now(): Date;
  /** Who is asking, and about which product; the account is the product's owner. */
  target(): Promise<Target>;
  page(): Promise<{ readonly page: ProductPage; readonly remark: string }>;
}

interface Target {
  readonly caller: Caller;
  readonly product: Product;
}

/** Ties the type of the fields to their schema. */
export function defineCheck<const Shape extends z.ZodRawShape>(kind: {
  readonly summary: string;
  readonly fields: Shape;
  readonly needsBuyer: boolean;
  readonly waits: boolean;
  look(fields: z.output<z.ZodObject<Shape>>, context: LookContext): Promise<Look>;
}): CheckKind {
  // `parseChecklist` has made the fields with this very schema.
  return { ...kind, look: (fields, context) => kind.look(fields as z.output<z.ZodObject<Shape>>, context) };
}
