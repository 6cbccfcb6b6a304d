import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openFile, openLink } from '../../src/system/browser.ts';

const url = 'https://saas.example/in';

/** A browser that is a script; the opener of Linux takes it from BROWSER. */
async function browser(script: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-browser-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'browser');
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  for (const name of ['DISPLAY', 'WAYLAND_DISPLAY', 'XDG_CURRENT_DESKTOP', 'DESKTOP_SESSION']) vi.stubEnv(name, '');
  vi.stubEnv('BROWSER', path);
}

describe.runIf(platform() === 'linux')('a link', () => {
  test('is open where the opener has ended well', async () => {
    await browser('exit 0');
    await expect(openLink(url)).resolves.toBeUndefined();
  });

  test('is not open where the opener failed, and the message has the URL', async () => {
    await browser('exit 1');
    await expect(openLink(url)).rejects.toMatchObject({ code: 'no-browser', message: expect.stringContaining(url) });
  });

  test('may be a report, a file', async () => {
    await browser('case "$1" in *report.html) exit 0;; *) exit 1;; esac');
    const folder = await mkdtemp(join(tmpdir(), 'mp-verify-report-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const [report, other] = [join(folder, 'my report.html'), join(folder, 'other.html')];
    for (const path of [report, other]) await writeFile(path, '<!doctype html>');
    await expect(openFile(report)).resolves.toBeUndefined();
    await expect(openFile(other)).rejects.toMatchObject({
      code: 'no-browser',
      message: `Could not start a browser. Open this file yourself: ${other}`,
    });
  });

  test('is perhaps open where it does not end', async () => {
    await browser('exec sleep 1');
    await expect(openLink(url, 1)).rejects.toMatchObject({
      code: 'browser-not-seen',
      message: expect.stringContaining(url),
    });
  });
});
