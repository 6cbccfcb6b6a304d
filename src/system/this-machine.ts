import { userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * Returns the folder for runs and remembered URLs: MP_VERIFY_STATE_DIR, otherwise under XDG_STATE_HOME
 * (https://specifications.freedesktop.org/basedir-spec), otherwise the platform's usual place.
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

/** Returns the operator's name: git's user.name, otherwise the system's user name; null if both are unknown. */
export async function operatorName(): Promise<string | null> {
  const { execFile } = await import('node:child_process');
  const git = await new Promise<string>((resolve) => {
    execFile('git', ['config', 'user.name'], { timeout: 2_000, windowsHide: true }, (error, stdout) =>
      resolve(error ? '' : stdout.trim()),
    );
  });
  if (git !== '') return git;
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
