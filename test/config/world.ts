import { join } from 'node:path';
import { UserError } from '../../src/errors.ts';
import type { Host } from '../../src/ports/host.ts';

/**
 * Files and an environment in memory; paths are relative to a working directory three folders below the root. A null
 * file exists but cannot be read. The paths of `foreign` belong to another user.
 */
export function worldOf(
  contents: Readonly<Record<string, string | null>>,
  env: Readonly<Record<string, string>> = {},
  foreign: readonly string[] = [],
): Pick<Host, 'absolute' | 'files' | 'env'> {
  const unforeseen = async () => {
    throw new Error('nothing is written here');
  };
  return {
    env: (name) => env[name] || null,
    absolute: (path) => join('/home/aiko/app', path),
    files: {
      exists: async (path) => path in contents,
      ownership: async (path) => (!(path in contents) ? null : foreign.includes(path) ? 'foreign' : 'own'),
      async read(path) {
        const text = contents[path];
        if (text === undefined) throw new UserError('unreadable-file', 'there is no such file');
        if (text === null) throw new UserError('unreadable-file', 'it is a folder, not a file');
        return new TextEncoder().encode(text);
      },
      create: unforeseen,
      temporary: unforeseen,
      write: unforeseen,
      checkWritable: async () => undefined,
      builtIns: async () => [],
    },
  };
}
