import stringWidth from 'string-width';
import { beforeEach, describe, expect, test } from 'vitest';
import { actions } from '../../src/ports/marketplace.ts';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { openAws } from './aws.ts';
import { doctor, examined, sellerId, sellerKeys, useMachine } from './support.ts';

const machine = ['node', 'network', 'credentials', 'account', 'clock', 'product'];

beforeEach(() => useMachine());

test('all is well: every check passes, nothing is to be added, and it ends in 0', async () => {
  const aws = await openAws();
  const { outcome, document, stderr } = await examined(['--endpoint-url', aws.url]);
  expect({ outcome, stderr, ok: document.ok, account: document.account, policy: document.policy }).toEqual({
    outcome: 'pass',
    stderr: '',
    ok: true,
    account: sellerId,
    policy: null,
  });
  expect(document.checks.map(({ name, status }) => `${status} ${name}`)).toEqual(
    [...machine, ...actions].map((name) => `pass ${name}`),
  );
  for (const { name, neededFor } of document.checks) expect(neededFor === null).toBe(machine.includes(name));
});

test('it works in a sandbox of its own, and says that it is one', async () => {
  await useMachine({});
  const { outcome, stdout } = await doctor(['--sandbox']);
  expect(outcome).toBe('pass');
  expect(stdout).toMatch(/^Can mp-verify check the use cases\? +SANDBOX, not AWS\n/);
  expect(stdout).toContain('mp-verify run new-signup --sandbox\n');
});

test('it asks harmless questions only, and proves that AWS is reached without showing a key', async () => {
  const aws = await openAws();
  await doctor(['--endpoint-url', aws.url]);
  const names = new Set(aws.received.map(({ action }) => action));
  const permitted = actions.map((action) => action.replace('aws-marketplace:', ''));
  expect([...names].sort()).toEqual([...permitted, 'GetCallerIdentity'].sort());
  const unsigned = aws.received.filter(({ headers }) => headers.authorization === undefined);
  expect(unsigned.map(({ action }) => action)).toEqual(['ListEntities']);
});

describe('a role of mp-verify.yaml', () => {
  const config = 'role-arn: arn:aws:iam::111122223333:role/mp-verify\n';
  const agency = { ...sellerKeys, AWS_ACCESS_KEY_ID: defaultWorld(0).buyers['new-signup']?.accessKeyId ?? '' };

  test('is assumed, and both identities are named, with the file', async () => {
    await useMachine(agency);
    const aws = await openAws();
    const { outcome, of } = await examined(['--endpoint-url', aws.url], { config });
    expect(outcome).toBe('pass');
    expect(of('config')?.detail).toBe('mp-verify.yaml');
    expect(of('credentials')?.detail).toContain('role mp-verify, assumed with AWS_ACCESS_KEY_ID from the environment');
    expect(of('role')?.detail).toBe('assumed by arn:aws:iam::444455556666:user/mp-verify-sandbox');
    expect(of('account')?.detail).toMatch(/^111122223333, arn:aws:sts::111122223333:assumed-role\/mp-verify\//);
  });

  test('that cannot be assumed is one finding, with the statement to add', async () => {
    await useMachine(agency);
    const aws = await openAws({ faults: { AssumeRole: 'access-denied' } });
    const { outcome, document, of } = await examined(['--endpoint-url', aws.url], { config });
    expect(outcome).toBe('error');
    const statement =
      '{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/mp-verify"}';
    expect(of('credentials')).toMatchObject({ status: 'fail', detail: expect.stringContaining(statement) });
    const details = document.checks.filter(({ status }) => status === 'error').map(({ detail }) => detail);
    expect(new Set(details)).toEqual(
      new Set(['Could not check: the role cannot be assumed.', 'Could not check: the account is unknown.']),
    );
    expect(aws.received.filter(({ action }) => action === 'AssumeRole').length).toBeLessThan(3);
  });
});

test('a product that is listed by a part of its title is not the one that a run would take', async () => {
  const aws = await openAws({ products: [{ id: 'prod-one', title: 'Acme Notes' }] });
  const { of } = await examined(['--endpoint-url', aws.url], { config: 'products: [Notes]\n' });
  expect(of('product')).toMatchObject({ status: 'warning', detail: expect.stringContaining('lists "Notes"') });
});

test('of several accounts, the usual one is checked, and the others are named', async () => {
  const products = ['one', 'two', 'three', 'four'].map((name) => ({ id: `prod-${name}`, title: name }));
  const aws = await openAws({ products });
  const role = 'arn:aws:iam::111122223333:role/mp-verify';
  const config = `accounts: { emea: { profile: mp-emea }, main: { role-arn: "${role}" } }
defaults: { account: main }
products: [{ product: prod-one, account: emea }, prod-two, prod-three]
`;
  const asked = ['--endpoint-url', aws.url];
  const usual = await examined(asked, { config });
  expect(usual.of('config')?.detail).toBe(
    'mp-verify.yaml, account main; accounts not checked: emea (--product prod-one)',
  );
  expect(usual.of('product')).toMatchObject({ status: 'pass', detail: expect.stringContaining('prod-two') });
  expect(usual.of('credentials')?.detail).toContain('role mp-verify');
  expect((await doctor(asked, { config })).stdout).toContain('mp-verify run new-signup --product prod-two');
  expect((await doctor([...asked, '--config', 'mp-verify.yaml'], { config })).stdout).toContain(
    'mp-verify run new-signup --config mp-verify.yaml --product prod-two\n',
  );

  const other = await examined([...asked, '--product', 'prod-one'], { config });
  expect(other.of('config')?.detail).toBe(
    'mp-verify.yaml; its profile mp-emea is not used: AWS_ACCESS_KEY_ID is set; accounts not checked: main (--product prod-two)',
  );
  expect(other.of('credentials')?.detail).not.toContain('role mp-verify');

  const unlisted = await examined([...asked, '--product', 'prod-four'], { config });
  expect(unlisted.of('config')?.detail).toBe(
    'mp-verify.yaml, account main; accounts not checked: emea (--product prod-one)',
  );
  expect(unlisted.of('product')?.detail).toContain('prod-four');
  expect(unlisted.of('credentials')?.detail).toContain('role mp-verify');
});

describe('product', () => {
  const [one, two] = [
    { id: 'prod-one', title: 'One' },
    { id: 'prod-two', title: 'Two' },
  ] as const;

  test('of another account: both accounts are named', async () => {
    const foreign = { ownerAccountId: '999988887777', sharedWith: [sellerId] };
    const aws = await openAws({ products: [{ ...one, ...foreign }] });
    const { outcome, of, others } = await examined(['--endpoint-url', aws.url, '--product', one.id]);
    expect(outcome).toBe('error');
    expect(of('product')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/111122223333.*999988887777/),
    });
    expect(new Set(others('product'))).toEqual(new Set(['pass']));
  });

  test.each([
    ['several', [one, two], [], 'warning', 'pass', '--product'],
    ['several, one of them named', [one, two], ['--product', 'Two'], 'pass', 'pass', 'prod-two'],
    ['an unknown one', [one], ['--product', 'prod-three'], 'fail', 'error', `signed in to account ${sellerId}`],
    ['none', [], [], 'fail', 'error', 'owns no SaaS product'],
    ['one without a code', [{ ...one, code: null }], [], 'fail', 'error', 'no product code'],
  ] as const)('%s', async (_what, products, args, status, ends, words) => {
    const aws = await openAws({ products });
    const { outcome, of, others } = await examined(['--endpoint-url', aws.url, ...args]);
    expect(of('product')).toMatchObject({ status, detail: expect.stringContaining(words) });
    expect(outcome).toBe(ends);
    expect(new Set(others('product'))).toEqual(new Set(['pass']));
  });

  test('several, on a terminal: the operator chooses', async () => {
    const aws = await openAws({ products: [one, two] });
    const { of } = await examined(['--endpoint-url', aws.url], { choose: two.id });
    expect(of('product')).toMatchObject({ status: 'pass', detail: expect.stringContaining('prod-two') });
  });
});

describe('--buyer-profile', () => {
  const key = 'MPVERIFYSANDBOXBUYER1';
  const profile = (id: string) => `[buyer]\naws_access_key_id = ${id}\naws_secret_access_key = canary\n`;

  test("purchase options are asked for with the buyer's keys, and by nobody else", async () => {
    await useMachine(sellerKeys, { '.aws/credentials': profile(key) });
    const aws = await openAws();
    const { outcome, of, document } = await examined(['--endpoint-url', aws.url, '--buyer-profile', 'buyer']);
    expect(outcome).toBe('pass');
    expect(of('buyer credentials')).toMatchObject({ status: 'pass', detail: 'profile buyer, account 444455556666' });
    const names = document.checks.map(({ name }) => name);
    expect(names).toContain('buyer aws-marketplace:ListPurchaseOptions');
    expect(names).not.toContain('aws-marketplace:ListPurchaseOptions');
    const askers = aws.received.filter(({ action }) => action === 'ListPurchaseOptions');
    expect(askers.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])).toEqual([key]);
  });

  test("what the buyer lacks is not added to the seller's policy", async () => {
    await useMachine(sellerKeys, { '.aws/credentials': profile(key) });
    const aws = await openAws({ faults: { ListPurchaseOptions: 'access-denied' } });
    const { outcome, of, document } = await examined(['--endpoint-url', aws.url, '--buyer-profile', 'buyer']);
    expect({ outcome, policy: document.policy }).toEqual({ outcome: 'pass', policy: null });
    expect(of('buyer aws-marketplace:ListPurchaseOptions')).toMatchObject({
      status: 'warning',
      detail: expect.stringMatching(
        /buyer's account 444455556666: \{.*"Action":\["aws-marketplace:ListPurchaseOptions"\]/,
      ),
    });
  });

  test.each([
    ["the seller's own", 'MPVERIFYSANDBOXSELLER', "the seller's own account 111122223333"],
    ['unknown', 'MPVERIFYUNKNOWN', 'did not accept'],
  ])('keys that are %s', async (_what, id, words) => {
    await useMachine(sellerKeys, { '.aws/credentials': profile(id) });
    const aws = await openAws();
    const { outcome, of } = await examined(['--endpoint-url', aws.url, '--buyer-profile', 'buyer']);
    expect(outcome).toBe('pass');
    expect(of('buyer credentials')).toMatchObject({ status: 'warning', detail: expect.stringContaining(words) });
  });
});

test.each([
  ['20.18.3', 'fail', 'error'],
  ['18.20.0', 'fail', 'error'],
  ['20.19.0', 'pass', 'pass'],
  ['24.1.0', 'pass', 'pass'],
])('Node %s', async (nodeVersion, status, ends) => {
  const aws = await openAws();
  const { outcome, of, others } = await examined(['--endpoint-url', aws.url], { nodeVersion });
  expect([outcome, of('node')?.status]).toEqual([ends, status]);
  expect(new Set(others('node'))).toEqual(new Set(['pass']));
});

describe('the screen', () => {
  const hostile = { title: 'Acme \u001b[31mNotes\u202e 試験製品試験製品試験製品試験製品' };

  test.each([80, 40])('at %i columns nothing sticks out, but what is to be pasted', async (columns) => {
    const aws = await openAws({ products: [hostile], faults: { GetEntitlements: 'access-denied' } });
    const { stdout } = await doctor(['--endpoint-url', aws.url], { columns });
    for (const unsafe of ['\u001b', '\u202e']) expect(stdout).not.toContain(unsafe);
    expect(stdout).toContain('Acme \\x1b[31mNotes');
    const screen = stdout.replace(/^\{\n[\s\S]*?\n\}\n/m, '');
    const wide = screen.split('\n').filter((line) => stringWidth(line) > columns && !line.includes('http'));
    expect(wide).toEqual([]);
  });

  test('the status of each check is a word and a symbol, and the next steps end in one to take', async () => {
    const aws = await openAws({
      clockOff: 3,
      faults: { GetEntitlements: 'access-denied', SearchAgreements: 'access-denied', ListEntities: 'throttling' },
    });
    const { stdout } = await doctor(['--endpoint-url', aws.url]);
    expect(stdout).toMatch(/^✓ pass {13}node /m);
    expect(stdout).toMatch(/^~ warning {10}clock/m);
    expect(stdout).toMatch(/^! could not check {2}product/m);
    expect(stdout).toMatch(/^✗ FAIL {13}aws-marketplace:GetEntitlements/m);
    expect(stdout).toMatch(/^✗ mp-verify cannot check the use cases yet\./m);
    expect(stdout).toMatch(/\n {2}\d\. Run mp-verify doctor again\.\n$/);
  });

  test('the walk to begin with is the one of these options, and its command is not broken', async () => {
    const aws = await openAws();
    const { stdout } = await doctor(['--endpoint-url', aws.url, '--product', 'prod-sandboxnotes1'], { columns: 40 });
    expect(stdout).toMatch(/Next:\n {2}mp-verify run new-signup --product prod-sandboxnotes1\n$/);
  });
});
