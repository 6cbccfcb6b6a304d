import type { Evidence } from '../../checklist/entries.ts';
import { extensionOf } from '../../checklist/media-type.ts';
import { checksum } from '../run-document.ts';
import { keys } from './layout.ts';
import type { Objects } from './objects.ts';

type File = Pick<Evidence, 'sha256' | 'mediaType'>;

/** Reads attached files: the first copy that is undamaged. */
export const readShared = {
  nameOf: ({ sha256, mediaType }: File) => nameOf(sha256, extensionOf[mediaType], 1),

  /** Resolves with the content, or with what is wrong with the file, as a clause. */
  async content(
    id: string,
    file: Pick<Evidence, 'sha256' | 'mediaType'>,
    objects: Objects,
  ): Promise<Uint8Array | string> {
    for (let copy = 1; ; copy++) {
      const key = keys.evidence(id, nameOf(file.sha256, extensionOf[file.mediaType], copy));
      const content = await objects.get(key);
      if (content === null) return copy === 1 ? 'is missing' : 'was changed';
      if (checksum(content) === file.sha256) return content;
    }
  },
} as const;

function nameOf(sha256: string, extension: string, copy: number): string {
  return copy === 1 ? `${sha256}.${extension}` : `${sha256}.${copy}.${extension}`;
}

/** Saves an attached file with one request, unless an undamaged copy exists. */
export async function saveShared(
  id: string,
  sha256: string,
  extension: string,
  content: Uint8Array,
  objects: Objects,
): Promise<void> {
  for (let copy = 1; ; copy++) {
    const other = await objects.create(keys.evidence(id, nameOf(sha256, extension, copy)), content);
    // The same content, or a damaged copy that cannot be replaced.
    if (other === null) return;
  }
}
