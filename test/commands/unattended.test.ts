import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../src/checklist/report-document.ts';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import type { LocalSandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import type { SandboxWorld } from '../../src/sandbox/world.ts';
import { start } from '../sandbox/support.ts';
import { documentOf, openMachine } from './machine.ts';

const seller = '111122223333';
const buyer = '444455556666';
const run = `run new-signup --no-input --json --buyer ${buyer}`;
const inSandbox = 'run new-signup --no-input --json --sandbox';
const everyAnswer = 'page purchase sign-up-page sign-up sign-in inspect'.split(' ');
const answers = `answers: { new-signup: { ${everyAnswer.map((step) => `${step}: pass`).join(', ')} } }`;

function step(document: Report, id: string) {
  return document.checklists.flatMap(({ steps }) => steps).find((each) => each.id === id);
}

function worldWith(change: (world: SandboxWorld) => Partial<SandboxWorld>): SandboxWorld {
  const world = defaultWorld(start);
  return { ...world, ...change(world) };
}

describe('unattended', () => {
  test('a run leaves manual steps pending, exit 3, and stdout is exactly one document', async () => {
    const machine = await openMachine();
    const ended = await machine.run(inSandbox);
    expect(ended.code).toBe(3);
    const document = documentOf(ended);
    expect(document).toMatchObject({ verdict: 'incomplete', run: { sandbox: true }, tally: { pass: 5, pending: 7 } });
    expect(step(document, 'page')).toMatchObject({ status: 'pending', by: null, code: 'needs-person' });
    expect(step(document, 'inspect')).toMatchObject({ status: 'pending', code: 'stopped-before' });
    expect(ended.stderr).toMatch(/^INCOMPLETE {2}New sign-up after purchase/m);
  });

  test('the next checklist starts although the one before it has stopped', async () => {
    const machine = await openMachine();
    const ended = await machine.run(['run', 'use-cases', '--sandbox', '--no-input', '--json']);
    expect(ended.code).toBe(3);
    expect(documentOf(ended).checklists.map(({ tally }) => tally.pass)).toEqual([5, 5, 4]);
  });

  test('answers that pass everything do not pass without a purchase: "no agreement", exit 1', async () => {
    const machine = await openMachine();
    await machine.write('answers.yaml', answers);
    const ended = await machine.run(`${inSandbox} --answers answers.yaml --max-wait 0s`);
    expect(ended.code).toBe(1);
    const document = documentOf(ended);
    expect(document.verdict).toBe('fail');
    expect(step(document, 'purchase')).toMatchObject({
      status: 'fail',
      by: 'both',
      code: 'no-agreement',
      actual: { agreement: 'no agreement' },
    });
    expect(step(document, 'inspect')).toMatchObject({ status: 'pending' });
  });

  test('answers pass a run in which AWS grants the contract while it waits, exit 0', async () => {
    const world = defaultWorld(start);
    const [contract] = world.entitlements;
    const [agreed] = world.agreements;
    // The purchase arrives between the first look for it and the second; the baseline is look number one.
    const fault: LocalSandboxOptions['fault'] = (action, nth) => {
      const licenseArn = `arn:aws:license-manager::${seller}:license:l-${'0'.repeat(31)}1`;
      if (action === 'SearchAgreements' && nth === 3 && contract && agreed) {
        const id = 'agmt-sandboxboughtbyhand00001';
        world.agreements.push({ ...agreed, id, initialAgreementId: id, buyerAccountId: buyer, licenseArn });
        world.entitlements.push({ ...contract, buyerAccountId: buyer, licenseArn });
      }
      return null;
    };
    // Buyers are sent to a SaaS of which the program knows nothing: what it shows is a person's word.
    const saas = createServer((_, answer) => answer.end('Welcome')).listen(0, '127.0.0.1');
    onTestFinished(() => void saas.close());
    await once(saas, 'listening');
    const fulfillmentUrl = `http://127.0.0.1:${(saas.address() as AddressInfo).port}/register`;
    const machine = await openMachine({ world, fault, fulfillmentUrl });
    await machine.write('answers.yaml', answers);
    const ended = await machine.run(`${run} --answers answers.yaml --operator Hanako`);
    expect(ended.code).toBe(0);
    const document = documentOf(ended);
    expect(document).toMatchObject({
      verdict: 'pass',
      tally: { pass: 12 },
      seen: { byProgram: 7, byPerson: 5, rehearsed: 0, disagreed: 0 },
    });
    expect(step(document, 'sign-up')).toMatchObject({ by: 'answers', operator: 'Hanako' });
  });

  test('nothing to do without a person is never a pass: a checklist of its own with a manual step', async () => {
    const machine = await openMachine();
    await machine.write('mine.yaml', 'version: 1\nid: mine\ntitle: Mine\nsteps:\n  - { id: a, title: A, do: Look. }\n');
    const ended = await machine.run(['run', './mine.yaml', '--sandbox', '--json']);
    expect([ended.code, documentOf(ended).verdict]).toEqual([3, 'incomplete']);
  });
});

describe('trouble with AWS is exit 4, "could not check" with the reason:', () => {
  const owner = '999988887777';
  const foreign = worldWith(({ products }) => ({
    products: products.map((product) => ({ ...product, ownerAccountId: owner, sharedWith: [seller] })),
  }));
  const denied = (what: string): LocalSandboxOptions => ({
    fault: (action) => (action === what ? 'access-denied' : null),
  });
  const statement = (action: string) => `{"Effect":"Allow","Action":["aws-marketplace:${action}"],"Resource":"*"}`;
  const cases: readonly (readonly [
    string,
    LocalSandboxOptions,
    readonly string[],
    string,
    code: string,
    readonly string[],
  ])[] = [
    [
      'another account',
      { world: foreign },
      ['--product', 'prod-sandboxnotes1'],
      'product',
      'wrong-account',
      [seller, owner],
    ],
    ['no permission to list', denied('ListEntities'), [], 'product', 'access-denied', [statement('ListEntities')]],
    ['no permission to see', denied('GetEntitlements'), [], 'before', 'access-denied', [statement('GetEntitlements')]],
    ['an expired token', { fault: () => 'expired-token' }, [], 'product', 'expired-credentials', ['AWS_SESSION_TOKEN']],
    ['a page of a proxy', { fault: () => 'html' }, [], 'product', 'not-aws', ['captive portal']],
    ['a connection that breaks', { fault: () => 'drop' }, [], 'product', 'network', ['http://127.0.0.1:']],
  ];
  test.each(cases)('%s', async (_, options, args, at, code, words) => {
    const machine = await openMachine(options);
    const ended = await machine.run(`${run} ${args.join(' ')}`);
    expect(ended.code).toBe(4);
    const document = documentOf(ended);
    expect(document).toMatchObject({ verdict: 'error', tally: { fail: 0, error: 1 } });
    expect(step(document, at)).toMatchObject({ status: 'error', by: 'check', code });
    for (const word of words) expect(step(document, at)?.reason).toContain(word);
    expect(ended.stderr).toMatch(/^COULD NOT CHECK {2}New sign-up after purchase/m);
  });

  test('nothing at the address', async () => {
    const machine = await openMachine();
    await machine.sandbox.close();
    const ended = await machine.run(run);
    expect(ended.code).toBe(4);
    expect(step(documentOf(ended), 'product')).toMatchObject({
      code: 'network',
      reason: expect.stringContaining(`${machine.sandbox.url}: the connection was refused (ECONNREFUSED)`),
    });
  });

  test('product-url says it as an error on stderr', async () => {
    const machine = await openMachine({ fault: () => 'access-denied' });
    const ended = await machine.run('product-url');
    expect([ended.code, ended.stdout]).toEqual([4, '']);
    expect(ended.stderr).toMatch(/^error: The credentials lack the permission .*\n {2}Add this statement to their IAM/);
  });

  test('entitlements --json says it as one document', async () => {
    const machine = await openMachine({ fault: () => 'access-denied' });
    const ended = await machine.run(['entitlements', '--buyer', buyer, '--json']);
    expect(ended.code).toBe(4);
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'access-denied' } });
  });
});

describe('what is wrong with the product or the choice of it', () => {
  test('two products in Limited visibility are exit 2 with title and id of each', async () => {
    const world = worldWith(({ products }) => ({
      products: products.map((product) => ({ ...product, visibility: 'Limited' as const })),
    }));
    const machine = await openMachine({ world });
    const ended = await machine.run(run);
    expect(ended.code).toBe(2);
    const { error } = JSON.parse(ended.stdout);
    expect(error.code).toBe('ambiguous-product');
    for (const word of ['"Acme Notes" prod-sandboxnotes1', '"Acme Boards" prod-sandboxboard1']) {
      expect(error.message).toContain(word);
    }
    expect(error.hint).toContain('--product');
  });

  test('rejects the seller as the buyer before anything is bought', async () => {
    const machine = await openMachine();
    const ended = await machine.run(['run', 'new-signup', '--no-input', '--json', '--sandbox', '--buyer', seller]);
    expect(ended.code).toBe(1);
    expect(step(documentOf(ended), 'ready')).toMatchObject({
      status: 'fail',
      code: 'seller-buys',
    });
  });
});

describe('product-url', () => {
  const page = 'https://aws.amazon.com/marketplace/pp/prodview-sandboxnotes1';

  test('prints the URL, of a sandbox its own, and nothing else; the document names it as AWS does', async () => {
    const machine = await openMachine();
    const stdout = `${machine.sandbox.url}/marketplace/pp/prodview-sandboxnotes1\n`;
    expect(await machine.run(['product-url'])).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(JSON.parse((await machine.run(['product-url', '--json'])).stdout).url).toBe(page);
  });

  test('--open has no page to open in a sandbox that ends with the command', async () => {
    const machine = await openMachine();
    const ended = await machine.run(['product-url', '--sandbox', '--open']);
    expect(ended).toMatchObject({ code: 2, outcome: { hint: expect.stringContaining('Start mp-verify sandbox') } });
  });

  test('--all prints a line for each SaaS product', async () => {
    const machine = await openMachine();
    const own = page.replace('https://aws.amazon.com', machine.sandbox.url);
    expect(await machine.run(['product-url', '--all'])).toMatchObject({
      code: 0,
      stdout: `${own}  prod-sandboxnotes1  Limited  Acme Notes\n${own.replace('notes1', 'board1')}  prod-sandboxboard1  Public  Acme Boards\n`,
      stderr: '',
    });
  });

  test('takes a URL that the operator knows, and checks only that it is one of a product page', async () => {
    const machine = await openMachine();
    const url = 'https://aws.amazon.com/marketplace/pp/prodview-3xw4sjqv2pb22';
    expect(await machine.run(['product-url', '--sandbox', '--url', url])).toMatchObject({
      code: 0,
      stdout: `${url}\n`,
    });
  });

  test('ends in 4 with an empty stdout where Discovery refuses, and says how to find the URL by hand', async () => {
    const world = worldWith(({ products }) => ({
      products: products.map((product) => ({ ...product, discoverable: false })),
    }));
    const machine = await openMachine({ world });
    const ended = await machine.run(['product-url']);
    expect([ended.code, ended.stdout]).toEqual([4, '']);
    for (const words of [
      `${machine.sandbox.url}/marketplace/procurement?productId=prod-sandboxnotes1`,
      `${machine.sandbox.url}/marketplace/management/products/saas`,
      '1. Sign in to AWS Marketplace Management Portal.',
      '2. Open the list of SaaS products',
      '3. Select the SaaS product',
      '4. Take the product page URL from the button "View on AWS Marketplace"',
    ]) {
      expect(ended.stderr).toContain(words);
    }
    const json = await machine.run(['product-url', '--json']);
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stdout)).toMatchObject({ productId: 'prod-sandboxnotes1', url: null, urlSource: null });
  });
});
