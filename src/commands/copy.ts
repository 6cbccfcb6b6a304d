import { didYouMean } from '../checklist/problems.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { loadChecklists } from '../run/checklists.ts';
import { block } from '../text/block.ts';
import { shellWord } from '../text/safe.ts';

/** Writes a built-in checklist to a new file, for the operator to change. */
export async function copy(
  id: string,
  path: string = `${id}.yaml`,
  { color }: { readonly color: ColorMode },
  host: Host,
): Promise<Outcome> {
  const ids = (await host.files.builtIns()).map((builtIn) => builtIn.id);
  if (!ids.includes(id))
    throw new UserError(
      'unknown-checklist',
      `There is no built-in checklist "${id}"${didYouMean(id, ids)}`,
      'List the built-in checklists: mp-verify list',
    );
  const [checklist] = await loadChecklists([id], host.files);
  if (!checklist) throw new Error(`no checklist was read for ${id}`);
  await host.files.create(path, checklist.source);
  // No-break spaces keep a quoted path on one line.
  const named = shellWord(/[./\\]/.test(path) && !path.startsWith('-') ? path : `./${path}`).replaceAll(' ', '\u00a0');
  const line = block(host.stdout.styles(color), {
    body: `Created ${path}. Edit it, then: mp-verify validate ${named}, and mp-verify run ${named}. For completion in your editor: mp-verify schema checklist > checklist.schema.json`,
  });
  host.stdout.write(line.replaceAll('\u00a0', ' '));
  return 'pass';
}
