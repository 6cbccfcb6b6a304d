import type { Evidence } from '../../checklist/entries.ts';
import { extensionOf } from '../../checklist/media-type.ts';
import type { OpenRun, Pushed, SavedRun } from '../../ports/storage.ts';
import { checksum, encodeRun, readJson } from '../run-document.ts';
import { idParts } from '../run-folders.ts';
import { keys } from './layout.ts';
import type { Objects } from './objects.ts';
import { type Hold, readRunObject, runObject } from './run-object.ts';

/**
 * Gives a local run its number in the shared store. A run is known by its description, so it gets one number however often
 * it is pushed, and by whomever: `pushed/UID.1.json` says which. If another run has taken that number meanwhile,
 * `UID.2.json` says the next, and so on. Resolves with `isNew` if this call has created the run.
 */
export async function claimNumber(
  saved: SavedRun,
  hold: Hold,
  objects: Objects,
  nextId: (tried: number) => Promise<string>,
): Promise<{ readonly id: string; readonly uid: string; readonly text: string; readonly isNew: boolean }> {
  const uid = checksum(encodeRun(saved.record));
  /** The highest number that another run has taken first. */
  let tried = 0;
  for (let claim = 1; ; claim++) {
    const key = keys.pushed(uid, claim);
    let content: Uint8Array | null = await objects.get(key);
    if (content === null) {
      const mine = JSON.stringify({ id: await nextId(tried) });
      content = (await objects.create(key, mine)) ?? Buffer.from(mine);
    }
    const json = readJson(content);
    const id = 'value' in json ? (json.value as { readonly id?: string } | null)?.id : undefined;
    if (typeof id !== 'string') continue;
    const text = encodeRun({ ...saved.record, id });
    const other = await objects.create(keys.run(id), runObject(uid, hold, text));
    if (other === null) return { id, uid, text, isNew: true };
    if (uidIn(other, id) === uid) return { id, uid, text, isNew: false };
    tried = Math.max(tried, idParts(id)?.number ?? 0);
  }
}

function uidIn(content: Uint8Array, id: string): string | null {
  try {
    return readRunObject(content, id, '').uid;
  } catch {
    return null;
  }
}

/** Adds what an open run of the shared store lacks of a local one. */
export async function addMissing(
  saved: SavedRun,
  run: OpenRun,
  readFile: (file: Evidence) => Promise<Uint8Array | null>,
): Promise<Omit<Pushed, 'id'>> {
  const there = run.entries.length;
  const differs = run.entries.some((entry, i) => JSON.stringify(entry) !== JSON.stringify(saved.entries[i]));
  const lostFiles: string[] = [];
  if (differs) return { added: 0, differs, lostFiles };
  for (const entry of saved.entries.slice(there)) {
    if (entry.type === 'evidence') {
      const content = await readFile(entry);
      if (content === null) lostFiles.push(entry.name);
      else await run.saveFile({ sha256: entry.sha256, extension: extensionOf[entry.mediaType], content });
    }
    await run.append(entry);
  }
  return { added: saved.entries.length - there, differs, lostFiles };
}
