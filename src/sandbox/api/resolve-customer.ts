import { z } from 'zod';
import { customerIdentifier } from '../customer-identifier.ts';
import { AwsError } from './aws-error.ts';
import { defineOperation } from './operation.ts';

const input = z.object({ RegistrationToken: z.string().min(1) });

/**
 * The buyer behind a registration token; the same again and again until it expires. AWS says that the caller must be the
 * account that published the product. Which error another account gets is not documented: here the token is invalid, as an
 * unknown one is.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html
 */
export const resolveCustomer = defineOperation(
  'metering',
  'ResolveCustomer',
  input,
  (asked, { world, caller, now }) => {
    const found = world.registrations.find(({ token }) => token === asked.RegistrationToken);
    const product = world.products.find(({ id }) => id === found?.productId);
    if (found === undefined || product?.ownerAccountId !== caller.accountId) {
      throw new AwsError('InvalidTokenException', 'The registration token is invalid.');
    }
    if (found.expiresAt <= now) throw new AwsError('ExpiredTokenException', 'The registration token has expired.');
    return {
      CustomerIdentifier: customerIdentifier(product, found.buyerAccountId) ?? undefined,
      ProductCode: product.code ?? undefined,
      CustomerAWSAccountId: found.buyerAccountId,
      LicenseArn: found.licenseArn ?? undefined,
    };
  },
);
