import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CouldNotCheck } from '../errors.ts';
import { isLoopback } from '../ports/saas.ts';
import type { ProductPages } from '../ports/storage.ts';
import { errorCode, makeFolders, readRegularFile, whyNot, writeDurably } from '../system/disk.ts';

const newer = z.looseObject({ version: z.int().min(2) });
const shape = z.strictObject({ version: z.literal(1), pages: z.record(z.string(), z.string()) });

/**
 * Implements the port `ProductPages` with one small file in the state folder. A damaged file counts as empty, so the
 * operator is asked again. A file that cannot be read, now or by this version, is not changed.
 */
export function productPages(folder: string): ProductPages {
  const path = join(folder, 'product-pages.json');
  const read = async (): Promise<Readonly<Record<string, string>>> => {
    const text = await readRegularFile(path).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return '{"version":1,"pages":{}}';
      throw error;
    });
    return pagesIn(text.toString());
  };
  const refuse = (why: string, hint: string) =>
    new CouldNotCheck('cannot-write', `Cannot save the URL in ${path}: ${why}.`, hint);
  return {
    async recall(endpoint) {
      const pages = await read().catch(() => ({}) as Readonly<Record<string, string>>);
      const start = pageKey(endpoint, '');
      const mine = Object.entries(pages).filter(
        ([key]) => key.startsWith(start) && !key.slice(start.length).includes(' '),
      );
      return new Map(mine.map(([key, url]) => [key.slice(start.length), url]));
    },
    async remember(endpoint, productId, url) {
      const before = await read().catch(() => {
        const why = 'the file cannot be read, so it was not changed';
        throw refuse(why, 'Move the file away, or use the mp-verify that wrote it.');
      });
      const pages = { ...before, [pageKey(endpoint, productId)]: url };
      const part = `${path}.${randomUUID()}.part`;
      try {
        await makeFolders(folder);
        await writeDurably(part, `${JSON.stringify({ version: 1, pages }, null, 2)}\n`);
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true }).catch(() => undefined);
        throw refuse(whyNot(error), 'Make the folder writable, or set MP_VERIFY_STATE_DIR to another folder.');
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

/** All loopback endpoints share a key, because a sandbox's port changes. They never share one with AWS. */
export function pageKey(endpoint: string | null, productId: string): string {
  if (endpoint === null) return productId;
  return `${isLoopback(endpoint) ? 'loopback' : endpoint} ${productId}`;
}
