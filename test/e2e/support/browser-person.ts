import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The ways in which a person uses a page. */
export interface Hands {
  /** Presses a button, or follows a link, and waits for the page that it leads to. */
  press(what: Locator): Promise<void>;
  /** Types into a field, or chooses from a list by what is written there. */
  fill(field: Locator, value: string): Promise<void>;
}

/** A hand on the mouse. */
export const mouse: Hands = {
  press: (what) => arriving(what.page(), () => what.click()),
  async fill(field, value) {
    if (await isList(field)) await field.selectOption({ label: value });
    else await field.fill(value);
  },
};

/** Keys alone: a control that Tab does not come to can not be used. */
export function keyboard(page: Page): Hands {
  const tabTo = async (what: Locator) => {
    for (let stops = 0; stops < 50; stops++) {
      if (await isFocused(what)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not come to ${what}`);
  };
  return {
    async press(what) {
      await tabTo(what);
      await arriving(page, () => page.keyboard.press('Enter'));
    },
    async fill(field, value) {
      await tabTo(field);
      // A field that Tab comes to has its text selected; of a list the choice with these letters is taken.
      await page.keyboard.type(value);
      const shown = (await isList(field)) ? field.locator('option:checked').textContent() : field.inputValue();
      expect(await shown).toBe(value);
    },
  };
}

/** What a page says beside a name, in its lists of names and values. */
export async function detail(page: Page, name: string): Promise<string | null> {
  return page.locator(`dt:text-is("${name}") + dd`).textContent();
}

async function arriving(page: Page, leave: () => Promise<void>): Promise<void> {
  await Promise.all([page.waitForEvent('load'), leave()]);
}

function isList(field: Locator): Promise<boolean> {
  return field.evaluate((element) => element.tagName === 'SELECT');
}

function isFocused(what: Locator): Promise<boolean> {
  return what.evaluate((element) => element === element.ownerDocument.activeElement);
}
