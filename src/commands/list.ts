import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { loadChecklists } from '../run/checklists.ts';
import { block } from '../text/block.ts';
import { jsonText } from '../text/safe.ts';

export interface ListOptions {
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Prints the built-in checklists. */
export async function list({ json, color }: ListOptions, host: Host): Promise<Outcome> {
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
