import { join } from 'node:path';
import { InvalidFiles, type Problem } from '../checklist/problems.ts';
import { UserError } from '../errors.ts';
import type { Files, Host } from '../ports/host.ts';

/** The name of the default configuration file. */
export const configName = 'mp-verify.yaml';

/**
 * Finds mp-verify.yaml in the working directory, otherwise in the nearest folder above it, up to the root of the
 * repository. Returns its relative path; null if there is none. Throws `UserError` if another user put it there: its
 * headers could send environment variables to their server.
 */
export async function findConfig(host: Pick<Host, 'absolute' | 'files'>): Promise<string | null> {
  if (await host.files.exists(configName)) return configName;
  const above = await configAbove(host);
  if (!above?.isForeign) return above?.path ?? null;
  throw new UserError(
    'foreign-config',
    `${above.path} belongs to another user, so mp-verify does not use it by default.`,
    `If you trust it, use --config ${above.path}. Otherwise create your own here: mp-verify init`,
  );
}

/** An mp-verify.yaml above the working directory. */
interface ConfigAbove {
  /** Relative to the working directory. */
  readonly path: string;
  readonly isForeign: boolean;
}

/**
 * Finds the nearest mp-verify.yaml above the working directory, within its repository. Outside of a repository, finds
 * none: a file in the home folder must not apply to everything below it.
 */
export async function configAbove({ absolute, files }: Pick<Host, 'absolute' | 'files'>): Promise<ConfigAbove | null> {
  let nearest: ConfigAbove | null = null;
  let folder = '';
  const above = depthOf(absolute);
  for (let level = 0; level <= above; level++, folder = join(folder, '..')) {
    if (level > 0) nearest ??= await configIn(folder, files);
    // A worktree or a submodule has a file called .git.
    if ((await files.ownership(join(folder, '.git'))) !== null) return nearest;
  }
  return null;
}

/** The number of folders above the working directory, or more; 0 if it was deleted. */
function depthOf(absolute: Host['absolute']): number {
  try {
    return absolute('.').split(/[\\/]/).length;
  } catch {
    return 0;
  }
}

async function configIn(folder: string, files: Files): Promise<ConfigAbove | null> {
  const path = join(folder, configName);
  const owner = await files.ownership(path);
  return owner === null ? null : { path, isForeign: owner === 'foreign' };
}

/** More than any checklist needs. */
const maxBytes = 1024 * 1024;

/** Returns the text of a file. Rejects with `InvalidFiles` if it cannot be read. */
export async function requireText(path: string, files: Files): Promise<string> {
  const source = await readText(path, files);
  if (typeof source !== 'string') throw new InvalidFiles([source]);
  return source;
}

/** Returns the text of a file, or why it cannot be read. */
export async function readText(path: string, files: Files): Promise<string | Problem> {
  const problem = (message: string): Problem => ({ file: path, at: null, message });
  try {
    const bytes = await files.read(path, maxBytes);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.trim() === '' ? problem('the file is empty') : text;
  } catch (error) {
    if (error instanceof UserError) return problem(error.message);
    if (error instanceof TypeError) return problem('the file is not UTF-8 text: save it as UTF-8');
    throw error;
  }
}
