import { CouldNotCheck } from '../../errors.ts';
import type { ProductPages } from '../../ports/storage.ts';
import { pageKey } from '../product-pages.ts';
import { countdown, fromCountdown } from './layout.ts';
import { type Objects, StoreTrouble } from './objects.ts';

const digits = 8;

/**
 * Implements the port `ProductPages`. The URL is in the key of an empty object, `pages/ENDPOINT/PRODUCT/N~URL`, so that all
 * pages are read from one list. N counts down: the newest URL of a product comes first, and counts.
 */
export function sharedPages(objects: Objects, store: string): ProductPages {
  const folderOf = (endpoint: string | null) => `pages/${encodeURIComponent(pageKey(endpoint, '').trim()) || 'aws'}/`;
  return {
    async recall(endpoint) {
      const found = new Map<string, string>();
      const folder = folderOf(endpoint);
      try {
        for await (const { key } of objects.list(folder)) {
          const [product = '', page = ''] = key.slice(folder.length).split('/');
          const url = Buffer.from(page.slice(page.indexOf('~') + 1), 'base64url').toString();
          // Another program may have put anything there.
          if (!/^https?:\/\/[\x21-\x7e]+$/.test(url) || !/^(?:[^%]|%[0-9A-F]{2})+$/.test(product)) continue;
          const id = decodeURIComponent(product);
          if (!found.has(id)) found.set(id, url);
        }
      } catch (error) {
        if (!(error instanceof StoreTrouble)) throw error;
      }
      return found;
    },
    async remember(endpoint, productId, url) {
      const folder = `${folderOf(endpoint)}${encodeURIComponent(productId)}/`;
      try {
        let last = 0;
        for await (const { key } of objects.list(folder, { pageSize: 1 })) {
          last = fromCountdown(key.slice(folder.length).split('~')[0] ?? '');
          break;
        }
        await objects.create(`${folder}${countdown(last + 1, digits)}~${Buffer.from(url).toString('base64url')}`, '');
      } catch (error) {
        if (!(error instanceof StoreTrouble)) throw error;
        const message = `Cannot save the URL in the shared store ${store}: ${error.why}.`;
        throw new CouldNotCheck('cannot-write', message, `${error.fix}, then run the command again.`);
      }
    },
  };
}
