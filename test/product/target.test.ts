import { describe, expect, test } from 'vitest';
import { assertOwner, remember, resolveTarget } from '../../src/product/target.ts';
import { acmeNotes, seller } from '../support/acme.ts';
import { fakeMarketplace } from '../support/fake-marketplace.ts';

const other = { ...seller, accountId: '999988887777' };

describe('the product must be the own one of the caller', () => {
  test('which it is', () => {
    expect(() => assertOwner(seller, acmeNotes)).not.toThrow();
  });

  test('from another account nothing is concluded, and both accounts are named', () => {
    expect(() => assertOwner(other, acmeNotes)).toThrow(
      expect.objectContaining({
        name: 'CouldNotTell',
        code: 'wrong-account',
        transient: false,
        message: expect.stringMatching(/account 999988887777 \(profile mp-seller\).*belongs to account 111122223333/),
        hint: expect.stringMatching(/111122223333.*--profile/),
      }),
    );
  });

  test('an owner that AWS does not tell is not taken on trust', () => {
    expect(() => assertOwner(seller, { ...acmeNotes, ownerAccountId: null })).toThrow(
      expect.objectContaining({
        name: 'CouldNotTell',
        code: 'no-owner',
        message: expect.stringContaining(acmeNotes.id),
      }),
    );
  });
});

describe('the target', () => {
  test('is the caller, asked for first, and the product', async () => {
    const marketplace = fakeMarketplace({ caller: [seller], describeProduct: [acmeNotes] });
    expect(await resolveTarget(marketplace, acmeNotes.id, null)).toEqual({ caller: seller, product: acmeNotes });
    expect(marketplace.asked).toEqual(['caller', `describeProduct ${acmeNotes.id}`]);
  });

  test('is none where the product is of another account', async () => {
    const marketplace = fakeMarketplace({ caller: [other], describeProduct: [acmeNotes] });
    await expect(resolveTarget(marketplace, acmeNotes.id, null)).rejects.toMatchObject({ code: 'wrong-account' });
  });

  test('is none without credentials, and no product is asked for', async () => {
    const marketplace = fakeMarketplace({ caller: [new Error('no credentials')] });
    await expect(resolveTarget(marketplace, acmeNotes.id, null)).rejects.toThrow('no credentials');
    expect(marketplace.asked).toEqual(['caller']);
  });
});

describe('a question whose answer is kept', () => {
  test('is put once, also when it is asked twice at the same time', async () => {
    const { caller, asked } = fakeMarketplace({ caller: [seller] });
    const question = remember(caller);
    expect(asked).toEqual([]);
    expect(await Promise.all([question(), question()])).toEqual([seller, seller]);
    expect(await question()).toBe(seller);
    expect(asked).toEqual(['caller']);
  });

  test('is put again after it has failed', async () => {
    const { caller } = fakeMarketplace({ caller: [new Error('throttled'), seller] });
    const question = remember(caller);
    await expect(question()).rejects.toThrow('throttled');
    expect(await question()).toBe(seller);
  });
});
