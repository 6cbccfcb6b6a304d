import { expect, test } from 'vitest';
import { CouldNotTell } from '../../src/errors.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { acmeMarketplace, buyer, seller } from '../support/acme.ts';
import { look } from './look.ts';

/** The marketplace as the test buyer's own credentials see it. */
const asBuyer = (options: number | Error, accountId = buyer): Marketplace =>
  acmeMarketplace({ caller: () => ({ ...seller, accountId }), purchaseOptions: [options] });

test.each<[what: string, as: () => Marketplace | null, status: string, reason: RegExp]>([
  ['sees options', () => asBuyer(2), 'pass', /444455556666 sees 2 purchase options/],
  ['sees none', () => asBuyer(0), 'fail', /sees no purchase option.*allowlist/],
  [
    'may not ask',
    () => asBuyer(new CouldNotTell('access-denied', 'No permission.', 'Add it.')),
    'error',
    /No permission. Add it/,
  ],
  ['has given no credentials', () => null, 'not-applicable', /--buyer-profile/],
])('a buyer who %s', async (_, as, status, reason) => {
  const found = await look('check: purchase-options', { buyerMarketplace: as() });
  expect(found).toMatchObject({ status, reason: expect.stringMatching(reason) });
  if (status !== 'pass' && status !== 'not-applicable') expect(found.advisory, 'it does not decide').toBe(true);
});

test('credentials of another buyer say nothing about this one', async () => {
  const buyerMarketplace = acmeMarketplace({ caller: () => ({ ...seller, accountId: '555566667777' }) });
  expect(await look('check: purchase-options', { buyerMarketplace })).toMatchObject({
    status: 'not-applicable',
    reason: expect.stringMatching(/555566667777.*444455556666/),
  });
});
