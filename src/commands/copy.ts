import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { block } from '../text/block.ts';
import { loadChecklists } from './load-checklists.ts';

/** Writes a built-in checklist to a file, to be changed there. Never over another file. */
export async function copy(
  id: string,
  path: string = `${id}.yaml`,
  { color }: { readonly color: ColorMode },
  host: Host,
): Promise<Outcome> {
  const [checklist, another] = await loadChecklists([id], host.files);
  if (!checklist || another)
    throw new UserError(
      'too-many-checklists',
      `${id} stands for several checklists.`,
      'Copy one: mp-verify copy new-signup',
    );
  if (await host.files.exists(path))
    throw new UserError('file-exists', `${path} is here already, and is left as it is.`, 'Name another file.');
  await host.files.create(path, checklist.source);
  const named = /[./\\]/.test(path) ? path : `./${path}`;
  host.stdout.write(
    block(host.stdout.look(color), {
      body: `${path} is written. Change it, then: mp-verify validate ${named}, and mp-verify run ${named}. Your editor knows its fields with: mp-verify schema checklist > checklist.schema.json`,
    }),
  );
  return 'pass';
}
