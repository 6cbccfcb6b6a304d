import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import open from 'open';
import { UserError } from '../errors.ts';
import { isWebAddress } from '../text/safe.ts';

/** In ms. Some openers end only when the browser they started does. */
const openerTimeout = 3_000;

/**
 * Opens a web page in the operator's browser. Rejects with `UserError`: `no-browser` if the system's opener fails,
 * `browser-not-seen` if it has not ended in time.
 */
export async function openLink(url: string, timeoutMs = openerTimeout): Promise<void> {
  if (!isWebAddress(url)) throw new UserError('bad-link', `${url} is not an HTTP or HTTPS URL, so it was not opened.`);
  await openInBrowser(url, `this URL yourself: ${url}`, timeoutMs);
}

/** Opens a file that mp-verify has written, by its absolute path. Rejects like `openLink`. */
export async function openFile(path: string): Promise<void> {
  await openInBrowser(pathToFileURL(path).href, `this file yourself: ${path}`, openerTimeout);
}

async function openInBrowser(url: string, what: string, timeoutMs: number): Promise<void> {
  const opener = await open(url).catch(() => null);
  const code = opener && (opener.exitCode ?? (await exitCodeOf(opener, timeoutMs)));
  if (code === 'still running')
    throw new UserError(
      'browser-not-seen',
      `A browser was started, but it may not show the page. If it does not, open ${what}`,
    );
  if (code !== 0) throw new UserError('no-browser', `Could not start a browser. Open ${what}`);
}

type Opener = Awaited<ReturnType<typeof open>>;

/** Returns -1 if it could not be started. */
async function exitCodeOf(opener: Opener, timeoutMs: number): Promise<number | 'still running'> {
  // `open` lets the program end before its opener.
  opener.ref();
  try {
    const [code] = await once(opener, 'exit', { signal: AbortSignal.timeout(timeoutMs) });
    return typeof code === 'number' ? code : -1;
  } catch (error) {
    return error instanceof Error && error.name === 'AbortError' ? 'still running' : -1;
  } finally {
    opener.unref();
  }
}
