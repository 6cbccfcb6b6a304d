import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Confirmation } from '../../src/checklist/confirmations.ts';
import { fleetStatus, type MatchedProduct } from '../../src/checklist/fleet-status.ts';
import { statusPage } from '../../src/reporters/status-html.ts';
import { allHostile } from '../support/hostile.ts';
import { findChrome } from './support/browser.ts';
import { axeFindings, overflow, screenshot } from './support/browser-audit.ts';

const chrome = findChrome();
const missing = 'missing' in chrome ? chrome.missing : null;
let browser: Browser;

beforeAll(async () => {
  if ('launch' in chrome) browser = await chrome.launch();
});
afterAll(() => browser?.close());

const now = new Date('2026-11-23T09:00:00.000Z');
const states = ['fail', 'missing', 'too-old', 'pass'] as const;

/** Products in every state, with long and hostile texts. */
function page(): string {
  const useCases = (first: number): readonly Confirmation[] =>
    ['New sign-up after purchase', 'Existing user signs in after purchase', 'Contract changed'].map((title, i) => {
      const state = states[(first + i) % 4] ?? 'pass';
      const has = state !== 'missing';
      return {
        ...{ checklist: `use-case-${i}`, title, state, run: has ? `use-case-${i}-7` : null },
        ...{ confirmedAt: has ? '2026-11-20T09:00:00.000Z' : null, operator: has ? 'Aiko Tanaka' : null },
        seen: { byProgram: 9, byPerson: 4, rehearsed: 0, disagreed: 0 },
        unfinished: i === 1 ? 'use-case-1-8' : null,
      };
    });
  const matched = [...states, 'pass'].map((_, i): MatchedProduct => {
    const name = `prod-lp5dq7gziiuy${i}`;
    return {
      product: {
        ...{ product: name, account: 'main', owner: i === 2 ? allHostile : 'team-notes', withoutSaas: false },
        waiver: i % 2 === 0 ? null : { until: '2027-01-15', reason: 'MP-412: no test contract yet' },
      },
      accountId: '111122223333',
      found:
        i === 4
          ? null
          : {
              ...{ productId: name, productCode: null, title: i === 2 ? `<b>${allHostile}` : 'Acme Notes' },
              ...{ accountId: '111122223333', useCases: useCases(i) },
            },
    };
  });
  const shown = {
    ...fleetStatus(matched, useCases(1), now, true),
    notCounted: [
      {
        productId: 'prod-z',
        title: 'Zebra',
        accountId: '1',
        listedAs: null,
        reason: 'mp-verify.yaml does not list it.',
      },
    ],
    leftOut: [{ run: 'new-signup-1', checklist: 'new-signup', reason: 'It ran in a sandbox.', productId: null }],
    unreadable: [{ id: 'new-signup-2', reason: 'Run new-signup-2 is damaged.' }],
    ...{ inUse: ['new-signup-3'], maxAge: 30 * 86_400_000, now },
  };
  return statusPage(shown, 'mp-verify.yaml', '0.1.0');
}

describe.skipIf(missing !== null)(`in a browser${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  test.each([
    { width: 1200, colorScheme: 'light', media: 'screen' },
    { width: 1200, colorScheme: 'dark', media: 'screen' },
    { width: 320, colorScheme: 'light', media: 'screen' },
    { width: 320, colorScheme: 'dark', media: 'screen' },
    // A4 without its margins, at 96 dpi.
    { width: 688, colorScheme: 'light', media: 'print' },
  ] as const)(
    'the page of a fleet is there for eyes and screen readers, and asks for nothing: %o',
    async ({ width, colorScheme, media }) => {
      const folder = await mkdtemp(join(tmpdir(), 'mp-verify-status-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, 'status.html'), page());
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      onTestFinished(() => context.close());
      const tab = await context.newPage();
      const asked: string[] = [];
      const told: string[] = [];
      tab.on('request', (request) => asked.push(request.url()));
      tab.on('console', (message) => told.push(message.text()));
      await tab.emulateMedia({ media });
      const address = pathToFileURL(join(folder, 'status.html')).href;
      await tab.goto(address);
      await tab.evaluate(axe.source);
      expect(await axeFindings(tab)).toEqual([]);
      expect(await tab.evaluate(overflow)).toEqual([]);
      expect(await tab.evaluate(`getComputedStyle(document.querySelector('main')).fontFamily`)).toContain('system-ui');
      expect(await tab.evaluate(`document.querySelectorAll('.status tbody tr').length`)).toBe(5);
      expect(asked).toEqual([address]);
      expect(told).toEqual([]);
      await screenshot(tab, `status ${width} ${colorScheme} ${media}`);
    },
  );
});
