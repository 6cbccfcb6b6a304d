import { redact } from '../checklist/redact.ts';
import { UserError } from '../errors.ts';
import { block } from '../text/block.ts';
import { attachFile } from './attach-file.ts';
import type { WalkContext } from './context.ts';

/** A note, or a file, beside a step's result, whenever it is written. Secrets that were pasted are not kept. */
export async function takeNote(step: string, checklist: string, context: WalkContext): Promise<void> {
  const { terminal, operator, host } = context;
  const say = (label: string, body: string) =>
    terminal.write(block(terminal.styles(), { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body }));
  const note = async (said: string) => {
    const { text } = redact(said);
    await context.record({ type: 'note', checklist, step, text, operator, at: host.clock.now().toISOString() });
    for (const line of text.split('\n')) say('note', line);
  };
  let typed: string | undefined;
  for (;;) {
    const said = await terminal.line({
      ...{ message: 'Note (@FILE attaches a file):', lines: true },
      ...(typed === undefined ? {} : { typed }),
    });
    if (said === null) return;
    if (!said.startsWith('@')) return note(said);
    try {
      const { path, words } = await fileAndWords(said.slice(1), host);
      const { name, redacted } = await attachFile(path, checklist, step, context);
      const secrets = redacted === 1 ? '1 secret' : `${redacted} secrets`;
      say('file', redacted > 0 ? `${name}, ${secrets} in it replaced` : name);
      if (words !== '') await note(words);
      return;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      say('!', error.message);
      typed = said;
    }
  }
}

/**
 * The file that is meant, and what is said of it behind its name. One that is dragged into a terminal comes in quotes, or with a
 * backslash before each space; else all may be one name with spaces in it.
 */
async function fileAndWords(said: string, { absolute, files }: Pick<WalkContext['host'], 'absolute' | 'files'>) {
  // No shell is there to read it.
  const meant = (name: string) => (name.startsWith('~') ? absolute(name) : name);
  const text = said.trim();
  const whole = meant(text.replaceAll('\\ ', ' '));
  const [, quoted, bare, words = ''] =
    /^(?:(["'])(.*?)\1(?=\s|$)|((?:\\.|\S)+))\s*([\s\S]*)$/.exec(text)?.toSpliced(1, 1) ?? [];
  const first = meant(quoted ?? (bare ?? '').replaceAll('\\ ', ' '));
  if (quoted === undefined && ((await files.exists(whole)) || !(await files.exists(first))))
    return { path: whole, words: '' };
  return { path: first, words: words.trim() };
}
