import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import packaged from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Chromium on this machine: how to start it, or why there is none. */
type Chrome = { readonly launch: () => Promise<Browser> } | { readonly missing: string };

/** The one that `CHROME_PATH` names, else one on the PATH, else the one of the npm registry. Nothing is downloaded. */
export function findChrome(): Chrome {
  const { env } = process;
  const folders = (env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const system =
    env.CHROME_PATH || folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram);
  if (system) return { launch: () => chromium.launch({ executablePath: system }) };
  if (process.platform === 'linux' && process.arch === 'x64') {
    // Not with the package's own flags: they are for AWS Lambda, and give up what a browser checks.
    return { launch: async () => chromium.launch({ executablePath: await packaged.executablePath() }) };
  }
  const machine = `${process.platform} on ${process.arch}`;
  return { missing: `no Chromium on the PATH or in CHROME_PATH, and the npm package has none for ${machine}` };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
