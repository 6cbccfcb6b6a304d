import { z } from 'zod';
import { customerIdentifier } from '../customer-identifier.ts';
import { resolveToken } from '../registration-tokens.ts';
import { AwsError } from './aws-error.ts';
import { defineOperation } from './operation.ts';

const input = z.object({ RegistrationToken: z.string().min(1) });

/**
 * The buyer behind a registration token; the same again and again until it expires. AWS says that the caller must be the
 * account that published the product. Which error another account gets is not documented: here the token is invalid, as an
 * unknown one is. An expired one is expired to everybody.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html
 */
export const resolveCustomer = defineOperation(
  'metering',
  'ResolveCustomer',
  input,
  (asked, { world, caller, now }) => {
    const found = resolveToken(world, asked.RegistrationToken, now);
    // Expired credentials have the same name on AWS: only the message tells the two apart.
    if (found === 'expired') throw new AwsError('ExpiredTokenException', 'The registration token has expired.');
    const product = found === 'unknown' ? undefined : world.products.find(({ id }) => id === found.productId);
    if (found === 'unknown' || product?.ownerAccountId !== caller.accountId) {
      throw new AwsError('InvalidTokenException', 'The registration token is invalid.');
    }
    return {
      CustomerIdentifier: customerIdentifier(product, found.buyerAccountId) ?? undefined,
      ProductCode: product.code ?? undefined,
      CustomerAWSAccountId: found.buyerAccountId,
      LicenseArn: found.licenseArn ?? undefined,
    };
  },
);
