import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { clipboardTools, copyText } from '../../src/system/clipboard.ts';

test.each<[NodeJS.Platform, Readonly<Record<string, string>>, string]>([
  ['darwin', {}, 'pbcopy'],
  ['win32', {}, 'clip.exe'],
  ['linux', {}, ''],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0' }, 'wl-copy xclip xsel'],
  ['linux', { DISPLAY: ':0' }, 'xclip xsel'],
  ['linux', { WSL_DISTRO_NAME: 'Ubuntu' }, 'clip.exe'],
])('the tools of %s with %j', (system, env, names) => {
  expect(
    clipboardTools(system, env)
      .map(([name]) => name)
      .join(' '),
  ).toBe(names);
});

describe.skipIf(platform() === 'win32')('text', () => {
  async function tool(script: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'mp-verify-clipboard-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'tool');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }

  test('goes to the first tool that works, as its input, whatever it contains', async () => {
    const text = '1. Buy $(touch x) `y` "z"\n日本語\n';
    const works = await tool('cat > "$1"');
    const out = join(works, '..', 'out');
    expect(await copyText(text, [['/nonexistent/tool'], [await tool('exit 1')], [works, out]])).toBe(works);
    expect(await readFile(out, 'utf8')).toBe(text);
  });

  test('is not copied without a tool, or by one that hangs or does not read', async () => {
    expect(await copyText('text', [])).toBeNull();
    expect(await copyText('text', [[await tool('exec sleep 5')]], 50)).toBeNull();
    expect(await copyText('x'.repeat(1_000_000), [[await tool('exec 0<&-; exit 1')]])).toBeNull();
  });

  test('is copied by a tool that leaves a child behind', async () => {
    const forks = await tool('cat > /dev/null; sleep 3 & exit 0');
    const started = Date.now();
    expect(await copyText('text', [[forks]])).toBe(forks);
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});
