import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { SavedRun, UnsavedEntry } from '../../ports/storage.ts';
import { errorCode, makeFolders, readRegularFile, writeDurably } from '../../system/disk.ts';
import { decodeEntry } from '../journal.ts';
import { checksum, readJson } from '../run-document.ts';

const itemSchema = z.strictObject({
  version: z.literal(1),
  run: z.string(),
  slot: z.int().positive(),
  epoch: z.int().positive(),
  token: z.string(),
  /** Its number in the journal. */
  n: z.int().positive(),
  line: z.string(),
});
type Item = Omit<z.output<typeof itemSchema>, 'version'>;

/** What could not be saved in a shared store, in the state folder: `unsaved/STORE/RUN/TOKEN.json`. */
export interface Outbox {
  /** Resolves with the path; null if it could not be written here either. */
  keep(item: Item): Promise<string | null>;
  /** What is kept for a run, as it was just read, without what has arrived after all. */
  of(saved: SavedRun): Promise<readonly UnsavedEntry[]>;
}

export function outbox(stateFolder: string, url: string): Outbox {
  const folderOf = (run: string) => join(stateFolder, 'unsaved', checksum(url).slice(0, 16), run);
  return {
    async keep(item) {
      const path = join(folderOf(item.run), `${item.token}.json`);
      try {
        await makeFolders(folderOf(item.run));
        await writeDurably(path, `${JSON.stringify({ version: 1, ...item })}\n`, 'w');
        return path;
      } catch (error) {
        if (errorCode(error) === null) throw error;
        return null;
      }
    },
    async of(saved) {
      const folder = folderOf(saved.record.id);
      const found: (UnsavedEntry & { readonly n: number })[] = [];
      for (const name of await readdir(folder).catch(() => [])) {
        const path = join(folder, name);
        const forget = () => rm(path, { force: true });
        const content = await readRegularFile(path).catch(() => null);
        const json = content === null ? { wrong: '' } : readJson(content);
        const item = 'value' in json ? itemSchema.safeParse(json.value).data : undefined;
        if (item === undefined) continue;
        const { n, line } = item;
        const entry = decodeEntry(Buffer.from(line), n, saved.record, path);
        if (JSON.stringify(saved.entries[n - 1]) === JSON.stringify(entry)) {
          // A request whose answer was lost had arrived.
          await forget();
          continue;
        }
        found.push({ n, entry, fits: n === saved.entries.length + 1, forget });
      }
      return found.sort((a, b) => a.n - b.n).map(({ n: _, ...unsaved }) => unsaved);
    },
  };
}
