import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/errors.ts';
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

test('an error about the caller counts, even if another error comes first', async () => {
  const fault = (action: string, nth: number) => {
    if (action === 'ListEntities') return 'access-denied';
    if (action !== 'GetCallerIdentity') return null;
    return nth < 3 ? 'throttling' : 'expired-token';
  };
  const machine = await sellerOf(1, { fault });
  for (const command of ['product-url', 'product-url --all']) {
    const { code, stderr } = await machine.run(command);
    expect([code, stderr]).toEqual([4, expect.stringContaining('expired')]);
  }
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

describe('URLs found earlier', () => {
  /** A machine with so many products, and the number of calls of an action since the last look. */
  async function counted(count: number) {
    const calls: string[] = [];
    const fault = (action: string) => {
      calls.push(action);
      return null;
    };
    const machine = await sellerOf(count, { fault });
    const run = async (line: string) => {
      calls.length = 0;
      const ended = await machine.run(line);
      return { ...ended, asked: calls.filter((action) => action === 'GetProduct').length };
    };
    /** Changes a product in the sandbox. */
    const change = (nth: number, changes: Partial<typeof notes>) => {
      const { world } = machine.sandbox;
      world.products = world.products.map((product, i) => (i === nth ? { ...product, ...changes } : product));
    };
    return { machine, run, change };
  }

  const pages = (count: number) => Array.from({ length: count }, (_, nth) => page(nth));

  test('are not asked about again; --refresh asks again', async () => {
    const { machine, run } = await counted(25);
    const first = await run('product-url --all');
    expect(first.asked).toBe(25);
    expect(first.stderr).toBe('');

    await machine.clock.sleep(3 * 24 * 60 * 60 * 1000, machine.signal.signal);
    const second = await run('product-url --all');
    expect([second.asked, second.stdout, second.outcome]).toEqual([0, first.stdout, 'pass']);
    expect(second.stderr).toBe('25 of 25 URLs were found earlier, the oldest 3 days ago; --refresh asks again\n');

    const again = await run('product-url --all --refresh');
    expect([again.asked, again.stdout, again.stderr]).toEqual([25, first.stdout, '']);
  });

  test('are in the JSON document as before', async () => {
    const { run } = await counted(2);
    const first = await run('product-url --all --json');
    const second = await run('product-url --all --json');
    expect(second.asked).toBe(0);
    expect(second.stdout).toBe(first.stdout);
    expect(JSON.parse(first.stdout).products[0]).toMatchObject({ urlSource: 'discovery' });
  });

  test('leave only the others to ask about: new, changed and not found products', async () => {
    const { machine, run, change } = await counted(4);
    change(3, { discoverable: false });
    await run('product-url --all');
    const { world } = machine.sandbox;
    world.products = [...world.products, { ...notes, id: 'prod-4', title: 'Product 4', listingId: page(4) }];
    change(1, { visibility: 'Restricted' });
    change(2, { visibility: 'Public', listingId: 'prodview-public' });
    const { asked, stdout, stderr } = await run('product-url --all');
    expect(asked).toBe(4);
    expect(urls(stdout)).toEqual([page(0), 'prodview-public', page(4)]);
    expect(stderr).toContain('1 of 5 URLs were found earlier');
  });

  test('are kept when the command is stopped before the end', async () => {
    const stopping = new AbortController();
    const fault = (action: string, nth: number) => {
      if (action === 'GetProduct' && nth === 8) stopping.abort(new Interrupted('SIGINT'));
      return null;
    };
    const machine = await sellerOf(12, { fault });
    machine.signal = stopping;
    expect((await machine.run('product-url --all')).code).toBe(130);
    machine.signal = new AbortController();
    const { outcome, stdout, stderr } = await machine.run('product-url --all');
    expect([outcome, urls(stdout)]).toEqual(['pass', pages(12)]);
    expect(stderr).toMatch(/^[1-9] of 12 URLs were found earlier/);
  });

  test('are kept when AWS fails to return others', async () => {
    const fault = (action: string, nth: number) => (action === 'GetProduct' && nth === 1 ? ('html' as const) : null);
    const machine = await sellerOf(3, { fault });
    expect((await machine.run('product-url --all')).outcome).toBe('error');
    const { outcome, stderr } = await machine.run('product-url --all');
    expect(outcome).toBe('pass');
    expect(stderr).toContain('2 of 3 URLs were found earlier');
  });

  test('give way to the URL that the operator entered', async () => {
    const { run } = await counted(2);
    await run('product-url --all');
    const entered = 'https://aws.amazon.com/marketplace/pp/prodview-entered';
    await run(`product-url --product prod-1 --url ${entered}`);
    const { stdout, stderr } = await run('product-url --all');
    expect(urls(stdout)).toEqual([page(0), 'prodview-entered']);
    expect(stderr).toContain('1 of 2 URLs');
  });

  test('do not count for a single product or a run, which ask AWS and correct them', async () => {
    const { run, change } = await counted(2);
    await run('product-url --all');
    change(0, { listingId: 'prodview-new' });
    const single = await run('product-url --product prod-0');
    expect(single.asked).toBe(1);
    expect(single.stdout).toContain('prodview-new');

    change(1, { discoverable: false });
    const walk = await run('run new-signup --product prod-1 --no-input --json --buyer 444455556666');
    expect(walk.asked).toBeGreaterThan(0);
    expect(documentOf(walk).target?.product).toMatchObject({ url: null });

    const { asked, stdout } = await run('product-url --all');
    expect(asked).toBe(1);
    expect(urls(stdout)).toEqual(['prodview-new']);
  });

  test('--refresh needs --all', async () => {
    const { run } = await counted(1);
    const { code, stderr } = await run('product-url --refresh');
    expect(code).toBe(2);
    expect(stderr).toContain('--refresh needs --all');
  });

  test('are those of every page of the list', async () => {
    const { run } = await counted(60);
    expect(urls((await run('product-url --all')).stdout)).toEqual(pages(60));
    expect(urls((await run('product-url --all')).stdout)).toEqual(pages(60));
  });
});
