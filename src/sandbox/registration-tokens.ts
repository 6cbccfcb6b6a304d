import { randomBytes } from 'node:crypto';
import type { World } from './world.ts';

/** What a token stands for: a visit of the buyer of that licence. */
export interface RegistrationOrder {
  readonly buyerAccountId: string;
  readonly productId: string;
  /** Null for a contract that was made without one. */
  readonly licenseArn: string | null;
}

export interface RegistrationToken extends RegistrationOrder {
  readonly token: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/**
 * AWS's guide says 4 hours, and on the same page "approximately one hour": the sandbox takes the shorter, so that nobody
 * builds on the longer.
 * https://docs.aws.amazon.com/marketplace/latest/userguide/saas-product-customer-setup.html
 */
const lifetimeMs = 60 * 60 * 1000;

/**
 * What "Set up your account" sends as `x-amzn-marketplace-token`: a new one for each visit. Base64, always with `+`, `/` and
 * `=`: whoever decodes the form a second time makes a space of the `+`.
 */
export function issueToken(world: World, { now, ...order }: RegistrationOrder & { readonly now: number }): string {
  let token: string;
  do token = randomBytes(97).toString('base64');
  while (!token.includes('+') || !token.includes('/'));
  world.registrationTokens.push({ ...order, token, expiresAt: now + (world.tokenLifetimeMs ?? lifetimeMs) });
  return token;
}

/** A token resolves as often as it is asked for, to the same order, until it expires. */
export function resolveToken(world: World, token: string, now: number): RegistrationOrder | 'expired' | 'unknown' {
  const issued = world.registrationTokens.find((row) => row.token === token);
  if (issued === undefined) return 'unknown';
  const { buyerAccountId, productId, licenseArn, expiresAt } = issued;
  return now < expiresAt ? { buyerAccountId, productId, licenseArn } : 'expired';
}
