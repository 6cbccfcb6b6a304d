import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CouldNotTell } from '../errors.ts';
import type { ProductPages } from '../ports/host.ts';
import { readRegularFile } from './files.ts';
import { makeFolders } from './make-folders.ts';
import { codeOf, whyNot } from './write-trouble.ts';

const newer = z.looseObject({ version: z.int().min(2) });
const shape = z.strictObject({ version: z.literal(1), pages: z.record(z.string(), z.string()) });

/**
 * URLs that operators have named, in one small file. One that is damaged counts as empty: the operator is asked again, nothing
 * is lost. One that only can't be read, now or by this version, is left as it is.
 */
export function productPages(folder: string): ProductPages {
  const path = join(folder, 'product-pages.json');
  const read = async (): Promise<Readonly<Record<string, string>>> => {
    const text = await readRegularFile(path).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return '{"version":1,"pages":{}}';
      throw error;
    });
    return pagesIn(text.toString());
  };
  const refuse = (why: string, hint: string) =>
    new CouldNotTell('cannot-write', `The URL can't be kept in ${path}: ${why}.`, hint);
  return {
    async recall(endpoint, productId) {
      const pages = await read().catch(() => ({}) as Readonly<Record<string, string>>);
      return pages[keyOf(endpoint, productId)] ?? null;
    },
    async remember(endpoint, productId, url) {
      const before = await read().catch(() => {
        const why = "what is in it can't be read, and is left as it is";
        throw refuse(why, 'Move the file away, or use the mp-verify that wrote it.');
      });
      const pages = { ...before, [keyOf(endpoint, productId)]: url };
      const part = `${path}.${randomUUID()}.part`;
      try {
        await makeFolders(folder);
        await writeFile(part, `${JSON.stringify({ version: 1, pages }, null, 2)}\n`, {
          ...{ mode: 0o600, flag: 'wx', flush: true },
        });
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw refuse(whyNot(error), 'Make the folder writable, or set MP_VERIFY_STATE_DIR to another one.');
      }
    },
  };
}

function pagesIn(text: string): Readonly<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (newer.safeParse(value).success) throw new Error('a newer mp-verify wrote it');
  return shape.safeParse(value).data?.pages ?? {};
}

/** Loopback endpoints count as one: their port changes from run to run. A product of a sandbox is none of AWS. */
function keyOf(endpoint: string | null, productId: string): string {
  if (endpoint === null) return productId;
  const loopback =
    URL.canParse(endpoint) && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname);
  return `${loopback ? 'loopback' : endpoint} ${productId}`;
}
