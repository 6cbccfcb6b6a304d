import { expect, test } from 'vitest';
import { buyerFilter, isAccountId, parseBuyer } from '../../src/checklist/buyers.ts';
import { UserError } from '../../src/errors.ts';

test.each([
  ['444455556666', '444455556666', 'CUSTOMER_AWS_ACCOUNT_ID'],
  ['4444-5555-6666', '444455556666', 'CUSTOMER_AWS_ACCOUNT_ID'],
  [' 444455556666\n', '444455556666', 'CUSTOMER_AWS_ACCOUNT_ID'],
  ['001234567890', '001234567890', 'CUSTOMER_AWS_ACCOUNT_ID'],
  ['7vBT7cnzEYf', '7vBT7cnzEYf', 'CUSTOMER_IDENTIFIER'],
  ['cust-1-2', 'cust-1-2', 'CUSTOMER_IDENTIFIER'],
])('%j is the buyer %s, asked for by %s', (value, buyer, filter) => {
  expect(parseBuyer(value)).toBe(buyer);
  expect(buyerFilter(buyer)).toBe(filter);
  expect(isAccountId(buyer)).toBe(filter === 'CUSTOMER_AWS_ACCOUNT_ID');
});

test.each([
  ['44445555666', '11'],
  ['4444555566667', '13'],
  ['4444-5555-666', '11'],
  ['1', '1'],
  ['', '0'],
  ['--', '0'],
])('%j has %s digits: a typing error, not an identifier', (value, digits) => {
  expect(() => parseBuyer(value)).toThrow(UserError);
  expect(() => parseBuyer(value)).toThrow(new RegExp(`12 digits, but this has ${digits}\\.`));
});

test.each([
  '4444 5555 6666',
  '4444–5555–6666',
  '４４４４５５５５６６６６',
  'a b',
  'x'.repeat(256),
  'new-signup=444455556666',
])('%j is not a buyer', (value) => {
  expect(() => parseBuyer(value)).toThrow(UserError);
  expect(() => parseBuyer(value)).toThrow(/is not a valid buyer/);
});
