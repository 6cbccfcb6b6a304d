import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

const widths = [1280, 360];
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What is wrong with a page for people: at each width, for eyes, keyboards and screen readers. Writes a screenshot of it
 * where `MP_VERIFY_SCREENSHOTS` names a folder.
 */
export async function audit(page: Page, name: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  await page.evaluate(axe.source);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    const found = [
      ...(await page.evaluate<string[]>(structure)),
      ...(await axeFindings(page)),
      ...(await page.evaluate<string[]>(overflow)),
    ];
    wrong.push(...found.map((what) => `${width} px: ${what}`));
    await screenshot(page, `${name} ${width}`);
  }
  return [...wrong, ...(await focusFindings(page))];
}

/** What axe-core finds at this width. The page must have its source. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const options = JSON.stringify({ runOnly: rules, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${options})`);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Tabs through the page once: who walks by keyboard sees where, and comes to every control. */
async function focusFindings(page: Page): Promise<readonly string[]> {
  const wrong: string[] = [];
  await page.evaluate('document.activeElement.blur()');
  const controls = await page.evaluate<number>(`document.querySelectorAll('${focusable}').length`);
  for (let nth = 1; nth <= controls; nth++) {
    await page.keyboard.press('Tab');
    const { name, seen } = await page.evaluate<{ name: string; seen: boolean }>(focused);
    if (!seen) wrong.push(`the focus is not visible on stop ${nth}: ${name}`);
    if (nth === 1 && name !== 'Skip to the content') wrong.push(`the first stop of the keyboard is ${name}`);
  }
  const reached = await page.evaluate<number>(`document.querySelectorAll('[data-reached]').length`);
  return reached === controls ? wrong : [...wrong, `the keyboard reaches ${reached} of ${controls} controls`];
}

export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.MP_VERIFY_SCREENSHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replaceAll(/[^\w]+/g, '-')}.png`), fullPage: true });
}

const focusable = 'a[href], button, select, input:not([type=hidden])';

// What follows runs in the page.

const structure = `(() => {
  const count = (what) => document.querySelectorAll(what).length;
  const h1 = document.querySelector('h1')?.innerText ?? '';
  const banner = document.querySelector('[aria-label=Sandbox]');
  const wants = {
    'one h1': count('h1') === 1 && h1.trim() !== '',
    'a title that begins with its h1 and says sandbox':
      document.title.startsWith(h1.trim() + ' - ') && document.title.endsWith('(sandbox)'),
    'a banner that says sandbox, at the top': banner?.innerText.includes('sandbox') && banner.getBoundingClientRect().top === 0,
    'one header, navigation, main and footer': ['header', 'nav', 'main', 'footer'].every((name) => count('body ' + name) === 1),
    'no script': count('script') === 0 && ![...document.querySelectorAll('*')].some((element) =>
      [...element.attributes].some(({ name, value }) => name.startsWith('on') || /^javascript:/i.test(value))),
    'no picture, and nothing from another host': count('img, iframe, object, video') === 0 &&
      performance.getEntriesByType('resource').every(({ name }) => name.startsWith(location.origin)),
    'what is for screen readers out of sight': [...document.querySelectorAll('body *')].every((each) => {
      const { position, overflow } = getComputedStyle(each);
      const { width, height } = each.getBoundingClientRect();
      return position !== 'absolute' || (overflow === 'hidden' && width <= 1 && height <= 1);
    }),
    'the style sheet': getComputedStyle(document.querySelector('main')).maxWidth !== 'none',
  };
  return Object.entries(wants).filter(([, has]) => !has).map(([what]) => 'the page wants ' + what);
})()`;

/** In a page: what makes it wider than the window. */
export const overflow = `(() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > clientWidth);
  return ['the page is ' + scrollWidth + ' px wide: ' + wide.map(({ outerHTML }) => outerHTML.slice(0, 80)).join(' ')];
})()`;

const focused = `(() => {
  const at = document.activeElement;
  if (at.matches('${focusable}')) at.dataset.reached = '';
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(at);
  const { top, bottom, left, right } = at.getBoundingClientRect();
  const isRinged = outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 && outlineColor !== 'rgba(0, 0, 0, 0)';
  // The ring lies outside of the control.
  const isInView = top >= 4 && left >= 4 && bottom <= innerHeight - 4 && right <= innerWidth - 4;
  return { name: at.innerText || at.id || at.tagName, seen: isRinged && isInView };
})()`;
