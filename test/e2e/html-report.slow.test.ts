import axe from 'axe-core';
import fc from 'fast-check';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../src/reporters/html.ts';
import { safe } from '../../src/text/safe.ts';
import { goldenRuns } from '../reporters/golden.ts';
import { hostileReport } from '../reporters/hostile-report.ts';
import { hostile } from '../support/hostile.ts';
import { findChrome } from './support/browser.ts';
import { axeFindings, overflow, screenshot } from './support/browser-audit.ts';

const chrome = findChrome();
const missing = 'missing' in chrome ? chrome.missing : null;
let browser: Browser;

beforeAll(async () => {
  if ('launch' in chrome) browser = await chrome.launch();
});
afterAll(() => browser?.close());

const windows = [
  { width: 1200, colorScheme: 'light' },
  { width: 1200, colorScheme: 'dark' },
  { width: 360, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
] as const;

describe.skipIf(missing !== null)(`in a browser${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  test.each(goldenRuns.flatMap(({ name }) => windows.map((window) => [name, window] as const)))(
    'the report "%s" is there for eyes, keys and screen readers, and asks for nothing: %o',
    async (name, { width, colorScheme }) => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const asked: string[] = [];
      const told: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => told.push(message.text()));
      const address = new URL(`../reporters/golden/${name}.html`, import.meta.url).href;
      await page.goto(address);
      await page.evaluate(axe.source);
      expect(await axeFindings(page)).toEqual([]);
      // Folded text is part of the page.
      await page.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
      expect(await page.evaluate(overflow)).toEqual([]);
      expect(await page.evaluate(`getComputedStyle(document.querySelector('main')).maxWidth`)).not.toBe('none');
      expect(await page.evaluate(`[...document.images].every(({ naturalWidth }) => naturalWidth > 0)`)).toBe(true);
      expect(asked.filter((url) => url !== address && !url.startsWith('data:image/'))).toEqual([]);
      expect(told).toEqual([]);
      await screenshot(page, `report ${name} ${width} ${colorScheme}`);
      await context.close();
    },
  );

  test('whatever the texts are, the browser reads them as text', async () => {
    const page = await browser.newPage();
    const read = async (texts: readonly string[]) => {
      const pages = texts.map((text) => {
        const { report, material } = hostileReport(text);
        return htmlReport(report, { ...material, evidence: new Map() });
      });
      return (await page.evaluate(`(${parsed})(${JSON.stringify(pages)})`)) as {
        readonly elements: string;
        readonly titles: string[];
      }[];
    };
    const [plain] = await read(['words']);
    const markup = [
      '<',
      '>',
      '"',
      "'",
      '&',
      '=',
      '<!--',
      '-->',
      ']]>',
      '</style>',
      '</pre>',
      '<script>',
      '&lt;',
      '&#0;',
      '\0',
      '\r\n',
    ];
    const part = fc.oneof(fc.constantFrom(...markup), fc.string({ unit: 'binary', maxLength: 6 }));
    const strings = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const texts = [...Object.values(hostile), ...fc.sample(strings, 300)].map(
      (text) => `x${text.replaceAll('\n', ' ')}x`,
    );
    for (const [i, { elements, titles }] of (await read(texts)).entries()) {
      expect(elements, texts[i]).toBe(plain?.elements);
      expect(titles).toEqual(titles.map(() => safe(texts[i] ?? '')));
    }
    await page.close();
  });

  test('is printed on A4, and no wider than the paper', async () => {
    const page = await browser.newPage();
    await page.goto(new URL('../reporters/golden/several.html', import.meta.url).href);
    await page.emulateMedia({ media: 'print' });
    // The width of A4 without its margins, at 96 dpi.
    await page.setViewportSize({ width: Math.round(((210 - 28) / 25.4) * 96), height: 1000 });
    expect(await page.evaluate(overflow)).toEqual([]);
    await screenshot(page, 'report several print');
    const pdf = await page.pdf({ preferCSSPageSize: true });
    // A4 in points.
    expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await page.close();
  });
});

/** In a page: the elements that its parser makes of each text, and the titles of steps. */
const parsed = `(pages) => pages.map((html) => {
  const document = new DOMParser().parseFromString(html, 'text/html');
  const names = [...document.querySelectorAll('*')].map((each) =>
    [each.tagName, ...[...each.attributes].map(({ name }) => name)].join(' '));
  const titles = [...document.querySelectorAll('h3 .name')].map(({ firstChild }) => (firstChild?.nodeValue ?? '').trimEnd());
  return { elements: names.join(', '), titles };
})`;
