import { describe, expect, test } from 'vitest';
import type { SaasBugName } from '../../src/ports/sandbox.ts';
import { documentOf, openMachine } from './machine.ts';

/** Addresses where people would meet the real AWS Marketplace; its documentation is none. */
const real = /https:\/\/(?:[\w-]+\.)?(?:console\.)?(?<!docs\.)aws\.amazon\.com\/(?:marketplace|partnercentral)\S*/;

describe('no address of the real AWS Marketplace is shown', () => {
  test.each([
    ['new-signup', ['c', 'p', 'c', 'f', { line: 'no' }, 'k']],
    ['contract-change', ['c', 'f', { line: 'no' }, 'k']],
    ['registration --buyer 666677778888', ['s', 'p', 'c', 'p', 'q']],
  ] as const)(
    'in a walk of %s, in what is copied for a colleague, and in what is told of it later',
    async (id, moves) => {
      const machine = await openMachine();
      const walked = await machine.run(`run ${id} --sandbox`, [...moves]);
      expect(walked.stderr).toContain('127.0.0.1');
      const told = [
        walked,
        await machine.run('runs show'),
        await machine.run('report'),
        await machine.run('report --format markdown'),
      ];
      for (const { stdout, stderr } of told) expect(`${stdout}${stderr}`).not.toMatch(real);
    },
  );

  test('while the document names the page as AWS does', async () => {
    const machine = await openMachine();
    const { target } = documentOf(await machine.run('run contract-change --sandbox --rehearse --json'));
    expect(target.product?.url).toBe('https://aws.amazon.com/marketplace/pp/prodview-sandboxnotes1');
  });

  test('where Discovery does not name the page, and it is asked for', async () => {
    const machine = await openMachine({ fault: (action) => (action === 'GetProduct' ? 'access-denied' : null) });
    const url = await machine.run('product-url', null);
    const asked = await machine.run('run contract-change --buyer 666677778888', ['g', 'q']);
    expect(url.stderr).toMatch(
      /2\. Open the list of SaaS products:\s+http:\/\/127\.0\.0\.1:\d+\/marketplace\/management\/products\/saas/,
    );
    for (const { stdout, stderr } of [url, asked]) expect(`${stdout}${stderr}`).not.toMatch(real);
  });
});

describe('a failed part shows what the calls of the SaaS say', () => {
  test.each<[SaasBugName, string, RegExp]>([
    [
      'ignores-contract-change',
      'contract-change',
      /sandbox: AWS granted the change .* has not called GetEntitlements since\. *sandbox: The sandbox sends no events \(EventBridge, SNS\)/,
    ],
    [
      'crashes-on-empty-entitlements',
      'contract-change',
      /sandbox: GetEntitlements returned page 1 with no rows and a NextToken .*never requested page 2/,
    ],
    [
      'decodes-token-twice',
      'new-signup',
      /sandbox: ResolveCustomer returned 400, InvalidTokenException: .*decoded twice/,
    ],
    ['get-only-registration', 'new-signup', /sandbox: The SaaS has not called ResolveCustomer in this sandbox/],
  ])('%s in %s', async (bug, checklist, hint) => {
    const machine = await openMachine();
    const { stderr } = await machine.run(`run ${checklist} --sandbox --rehearse --saas-bug ${bug}`);
    expect(stderr.replace(/\s+/g, ' ')).toMatch(hint);
  });
});

test.each<[string, sandbox: string, words: string | null]>([
  ['3 days ahead', '2026-11-20T09:00:00Z', "This machine's clock is 3 days ahead of AWS's."],
  ['7 min behind', '2026-11-23T09:07:00Z', "This machine's clock is 7 min behind AWS's."],
  ['right', '2026-11-23T09:00:02Z', null],
])('a walk says at its top that the clock of the machine is off: %s', async (_, sandbox, words) => {
  const machine = await openMachine({ now: () => Date.parse(sandbox) });
  const { stderr } = await machine.run('run new-signup --buyer 444455556666', ['q']);
  const [top = ''] = stderr.replaceAll(/\s+/g, ' ').split(' 1/13 ');
  if (words === null) expect(top).not.toContain('clock');
  else expect(top).toContain(words);
});
