import { randomBytes } from 'node:crypto';
import type { Shop } from './shop.ts';
import type { StoredAgreement } from './stored-agreement.ts';

/** AWS's documentation says four hours, and on the same page about one: the sandbox believes the first. */
const lifetimeMs = 4 * 60 * 60 * 1000;

/**
 * A new registration token for a contract, to be posted as `x-amzn-marketplace-token`; earlier ones stay good until they
 * expire. Opaque as AWS's are. It holds percent signs, so a SaaS that decodes it twice, or never, does not find it again.
 */
export function issueToken(
  { productId, buyerAccountId, licenseArn }: Pick<StoredAgreement, 'productId' | 'buyerAccountId' | 'licenseArn'>,
  { world, now }: Pick<Shop, 'world' | 'now'>,
): string {
  // 94 is no multiple of three: there is always padding to encode.
  const token = encodeURIComponent(randomBytes(94).toString('base64'));
  world.registrations.push({ token, productId, buyerAccountId, licenseArn, expiresAt: now + lifetimeMs });
  return token;
}
