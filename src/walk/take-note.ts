import { redact } from '../checklist/redact.ts';
import { UserError } from '../errors.ts';
import { block } from '../text/block.ts';
import { attachFile } from './attach-file.ts';
import type { WalkContext } from './context.ts';

/** A note, or a file, beside a step's result, whenever it is written. Secrets that were pasted are not kept. */
export async function takeNote(step: string, checklist: string, context: WalkContext): Promise<void> {
  const { terminal, operator, host } = context;
  const say = (label: string, body: string) =>
    terminal.write(block(terminal.look(), { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body }));
  for (;;) {
    const said = await terminal.line({ message: 'Note (@FILE attaches a file):' });
    if (said === null) return;
    if (!said.startsWith('@')) {
      const { text } = redact(said);
      await context.record({ type: 'note', checklist, step, text, operator, at: host.clock.now().toISOString() });
      return say('note', text);
    }
    try {
      const { name, redacted } = await attachFile(pastedPath(said.slice(1), host), checklist, step, context);
      const secrets = redacted === 1 ? '1 secret' : `${redacted} secrets`;
      return say('file', redacted > 0 ? `${name}, ${secrets} in it replaced` : name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say('!', error.message);
    }
  }
}

/** A file that is dragged into a terminal comes in quotes, or with a backslash before each space. */
function pastedPath(said: string, { absolute }: Pick<WalkContext['host'], 'absolute'>): string {
  const path = said.trim();
  const quoted = /^(['"])(.*)\1$/.exec(path)?.[2];
  const meant = quoted ?? path.replaceAll('\\ ', ' ');
  // No shell is there to read it.
  return meant.startsWith('~') ? absolute(meant) : meant;
}
