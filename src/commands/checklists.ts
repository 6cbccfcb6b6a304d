import { didYouMean } from '../checklist/problems.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { BaseHost, ColorMode } from '../ports/host.ts';
import { loadChecklists } from '../run/checklists.ts';
import { block } from '../text/block.ts';
import { jsonText, safe, shellWord } from '../text/safe.ts';

export interface ListOptions {
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Prints the built-in checklists. */
export async function list({ json, color }: ListOptions, host: BaseHost): Promise<Outcome> {
  const ids = (await host.files.builtIns()).map(({ id }) => id);
  const checklists = await loadChecklists(ids, host.files);
  if (json) {
    host.stdout.write(
      jsonText(checklists.map(({ id, title, summary, steps }) => ({ id, title, summary, steps: steps.length }))),
    );
    return 'pass';
  }
  const styles = host.stdout.styles(color);
  const width = Math.max(...ids.map((id) => id.length));
  for (const { id, title, summary, steps } of checklists) {
    host.stdout.write(
      block(styles, {
        lead: `${id.padEnd(width)}  `,
        leadStyle: 'accent',
        body: title,
        style: 'bold',
        right: `${steps.length} steps`,
      }),
    );
    if (summary !== null) host.stdout.write(block(styles, { lead: ' '.repeat(width + 2), body: summary }));
  }
  return 'pass';
}

/** Writes a built-in checklist to a new file, for the operator to change. */
export async function copy(
  id: string,
  path: string = `${id}.yaml`,
  { color }: { readonly color: ColorMode },
  host: BaseHost,
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
  const named = shellWord(/[./\\]/.test(path) && !path.startsWith('-') ? path : `./${path}`);
  const styles = host.stdout.styles(color);
  const print = (text: string) => host.stdout.write(text);
  // Each command stays on one line, so that it can be copied.
  const command = (line: string) => print(`  ${styles.paint.accent(safe(line))}\n`);
  print(block(styles, { body: `Created ${path}. Edit it, then:` }));
  command(`mp-verify validate ${named}`);
  command(`mp-verify run ${named}`);
  print(block(styles, { body: 'For completion in your editor:' }));
  command('mp-verify schema checklist > checklist.schema.json');
  return 'pass';
}
