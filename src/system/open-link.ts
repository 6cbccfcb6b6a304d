import { once } from 'node:events';
import open from 'open';
import { UserError } from '../errors.ts';
import { isWebAddress } from '../text/safe.ts';

/** Some openers end with the browser that they have started: longer than this nobody waits for one, in ms. */
const patienceMs = 3_000;

/**
 * Opens a web page in the operator's browser. Rejects with `UserError` where the system's opener fails (`no-browser`), and where
 * it does not end, so that nobody can say (`browser-not-seen`).
 */
export async function openLink(url: string, patience = patienceMs): Promise<void> {
  if (!isWebAddress(url)) throw new UserError('bad-link', `${url} is not a web address, so it is not opened.`);
  const failed = new UserError('no-browser', `No browser could be started. Open it by hand: ${url}`);
  const opener = await open(url).catch(() => null);
  if (opener === null) throw failed;
  const code = opener.exitCode ?? (await exitOf(opener, patience));
  if (code === null)
    throw new UserError(
      'browser-not-seen',
      `The browser was called, and it is not known whether it shows the page. If not, open it by hand: ${url}`,
    );
  if (code !== 0) throw failed;
}

/** Its exit code; -1 where it could not be started, null where it still runs. */
async function exitOf(opener: Awaited<ReturnType<typeof open>>, patience: number): Promise<number | null> {
  try {
    const [code] = await once(opener, 'exit', { signal: AbortSignal.timeout(patience) });
    return typeof code === 'number' ? code : -1;
  } catch (error) {
    return error instanceof Error && error.name === 'AbortError' ? null : -1;
  }
}
