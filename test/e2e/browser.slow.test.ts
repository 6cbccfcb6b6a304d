import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Checklist } from '../../src/checklist/model.ts';
import { findChrome } from './support/browser.ts';
import { audit } from './support/browser-audit.ts';
import { type Part, parts } from './support/browser-parts.ts';
import { keyboard, mouse } from './support/browser-person.ts';
import { pageStates } from './support/browser-states.ts';
import { patienceMs } from './support/launch.ts';
import { test } from './support/machine.ts';
import type { Pty } from './support/pty.ts';
import { sandboxProcess } from './support/sandbox-process.ts';
import { finish, manualSteps, operator, useCases } from './support/walking.ts';

const chrome = findChrome();
const missing = 'missing' in chrome ? chrome.missing : null;
let browser: Browser;

beforeAll(async () => {
  if ('launch' in chrome) browser = await chrome.launch();
});
afterAll(() => browser?.close());

/** A window of the browser with cookies of its own. */
async function openWindow(onTestFinished: (close: () => Promise<void>) => void, javaScriptEnabled = true) {
  const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(patienceMs);
  onTestFinished(() => context.close());
  return context.newPage();
}

async function walk(pty: Pty, useCase: Checklist, part: Part): Promise<void> {
  const at = operator(pty, useCase);
  for (const step of manualSteps(useCase)) {
    const shown = await at(step).asked();
    await part[step]?.(shown.slice(shown.lastIndexOf('\n? ')));
    await at(step).press('p');
  }
}

const config = (url: string) => `
saas:
  sign-in: ${url}/saas/sign-in
  contract-page: ${url}/saas/contract
  contract-api:
    url: ${url}/saas/api/contract?account=\${buyer}&licence=\${licence}
    headers: { authorization: Bearer sandbox-only }
    plan: contract.plan
    quantity: contract.quantity
    end-date: contract.endsAt
    accounts: accounts
`;

const walks = [
  ...useCases.map((useCase) => [useCase.id, 'mouse, with scripts', useCase, true] as const),
  ...useCases.map((useCase) => [useCase.id, 'keyboard, without scripts', useCase, false] as const),
];

describe.skipIf(missing !== null)(
  `in a browser${missing === null ? '' : ` (skipped: ${missing})`}`,
  { concurrent: true },
  () => {
    test.for(walks)(
      '%s passes: a person with %s walks its pages, and by keys the checklist beside them',
      async ([id, , useCase, scripts], { machine, onTestFinished }) => {
        const { env, url, buyers } = await sandboxProcess(machine, '--delay', '1s');
        await machine.write('mp-verify.yaml', config(url));
        const page = await openWindow(onTestFinished, scripts);
        const part = parts[id]?.({ page, url, hands: scripts ? mouse : keyboard(page) }) ?? {};

        const pty = machine.terminal(['run', id, '--buyer', buyers[id] ?? '', '--report', 'json=run.json'], { env });
        await walk(pty, useCase, part);
        expect(await finish(pty)).toBe(0);
        expect(pty.transcript()).toMatch(new RegExp(`^PASS  ${useCase.title}`, 'm'));
        expect(await machine.report('run.json')).toMatchObject({ verdict: 'pass', seen: { disagreed: 0 } });
      },
    );

    test.for(pageStates.map((state) => [state.name, state] as const))(
      '%s is there for eyes, keys and screen readers',
      async ([name, { h1, see }], { machine, onTestFinished }) => {
        const page = await openWindow(onTestFinished);
        const troubles: string[] = [];
        page.on('pageerror', ({ message }) => troubles.push(message));
        await see({ machine, page });
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(h1);
        expect([...(await audit(page, name)), ...troubles]).toEqual([]);
      },
    );

    test('the first stop of the keyboard leads past the navigation', async ({ machine, onTestFinished }) => {
      const { url } = await machine.marketplace();
      const page = await openWindow(onTestFinished);
      await page.goto(`${url}/saas/sign-in`);
      for (const key of ['Tab', 'Enter', 'Tab']) await page.keyboard.press(key);
      expect(await page.locator(':focus').getAttribute('id')).toBe('email');
    });
  },
);
