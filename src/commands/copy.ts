import { didYouMean } from '../checklist/suggest.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { block } from '../text/block.ts';
import { safe, shellWord } from '../text/safe.ts';
import { loadChecklists } from './load-checklists.ts';

/** Writes a built-in checklist to a file, to be changed there. Never over another file. */
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
      `mp-verify list shows them: ${ids.join(', ')}`,
    );
  const [checklist] = await loadChecklists([id], host.files);
  if (!checklist) throw new Error(`no checklist was read for ${id}`);
  await host.files.create(path, checklist.source);
  const named = shellWord(/[./\\]/.test(path) && !path.startsWith('-') ? path : `./${path}`);
  const look = host.stdout.look(color);
  // To be copied: each stays on one line, however long.
  const command = (line: string) => `  ${look.paint.accent(safe(line))}\n`;
  host.stdout.write(
    [
      block(look, { body: `${path} is written. Change it, then:` }),
      command(`mp-verify validate ${named}`),
      command(`mp-verify run ${named}`),
      block(look, { body: 'So that your editor knows its fields:' }),
      command('mp-verify schema checklist > checklist.schema.json'),
    ].join(''),
  );
  return 'pass';
}
