import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { CouldNotCheck } from '../../errors.ts';
import type { ProductPages } from '../../ports/host.ts';
import { pageKey } from '../product-pages.ts';
import { readJson } from '../run-document.ts';
import { countdown, fromCountdown } from './layout.ts';
import { type Objects, StoreTrouble } from './objects.ts';

const pageSchema = z.object({ token: z.string(), url: z.string() });
const digits = 8;

/** Implements the port `ProductPages`: the URLs of a product are numbered, and the newest one counts. */
export function sharedPages(objects: Objects, store: string): ProductPages {
  const folderOf = (endpoint: string | null, productId: string) =>
    `pages/${encodeURIComponent(pageKey(endpoint, productId))}/`;
  const newest = async (folder: string): Promise<string | null> => {
    for await (const { key } of objects.list(folder, { pageSize: 1 })) return key;
    return null;
  };
  return {
    async recall(endpoint, productId) {
      try {
        const key = await newest(folderOf(endpoint, productId));
        const content = key === null ? null : await objects.get(key);
        const json = content === null ? { wrong: '' } : readJson(content);
        return 'value' in json ? (pageSchema.safeParse(json.value).data?.url ?? null) : null;
      } catch (error) {
        if (error instanceof StoreTrouble) return null;
        throw error;
      }
    },
    async remember(endpoint, productId, url) {
      const folder = folderOf(endpoint, productId);
      const content = JSON.stringify({ token: randomUUID(), url });
      try {
        const last = await newest(folder);
        let number = last === null ? 0 : fromCountdown(last.slice(folder.length).split('.')[0] ?? '');
        do number += 1;
        while ((await objects.create(`${folder}${countdown(number, digits)}.json`, content)) !== null);
      } catch (error) {
        if (!(error instanceof StoreTrouble)) throw error;
        const message = `Cannot save the URL in the shared store ${store}: ${error.why}.`;
        throw new CouldNotCheck('cannot-write', message, `${error.fix}, then run the command again.`);
      }
    },
  };
}
