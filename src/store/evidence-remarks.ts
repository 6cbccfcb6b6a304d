import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { extensionOf } from '../checklist/media-type.ts';
import type { Evidence } from '../checklist/model.ts';
import { resumeCommand } from '../checklist/report.ts';
import type { SavedRun } from '../ports/runs.ts';
import { readRegularFile } from '../system/files.ts';
import { checksum } from './checksum.ts';
import { codeOf } from './code-of.ts';
import { runFiles } from './run-files.ts';

/**
 * Which attached files are no longer what was attached, a whole sentence each; none where all are. The run stands without
 * them, so nothing is refused. Reads every file: 10 MiB each at most, when they were kept.
 */
export async function evidenceRemarks({ record, entries, folder }: SavedRun): Promise<readonly string[]> {
  const remarks = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type !== 'evidence') continue;
    const path = join(runFiles(folder).evidence, `${entry.sha256}.${extensionOf[entry.mediaType]}`);
    const wrong = remarks.has(path) ? null : await wrongWith(path, entry);
    if (wrong === null) continue;
    const { name, checklist, step } = entry;
    remarks.set(
      path,
      `The file "${name}" of step "${step}" (${checklist}) ${wrong}: ${path}. Restore it from a backup, or attach it again: ${resumeCommand(record.id)} --attach ${checklist}/${step}=FILE`,
    );
  }
  return [...remarks.values()];
}

async function wrongWith(path: string, { sha256, bytes }: Evidence): Promise<string | null> {
  const other = 'is not what was attached';
  try {
    // Looked at before it is opened: a pipe would be waited for, and what has grown need not fit into memory.
    const there = await stat(path);
    if (!there.isFile() || there.size !== bytes) return other;
    return checksum(await readRegularFile(path)) === sha256 ? null : other;
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return ['ENOENT', 'ENOTDIR'].includes(code) ? 'is missing' : `can't be read (${code})`;
  }
}
