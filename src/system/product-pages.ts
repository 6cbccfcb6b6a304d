import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CouldNotTell } from '../errors.ts';
import type { ProductPages } from '../ports/host.ts';
import { makeFolders } from './make-folders.ts';

const shape = z.strictObject({ version: z.literal(1), pages: z.record(z.string(), z.string()) });

/** Pasted URLs in one small file. One that can't be read counts as empty: the operator is asked again, nothing is lost. */
export function productPages(folder: string): ProductPages {
  const path = join(folder, 'product-pages.json');
  const read = async (): Promise<Readonly<Record<string, string>>> => {
    try {
      return shape.parse(JSON.parse(await readFile(path, 'utf8'))).pages;
    } catch {
      return {};
    }
  };
  return {
    async recall(endpoint, productId) {
      return (await read())[keyOf(endpoint, productId)] ?? null;
    },
    async remember(endpoint, productId, url) {
      const pages = { ...(await read()), [keyOf(endpoint, productId)]: url };
      try {
        await makeFolders(folder);
        const part = `${path}.${randomUUID()}.part`;
        await writeFile(part, `${JSON.stringify({ version: 1, pages }, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
        await rename(part, path);
      } catch (error) {
        throw new CouldNotTell(
          'cannot-write',
          `The URL can't be kept in ${path}: ${(error as Error).message}.`,
          'Make the folder writable, or set MP_VERIFY_STATE_DIR to another one.',
        );
      }
    },
  };
}

/** Loopback endpoints count as one: their port changes from run to run. A product of a sandbox is none of AWS. */
function keyOf(endpoint: string | null, productId: string): string {
  if (endpoint === null) return productId;
  const loopback =
    URL.canParse(endpoint) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname);
  return `${loopback ? 'loopback' : endpoint} ${productId}`;
}
