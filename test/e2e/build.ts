import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What is tested is built now: tests of an older build would lie. */
export function setup(): void {
  const folder = fileURLToPath(new URL('../../', import.meta.url));
  execFileSync(process.execPath, ['build.js'], { cwd: folder, stdio: 'inherit' });
}
