import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';

/** Who sits here: git's user.name, else the name of the system's user; null where not even that is known. */
export async function operatorName(): Promise<string | null> {
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
