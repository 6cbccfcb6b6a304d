import { expect, test } from 'vitest';
import { CouldNotTell } from '../../src/errors.ts';
import type { Marketplace } from '../../src/ports/marketplace.ts';
import { acmeMarketplace, buyer, seller } from '../support/acme.ts';
import { observe } from './observe.ts';

/** The marketplace as the test buyer's own credentials see it. */
const asBuyer = (options: number | Error, accountId = buyer): Marketplace =>
  acmeMarketplace({ caller: () => ({ ...seller, accountId }), purchaseOptions: [options] });

test.each<[what: string, as: () => Marketplace | null, status: string, code: string, values?: object]>([
  ['sees options', () => asBuyer(2), 'pass', 'sees-options', { account: buyer, options: 2 }],
  ['sees none', () => asBuyer(0), 'fail', 'sees-no-option', { account: buyer }],
  [
    'may not ask',
    () => asBuyer(new CouldNotTell('access-denied', 'No permission.', 'Add it.')),
    'error',
    'access-denied',
  ],
  ['has given no credentials', () => null, 'not-applicable', 'needs-buyer-profile'],
])('a buyer who %s', async (_, as, status, code, values = {}) => {
  const found = await observe('check: purchase-options', { buyerMarketplace: as() });
  expect(found).toMatchObject({ status, code, values });
  if (status !== 'pass' && status !== 'not-applicable') expect(found.advisory, 'it does not decide').toBe(true);
});

test('credentials of another buyer say nothing about this one', async () => {
  const buyerMarketplace = acmeMarketplace({ caller: () => ({ ...seller, accountId: '555566667777' }) });
  expect(await observe('check: purchase-options', { buyerMarketplace })).toMatchObject({
    status: 'not-applicable',
    code: 'other-buyer-profile',
    values: { account: '555566667777', buyer },
  });
});
