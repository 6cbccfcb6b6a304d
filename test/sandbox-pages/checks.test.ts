import { describe, expect, test } from 'vitest';
import { registrationPage } from '../../src/checks/registration-page.ts';
import { saasContract } from '../../src/checks/saas-contract.ts';
import { noSettings } from '../../src/ports/saas.ts';
import type { SaasBugName } from '../../src/ports/sandbox.ts';
import { settingsInSandbox } from '../../src/run/sandbox.ts';
import { checkContext } from '../checks-web/check-context.ts';
import { openPages, signUp } from './support.ts';

describe('the checks of mp-verify', () => {
  test.each([
    [null, 'pass', 'token-refused'],
    ['get-only-registration', 'fail', 'route-missing'],
  ] as const)('find the registration page of the sample SaaS (%s): %s', async (bug, status, code) => {
    const { url } = await openPages(bug === null ? {} : { saasBug: bug });
    const scene = checkContext({ fulfillmentUrl: `${url}/saas/registration`, endpoint: url });
    const found = await registrationPage.observe({ post: true }, scene);
    expect(found).toMatchObject({ status, code });
  });

  test.each([
    [null, 'pass', 'plan Pro, quantity 7, end date 2026-12-23 09:00 UTC, which matches what AWS grants'],
    ['drops-quantity', 'fail', 'quantity: expected 7, the SaaS shows 1'],
    ['wrong-plan', 'fail', 'plan: expected Pro (pro), the SaaS shows Basic'],
    ['never-stores-contract', 'fail', "does not know this buyer's contract"],
  ] as const)('compare the sample SaaS (%s) with AWS: %s', async (bug: SaasBugName | null, status, words) => {
    const { url, browser, world, saas } = await openPages(bug === null ? {} : { saasBug: bug });
    await signUp(browser);
    const bought = world.entitlements.at(-1);
    const granted = [
      {
        dimension: 'pro',
        plan: 'Pro',
        value: 7,
        expirationDate: '2026-12-23T09:00:00.000Z',
        licenseArn: bought?.licenseArn ?? null,
        customerAwsAccountId: '444455556666',
        customerIdentifier: null,
        active: true,
      },
    ];
    const dimensions = [
      { key: 'pro', name: 'Pro', types: ['Entitled'] },
      { key: 'basic', name: 'Basic', types: ['Entitled'] },
    ] as const;
    const { contractApi: api } = settingsInSandbox(noSettings, saas);
    const found = await saasContract.observe({}, checkContext({ endpoint: url, granted, dimensions, api }));
    expect(found).toMatchObject({ status, reason: expect.stringContaining(words) });
  });
});

test('a SaaS that mp-verify.yaml names goes before the sample', async () => {
  const { saas } = await openPages();
  if (saas === null) throw new Error('there is no sample SaaS');
  const { signIn, contractPage } = saas;
  const named = { ...noSettings, contractApi: { ...saas.contractApi, url: 'http://127.0.0.1:3000/' } };
  expect(settingsInSandbox(named, saas)).toBe(named);
  expect(settingsInSandbox(noSettings, null)).toBe(noSettings);
  expect(settingsInSandbox(noSettings, saas).saas).toEqual({ signIn, contractPage });
});
