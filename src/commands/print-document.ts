import { UserError } from '../errors.ts';
import type { ColorMode, Host, Terminal } from '../ports/host.ts';
import { warning } from '../text/block.ts';
import { safe } from '../text/safe.ts';
import { plainPaint, type Styles } from '../text/styles.ts';

/** Where a document goes. */
export interface Destination {
  readonly format: string;
  /** File to write instead of stdout. */
  readonly output?: string | undefined;
  /** In the browser; only for `html`. */
  readonly open?: boolean | undefined;
}

/** Rejects with `UserError` if it is clear beforehand that a document cannot go there. */
export async function checkDestination({ format, output, open }: Destination, host: Host): Promise<void> {
  if (open && format !== 'html')
    throw new UserError(
      'bad-report',
      `--open shows a report in the browser, and ${format} is not for browsers.`,
      'Add --format html, or leave out --open.',
    );
  if (output !== undefined) await host.files.checkWritable(output);
}

/** A text for a file has no colors, and the width of a usual screen. */
export function documentStyles({ output }: Destination, color: ColorMode, host: Host): Styles {
  return output === undefined ? host.stdout.styles(color) : { columns: 80, paint: plainPaint };
}

/** Prints a document, or writes it to a file and opens that. `name` is that of a temporary file. */
export async function printDocument(
  text: string,
  name: string,
  { output, open }: Destination,
  host: Host,
  terminal: Terminal,
): Promise<void> {
  const path = output ?? (open ? await host.files.temporary(name) : null);
  if (path === null) {
    host.stdout.write(text);
    return;
  }
  await host.files.write(path, text);
  // Stays on one line, so that the path can be copied.
  terminal.write(`Wrote ${safe(path)}.\n`);
  if (open) await show(host.absolute(path), host, terminal);
}

async function show(path: string, host: Host, terminal: Terminal): Promise<void> {
  await host.openFile(path).catch((error: unknown) => {
    if (!(error instanceof UserError) || error.code !== 'browser-not-seen') throw error;
    terminal.write(warning(terminal.styles(), error.message));
  });
}
