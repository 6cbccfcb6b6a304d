import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { productPageUrl } from '../checklist/model.ts';
import type { FoundPages, FoundPlace } from '../ports/storage.ts';
import { makeFolders, readRegularFile, writeDurably } from '../system/disk.ts';

const page = z.strictObject({
  url: z.string().regex(productPageUrl),
  visibility: z.string(),
  state: z.string().nullable(),
  at: z.iso.datetime(),
});
const shape = z.strictObject({
  version: z.literal(1),
  places: z.record(z.string(), z.record(z.string(), page)),
});

/**
 * Implements the port `FoundPages` with one file in the state folder. It only saves requests: a file that cannot be
 * read counts as empty, and one that cannot be written is left as it is.
 */
export function foundPages(folder: string): FoundPages {
  const path = join(folder, 'found-pages.json');
  const read = async (): Promise<z.output<typeof shape>['places']> => {
    try {
      return shape.parse(JSON.parse((await readRegularFile(path)).toString())).places;
    } catch {
      return {};
    }
  };
  return {
    async recall(place) {
      return new Map(Object.entries((await read())[keyOf(place)] ?? {}));
    },
    async remember(place, changes) {
      const key = keyOf(place);
      const before = await read();
      const others = Object.entries(before).filter(([other]) => other !== key && !isSandbox(other));
      const pages = new Map([...Object.entries(before[key] ?? {}), ...changes]);
      const kept = [...pages].flatMap(([id, page]) => (page === null ? [] : [[id, page]]));
      const places = Object.fromEntries([...others, [key, Object.fromEntries(kept)]]);
      const part = `${path}.${randomUUID()}.part`;
      try {
        await makeFolders(folder);
        await writeDurably(part, `${JSON.stringify({ version: 1, places })}\n`);
        await rename(part, path);
      } catch {
        await rm(part, { force: true }).catch(() => undefined);
      }
    },
  };
}

function keyOf({ endpoint, instance, accountId }: FoundPlace): string {
  return `${instance === null ? (endpoint ?? 'aws') : `sandbox ${instance}`} ${accountId}`;
}

/** A sandbox that has ended never comes back, so only the newest is kept. */
function isSandbox(key: string): boolean {
  return key.startsWith('sandbox ');
}
