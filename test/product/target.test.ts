import { setImmediate } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { Caller } from '../../src/ports/marketplace.ts';
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
        name: 'CouldNotCheck',
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
        name: 'CouldNotCheck',
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

  test('is none without credentials, whatever is wrong with the product', async () => {
    const marketplace = fakeMarketplace({
      caller: [new Error('no credentials')],
      describeProduct: [new Error('no such product')],
    });
    await expect(resolveTarget(marketplace, acmeNotes.id, null)).rejects.toThrow('no credentials');
  });

  test('is asked for side by side: the product before the caller is known', async () => {
    const { promise, resolve } = withResolvers<Caller>();
    const marketplace = fakeMarketplace({ caller: () => promise, describeProduct: [acmeNotes] });
    const target = resolveTarget(marketplace, acmeNotes.id, null);
    expect(marketplace.asked).toEqual(['caller', `describeProduct ${acmeNotes.id}`]);
    resolve(seller);
    expect(await target).toEqual({ caller: seller, product: acmeNotes });
  });

  test('waits for the caller before the operator chooses: without credentials there is nothing to choose', async () => {
    const { promise, reject } = withResolvers<Caller>();
    const marketplace = fakeMarketplace({
      caller: () => promise,
      listProducts: [[acmeNotes, { ...acmeNotes, id: 'prod-other' }]],
    });
    const choose = vi.fn(async () => acmeNotes.id);
    const target = resolveTarget(marketplace, null, choose);
    await setImmediate();
    reject(new Error('no credentials'));
    await expect(target).rejects.toThrow('no credentials');
    await setImmediate();
    expect(choose).not.toHaveBeenCalled();
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

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((resolveIt, rejectIt) => {
    [resolve, reject] = [resolveIt, rejectIt];
  });
  return { promise, resolve, reject };
}
