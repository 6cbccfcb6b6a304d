import { join } from 'node:path';

/**
 * Where mp-verify keeps what must outlive a run: MP_VERIFY_STATE_DIR, else below XDG_STATE_HOME
 * (https://specifications.freedesktop.org/basedir-spec), else the platform's usual place.
 */
export function stateFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  if (env.MP_VERIFY_STATE_DIR) return env.MP_VERIFY_STATE_DIR;
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, 'mp-verify');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'mp-verify');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'mp-verify');
  return join(home, '.local', 'state', 'mp-verify');
}
