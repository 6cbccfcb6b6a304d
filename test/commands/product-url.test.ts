import { expect, test } from 'vitest';
import { notes, worldWith } from '../sandbox/support.ts';
import { documentOf, openMachine } from './machine.ts';

/** A seller with so many products, whose pages AWS tells but for what goes wrong with the nth question of an API. */
async function sellerOf(count: number, fault: Parameters<typeof openMachine>[0] = {}) {
  const products = Array.from({ length: count }, (_, nth) => ({
    ...notes,
    id: `prod-${nth}`,
    title: `Product ${nth}`,
    listingId: `prodview-${nth}`,
  }));
  return openMachine({ world: worldWith({ products }), ...fault });
}

const urls = (stdout: string) => stdout.split('\n').flatMap((line) => /^\S*\/(prodview-\S+)/.exec(line)?.[1] ?? []);
const page = (nth: number) => `prodview-${nth}`;

test('product-url --all asks side by side, outlasts throttling, and keeps the order', async () => {
  let asking = 0;
  let most = 0;
  const fault = (action: string, nth: number) => {
    if (action !== 'GetProduct') return null;
    most = Math.max(most, ++asking);
    setImmediate(() => asking--);
    return nth % 3 === 0 ? ('throttling' as const) : null;
  };
  const machine = await sellerOf(30, { fault });
  const { outcome, stdout } = await machine.run('product-url --all');
  expect(outcome).toBe('pass');
  expect(urls(stdout)).toEqual(Array.from({ length: 30 }, (_, nth) => page(nth)));
  expect(most).toBeGreaterThan(1);
});

test('what could not be told ends in "error", with the rest printed and no null in its place', async () => {
  // The first few are answered, then the Discovery API is out of reach.
  const fault = (action: string, nth: number) => (action === 'GetProduct' && nth > 5 ? ('internal' as const) : null);
  const machine = await sellerOf(12, { fault });
  const { outcome, stdout, stderr } = await machine.run('product-url --all');
  expect(outcome).toBe('error');
  // Which ones: they are asked side by side.
  expect(urls(stdout)).toHaveLength(5);
  expect(stdout).not.toContain('- ');
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('Could not find the pages of 7 of 12 products');
  expect(stderr).toMatch(/prod-\d+: AWS returned InternalServerException/);
});

test('a product that could not be described is said, and the others are listed', async () => {
  const fault = (action: string) => (action === 'BatchDescribeEntities' ? ('access-denied' as const) : null);
  const machine = await sellerOf(2, { fault });
  const { outcome, stdout, stderr } = await machine.run('product-url --all --json');
  expect(outcome).toBe('error');
  expect(JSON.parse(stdout)).toEqual({ products: [] });
  expect(stderr).toContain('prod-0: The credentials lack the permission aws-marketplace:DescribeEntity');
});

test('a single product whose page AWS could not tell is "error", not a product without a page', async () => {
  const fault = (action: string) => (action === 'GetProduct' ? ('throttling' as const) : null);
  const machine = await sellerOf(1, { fault });
  const { outcome, stdout } = await machine.run('product-url');
  expect(stdout).toBe('');
  expect(outcome).toMatchObject({ name: 'CouldNotCheck', code: 'throttled' });
});

test('what a proxy answers is not a product without a page: it could not be told', async () => {
  const fault = (action: string, nth: number) => (action === 'GetProduct' && nth > 1 ? ('html' as const) : null);
  const machine = await sellerOf(3, { fault });
  const { code, stdout, stderr } = await machine.run('product-url --all');
  expect(code).toBe(4);
  expect(urls(stdout)).toHaveLength(1);
  expect(stdout).not.toContain('- ');
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('Could not find the pages of 2 of 3 products');
});

test('a walk continues without the page that a proxy keeps back, and says why', async () => {
  const machine = await openMachine({ fault: (action) => (action === 'GetProduct' ? 'html' : null) });
  const ended = await machine.run('run new-signup --no-input --json --buyer 444455556666');
  const [product] = documentOf(ended).checklists[0]?.steps ?? [];
  expect(product).toMatchObject({ status: 'pass', code: 'url-unknown' });
  expect(product?.reason).toMatch(/is not AWS.* purchase page is used/);
});
