import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';

/** Prints one of the published JSON Schemas: of files that operators write, or of the report. */
export async function schema(name: 'checklist' | 'config' | 'scenario' | 'report', host: Host): Promise<Outcome> {
  const [builtIn] = await host.files.builtIns();
  if (!builtIn) throw new Error('there are no built-in checklists');
  const path = builtIn.path.replace(/[^/\\]+$/, `${name}.schema.json`);
  host.stdout.write(new TextDecoder().decode(await host.files.read(path, 10 * 1024 * 1024)));
  return 'pass';
}
