import { describe, expect, test } from 'vitest';
import type { EntitlementRow } from '../../src/checklist/outputs.ts';
import { saasContract } from '../../src/checks/saas-contract.ts';
import { CouldNotCheck } from '../../src/errors.ts';
import type { ContractApi } from '../../src/ports/saas.ts';
import { deaf, localServer, type Page, pages } from '../http/local-server.ts';
import { buyer, checkContext, pro, type Scene } from './check-context.ts';

const secret = 'Bearer c4nary-s3cret';
const ends = '2026-12-23T14:44:00Z';

function row(more: Partial<EntitlementRow> = {}): EntitlementRow {
  return {
    dimension: 'pro_plan',
    plan: 'Pro',
    value: 10,
    expirationDate: ends,
    licenseArn: 'arn:aws:license-manager::111122223333:license:l-e52ca6f38bf8',
    customerAwsAccountId: buyer,
    customerIdentifier: null,
    active: true,
    ...more,
  };
}

const other = 'arn:aws:license-manager::111122223333:license:l-0aaaaaaaaaaa';
const right = { plan: 'professional', seats: 10, until: '2026-12-23' };

function api(url: string, more: Partial<ContractApi> = {}): ContractApi {
  return {
    url: `${url}/contracts/\${buyer}?key=c4nary-s3cret`,
    headers: { Authorization: secret },
    items: null,
    plan: 'plan',
    quantity: 'seats',
    endDate: 'until',
    accounts: null,
    plans: { professional: 'pro_plan', starter: 'basic_plan' },
    ...more,
  };
}

const path = `/contracts/${buyer}?key=c4nary-s3cret`;

/** A look at a SaaS that answers this JSON, or this page. */
async function looked(answer: unknown, scene: Scene = {}, more: Partial<ContractApi> = {}) {
  const page: Page = Array.isArray(answer) ? (answer as unknown as Page) : [200, {}, JSON.stringify(answer)];
  const { url, received } = await localServer(pages({ [path]: page }));
  const found = await saasContract.observe({}, checkContext({ granted: [row()], api: api(url, more), ...scene }));
  return { found, received, url };
}

describe('what the SaaS shows', () => {
  test('the same passes, and is kept', async () => {
    const { found, received } = await looked(right);
    expect(found).toMatchObject({
      status: 'pass',
      code: 'saas-agrees',
      values: { shown: ['plan professional, quantity 10, end date 2026-12-23'], left: [] },
      output: { kind: 'saas-contract', contract: { plan: 'professional', quantity: 10, endDate: '2026-12-23' } },
    });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'GET', path });
    expect(received[0]?.headers).toMatchObject({ authorization: secret, accept: 'application/json' });
  });

  test.each([
    ['the quantity', { seats: 1 }, { fields: ['quantity'], expected: [10], actual: [1] }],
    ['no quantity', { seats: null }, { fields: ['quantity'], actual: [null] }],
    ['the plan', { plan: 'starter' }, { fields: ['plan'], expected: ['Pro (pro_plan)'], actual: ['starter'] }],
    ['a plan that is not in the map', { plan: 'free' }, { fields: ['plan'], actual: ['free'] }],
    ['no plan', { plan: '' }, { fields: ['plan'], actual: [null] }],
    [
      'the end, by two days',
      { until: '2026-12-25' },
      { fields: ['end date'], expected: ['2026-12-23 14:44 UTC'], actual: ['2026-12-25'] },
    ],
    ['the end, by a year', { until: '2027-12-23T14:44:00Z' }, { fields: ['end date'] }],
    ['the end, by a day and a minute', { until: '2026-12-24T14:45:00Z' }, { fields: ['end date'] }],
    ['no end', { until: null }, { fields: ['end date'], actual: [null] }],
    ['everything', { plan: 'starter', seats: 1, until: '2026-01-01' }, { fields: ['plan', 'quantity', 'end date'] }],
  ])('a difference fails and is named: %s', async (_, change, values) => {
    const { found } = await looked({ ...right, ...change });
    expect(found).toMatchObject({ status: 'fail', code: 'saas-differs', values });
    expect(found.final).toBeUndefined();
  });

  test('expected and actual stand side by side, and only differences differ', async () => {
    const { found } = await looked({ ...right, seats: 1 });
    expect(found).toMatchObject({
      expected: { plan: 'Pro (pro_plan)', quantity: 10, 'end date': '2026-12-23 14:44 UTC' },
      actual: { plan: 'Pro (pro_plan)', quantity: 1, 'end date': '2026-12-23 14:44 UTC' },
    });
  });

  test.each([
    ['without an end', null, null],
    ['without an end, which AWS writes as 9999', '9999-01-01T00:00:00Z', null],
    ['in the year 9999', '9999-01-01T00:00:00Z', '9999-12-31'],
  ])('a contract %s is the same there', async (_, expirationDate, until) => {
    const granted = [row({ expirationDate })];
    expect((await looked({ ...right, until }, { granted })).found.status).toBe('pass');
    expect((await looked({ ...right, until: '2026-12-23' }, { granted })).found.status).toBe('fail');
  });

  test.each(['Never', 'N/A', '-'])('%j is no end where AWS has none, and no proof elsewhere', async (until) => {
    const granted = [row({ expirationDate: null })];
    expect((await looked({ ...right, until }, { granted })).found).toMatchObject({ status: 'pass' });
    expect((await looked({ ...right, until })).found).toMatchObject({ code: 'end-date-unreadable' });
    const alone = await looked({ until }, { granted }, { plan: null, quantity: null });
    expect(alone.found).toMatchObject({ status: 'error', code: 'end-date-unreadable' });
  });

  test.each([
    ['end date', { until: '12/11/2026' }, 'end-date-unreadable', { shown: '12/11/2026' }],
    ['quantity', { seats: '1.200' }, 'quantity-unreadable', { shown: '1.200', granted: '10' }],
    ['quantity in words', { seats: 'ten' }, 'quantity-unreadable', { shown: 'ten', granted: '10' }],
  ])('an %s that can be read in two ways, or in none, could not be compared', async (_, change, code, values) => {
    const { found } = await looked({ ...right, ...change });
    expect(found).toMatchObject({ status: 'error', code, values });
    // What differs for certain is a failure all the same.
    expect((await looked({ ...right, ...change, plan: 'starter' })).found).toMatchObject({
      status: 'fail',
      code: 'saas-differs',
    });
  });

  test('the names of AWS need no map, other names do', async () => {
    for (const plan of ['pro_plan', 'Pro']) {
      expect((await looked({ ...right, plan }, {}, { plans: {} })).found.status).toBe('pass');
    }
    expect((await looked({ ...right, plan: 'Basic' }, {}, { plans: {} })).found.status).toBe('fail');
    expect((await looked(right, {}, { plans: {} })).found).toMatchObject({
      status: 'error',
      code: 'plan-unknown',
      values: { plan: 'professional' },
    });
  });

  test('what is not asked for is not compared, and is named', async () => {
    const { found } = await looked(right, {}, { endDate: null });
    expect(found).toMatchObject({ status: 'pass', values: { left: ['end date'] } });
    expect((await looked({ seats: 9 }, {}, { plan: null, endDate: null })).found).toMatchObject({
      status: 'fail',
      expected: { quantity: 10 },
      actual: { quantity: 9 },
    });
  });

  test('where nothing is asked for, nothing passes', async () => {
    const { found } = await looked(right, {}, { plan: null, quantity: null, endDate: null });
    expect(found).toMatchObject({ status: 'error', final: true });
  });

  test('an empty answer is no contract without an end', async () => {
    const { found } = await looked({}, { granted: [row({ expirationDate: null })] }, { plan: null, quantity: null });
    expect(found).toMatchObject({ status: 'fail', code: 'saas-shows-nothing' });
  });

  test.each([
    ['a list', 'all[].plan', true, 'returned a list'],
    ['an object', '@', true, 'returned an object'],
    ['nothing to count, yet', 'length(missing)', false, 'failed'],
  ])('an expression that finds %s is said', async (_, plan, final, words) => {
    const trouble = looked({ all: [{ plan: 'a' }] }, {}, { plan });
    await expect(trouble).rejects.toThrow(CouldNotCheck);
    await expect(trouble).rejects.toMatchObject({ message: expect.stringContaining(words), transient: !final });
  });

  test('values deep in an answer are found', async () => {
    const data = {
      contracts: [
        { plan: 'old', active: false },
        { plan: 'professional', active: true },
      ],
      seats: '10',
    };
    const { found } = await looked(data, {}, { plan: 'contracts[?active].plan | [0]', endDate: null });
    expect(found).toMatchObject({ status: 'pass', output: { contract: { plan: 'professional', quantity: 10 } } });
  });
});

describe('an answer that cannot be compared', () => {
  test.each<[string, Page, string, boolean | undefined, string]>([
    ['404: not yet', [404], 'fail', undefined, 'saas-knows-no-contract'],
    ['204: not yet', [204], 'fail', undefined, 'saas-knows-no-contract'],
    ['401', [401], 'error', true, 'saas-refuses-credentials'],
    ['403', [403], 'error', true, 'saas-refuses-credentials'],
    ['400', [400], 'error', undefined, 'saas-other-status'],
    ['429', [429], 'error', undefined, 'saas-fails'],
    ['500', [500], 'error', undefined, 'saas-fails'],
    ['503', [503], 'error', undefined, 'saas-fails'],
    ['HTML', [200, {}, '<html>'], 'error', true, 'saas-not-json'],
    ['nothing', [200], 'error', true, 'saas-not-json'],
    ['too much', [200, {}, Buffer.alloc(1024 * 1024 + 1)], 'error', true, 'saas-unanswered'],
  ])('%s', async (_, page, status, final, code) => {
    const { found, url } = await looked(page);
    expect(found).toMatchObject({ status, code, values: { origin: url } });
    expect(found.final).toBe(final);
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  test('no answer is waited out', async () => {
    const found = await saasContract.observe({}, checkContext({ granted: [row()], api: api(deaf) }));
    expect(found).toMatchObject({
      status: 'error',
      final: false,
      code: 'saas-unanswered',
      values: { kind: 'network', origin: deaf },
    });
    const { url: silent } = await localServer(() => {});
    const late = await saasContract.observe(
      {},
      checkContext({ granted: [row()], api: api(silent), within: { timeoutMs: 30 } }),
    );
    expect(late).toMatchObject({ status: 'error', final: false, values: { kind: 'timeout' } });
    expect(JSON.stringify([found, late])).not.toContain('s3cret');
  });

  test('http elsewhere, and loopback beside the real AWS, are never asked', async () => {
    const { url, received } = await localServer(pages({}));
    for (const asked of [url, 'http://saas.example', 'https://169.254.169.254']) {
      const found = await saasContract.observe({}, checkContext({ granted: [row()], api: api(asked), endpoint: null }));
      expect(found).toMatchObject({ status: 'error', final: true });
    }
    expect(received).toEqual([]);
  });

  test('an abort ends it', async () => {
    const stopping = new AbortController();
    const { url } = await localServer(() => stopping.abort(new Error('stopped')));
    const look = saasContract.observe({}, checkContext({ granted: [row()], api: api(url), signal: stopping.signal }));
    await expect(look).rejects.toThrow('stopped');
  });

  test('credentials do not follow a redirect to another origin, and the reason tells of it', async () => {
    const elsewhere = await localServer(pages({ '/login': [401] }));
    const { found, received, url } = await looked([302, { location: `${elsewhere.url}/login` }]);
    expect(received[0]?.headers.authorization).toBe(secret);
    expect(JSON.stringify(elsewhere.received)).not.toContain('s3cret');
    expect(elsewhere.received).toHaveLength(1);
    expect(found).toMatchObject({
      status: 'error',
      final: true,
      code: 'saas-refuses-credentials',
      values: { origin: elsewhere.url, redirectedFrom: url, status: 401 },
    });
  });
});

describe('how many accounts the SaaS has for the buyer', () => {
  const accounts = 'accounts';

  test.each([1, '1', ' 1 '])('%j is right', async (count) => {
    expect((await looked({ ...right, accounts: count }, {}, { accounts })).found).toMatchObject({ status: 'pass' });
  });

  test.each([0, 2, '3'])('%j is wrong, whatever the contract', async (count) => {
    const { found } = await looked({ ...right, accounts: count }, {}, { accounts });
    expect(found).toMatchObject({
      status: 'fail',
      code: 'other-accounts',
      actual: { accounts: Number(count) },
    });
  });

  test.each([undefined, 'many', true, 'yes', '1 account', '1 account left', '1.0', 1.5, -1])(
    '%j can not be told',
    async (count) => {
      const { found } = await looked({ ...right, accounts: count }, {}, { accounts });
      expect(found).toMatchObject({ status: 'error', code: 'accounts-unknown' });
    },
  );
});

describe('what there is to compare with', () => {
  test('not configured does not apply', async () => {
    expect(await saasContract.observe({}, checkContext({ granted: [row()] }))).toMatchObject({
      status: 'not-applicable',
      code: 'not-configured',
    });
  });

  test('a usage-based product has nothing to compare', async () => {
    const { found, received } = await looked(right, { dimensions: [{ ...pro, types: ['Metered'] }] });
    expect(found).toMatchObject({ status: 'not-applicable', code: 'usage-based' });
    expect(received).toEqual([]);
    // Nor does it lack a configuration.
    const unset = await saasContract.observe({}, checkContext({ dimensions: [{ ...pro, types: ['Metered'] }] }));
    expect(unset).toMatchObject({ status: 'not-applicable', code: 'usage-based' });
  });

  test('of two licenses the new one counts', async () => {
    const [old, bought] = [row({ licenseArn: other, value: 5 }), row()];
    const scene = { granted: [old, bought], baseline: [old] };
    expect((await looked(right, scene)).found.status).toBe('pass');
    const { found } = await looked({ ...right, seats: 5 }, scene);
    expect(found).toMatchObject({ status: 'fail', values: { fields: ['quantity'], expected: [10], actual: [5] } });
  });

  test('uses the new quantity of a changed license', async () => {
    const scene = { granted: [row()], baseline: [row({ value: 5 })] };
    expect((await looked(right, scene)).found.status).toBe('pass');
    expect((await looked({ ...right, seats: 5 }, scene)).found.status).toBe('fail');
  });

  test.each([5, 10])('one answer for two licenses, 10 and %j, is not enough', async (value) => {
    const granted = [row(), row({ licenseArn: other, value })];
    expect((await looked(right, { granted })).found).toMatchObject({
      status: 'error',
      final: true,
      code: 'several-licences',
      values: { licences: ['l-e52ca6f38bf8', 'l-0aaaaaaaaaaa'] },
    });
  });

  test('with a license in the URL each license is asked for, and each must be right', async () => {
    const granted = [row(), row({ licenseArn: other, value: 5 })];
    const served = { 'l-e52ca6f38bf8': 10, 'l-0aaaaaaaaaaa': 5 };
    const ask = async (seats: Readonly<Record<string, number>>) => {
      const { url, received } = await localServer(({ path: asked }, response) => {
        const licence = new URL(asked, 'http://x').searchParams.get('licence') ?? '';
        response.end(JSON.stringify({ ...right, seats: seats[licence] ?? null }));
      });
      const look = await saasContract.observe(
        {},
        checkContext({ granted, api: { ...api(url), url: `${url}/\${buyer}?licence=\${licence}` } }),
      );
      return { look, asked: received.map(({ path: at }) => at) };
    };
    const { look, asked } = await ask(served);
    expect(look).toMatchObject({
      status: 'pass',
      reason: expect.stringMatching(/l-e52ca6f38bf8: .* l-0aaaaaaaaaaa: /),
    });
    expect(asked).toEqual([`/${buyer}?licence=l-e52ca6f38bf8`, `/${buyer}?licence=l-0aaaaaaaaaaa`]);
    expect((await ask({ ...served, 'l-0aaaaaaaaaaa': 4 })).look).toMatchObject({
      status: 'fail',
      reason: expect.stringMatching(/^l-0aaaaaaaaaaa: /),
      values: { licence: 'l-0aaaaaaaaaaa', fields: ['quantity'], expected: [5], actual: [4] },
    });
  });

  test('where AWS names no license, it cannot be asked for', async () => {
    const look = looked(right, { granted: [row({ licenseArn: null })] }, { url: `http://127.0.0.1/\${licence}` });
    await expect(look).rejects.toMatchObject({ code: 'no-licence' });
  });

  test('the product code can say which product of the SaaS is meant', async () => {
    const { url, received } = await localServer(pages({}));
    const scene = { granted: [row()], api: { ...api(url), url: `${url}/\${product.code}/\${buyer}` } };
    const context = checkContext(scene);
    await saasContract.observe({}, context);
    const { product } = await context.target();
    expect(received.map(({ path: at }) => at)).toEqual([`/${product.code}/${buyer}`]);
    const target = async () => ({ ...(await context.target()), product: { ...product, code: null } });
    await expect(saasContract.observe({}, { ...context, target })).rejects.toMatchObject({
      code: 'no-product-code',
      hint: expect.stringContaining('Finish creating the product'),
    });
    expect(received).toHaveLength(1);
  });

  test('what is put into the URL is percent-encoded', async () => {
    const { url, received } = await localServer(pages({}));
    const granted = [row({ licenseArn: 'arn:odd/../x?y' })];
    await saasContract.observe({}, checkContext({ granted, api: { ...api(url), url: `${url}/a/\${licence}/b` } }));
    expect(received.map(({ path: at }) => at)).toEqual(['/a/arn%3Aodd%2F..%2Fx%3Fy/b']);
  });

  test('a dimension with quantity 0 was not chosen', async () => {
    const granted = [row({ dimension: 'basic_plan', plan: 'Basic', value: 0 }), row()];
    expect((await looked(right, { granted })).found.status).toBe('pass');
    expect((await looked({ ...right, plan: 'starter', seats: 0 }, { granted })).found.status).toBe('fail');
  });
});
