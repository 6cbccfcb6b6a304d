import open from 'open';
import { UserError } from '../errors.ts';
import { isWebAddress } from '../text/web-address.ts';

/** In the operator's browser. */
export async function openLink(url: string): Promise<void> {
  if (!isWebAddress(url)) throw new UserError('bad-link', `${url} is not a web address, so it is not opened.`);
  const browser = await open(url).catch(() => null);
  const started = await new Promise<boolean>((resolve) => {
    if (!browser) return resolve(false);
    browser.once('error', () => resolve(false));
    browser.once('spawn', () => resolve(true));
    if (browser.pid !== undefined) resolve(true);
  });
  if (!started)
    throw new UserError('no-browser', `No browser could be started for ${url}`, 'Open the address by hand.');
}
