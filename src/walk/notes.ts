import { createHash } from 'node:crypto';
import type { Entry, Evidence } from '../checklist/entries.ts';
import { extensionOf, maxEvidenceBytes, mediaTypeOf } from '../checklist/media-type.ts';
import { redact } from '../checklist/redact.ts';
import type { RunState } from '../checklist/run-state.ts';
import { UserError } from '../errors.ts';
import { block } from '../text/block.ts';
import type { WalkContext } from './context.ts';

/** Asks for a note or a file, and keeps it with a step. Redacts secrets. */
export async function takeNote(step: string, checklist: string, context: WalkContext): Promise<void> {
  const { terminal, operator, host } = context;
  const show = (label: string, body: string) =>
    terminal.write(block(terminal.styles(), { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body }));
  const keepNote = async (line: string) => {
    const { text } = redact(line);
    await context.record({ type: 'note', checklist, step, text, operator, at: host.clock.now().toISOString() });
    for (const line of text.split('\n')) show('note', line);
  };
  let typed: string | undefined;
  for (;;) {
    const line = await terminal.line({
      ...{ message: 'Note (@FILE attaches a file; Escape cancels):', lines: true, emptyCancels: true },
      ...(typed === undefined ? {} : { typed }),
    });
    if (line === null) return;
    if (!line.startsWith('@')) return keepNote(line);
    try {
      const { path, words } = await fileAndWords(line.slice(1), host);
      const { name, redacted } = await attachFile(path, checklist, step, context);
      const secrets = redacted === 1 ? '1 secret' : `${redacted} secrets`;
      show('file', redacted > 0 ? `${name} (${secrets} redacted)` : name);
      if (words !== '') await keepNote(words);
      return;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      show('!', `${error.message} Change the line, or clear it and press Enter to cancel.`);
      typed = line;
    }
  }
}

/**
 * Splits a line into a file name and the words after it. A file dragged into a terminal arrives in quotes, or with a
 * backslash before each space. Otherwise the whole line may be one name with spaces. If there is no such file, the name
 * ends at its extension: the error must not name the words after it.
 */
async function fileAndWords(line: string, { absolute, files }: Pick<WalkContext['host'], 'absolute' | 'files'>) {
  // No shell expands it here.
  const expand = (name: string) => (name.startsWith('~') ? absolute(name) : name);
  const text = line.trim();
  const whole = expand(text.replaceAll('\\ ', ' '));
  const [, quoted, bare, words = ''] =
    /^(?:(["'])(.*?)\1(?=\s|$)|((?:\\.|\S)+))\s*([\s\S]*)$/.exec(text)?.toSpliced(1, 1) ?? [];
  const first = expand(quoted ?? (bare ?? '').replaceAll('\\ ', ' '));
  if (quoted === undefined && (await files.exists(whole))) return { path: whole, words: '' };
  if (quoted !== undefined || (await files.exists(first))) return { path: first, words: words.trim() };
  return { path: /^.*?\.\w{1,5}(?=\s|$)/.exec(whole)?.[0] ?? first, words: '' };
}

/**
 * Saves a file as evidence of a step, and redacts secrets in text. Rejects with `UserError` if it cannot be attached.
 */
export async function attachFile(
  path: string,
  checklist: string,
  step: string,
  context: Pick<WalkContext, 'host' | 'operator' | 'record' | 'saveFile'> & { readonly run: Pick<RunState, 'about'> },
): Promise<Evidence> {
  const { host, operator } = context;
  const { name, mediaType, content, redacted } = await readEvidence(path, host.files);
  const sha256 = createHash('sha256').update(content).digest('hex');
  await context.saveFile({ sha256, extension: extensionOf[mediaType], content });
  const at = host.clock.now().toISOString();
  const bytes = content.length;
  const evidence = {
    type: 'evidence',
    checklist,
    step,
    name,
    sha256,
    bytes,
    mediaType,
    redacted,
    operator,
    at,
  } as const;
  const same = (entry: Entry) => entry.type === 'evidence' && entry.sha256 === sha256 && entry.name === name;
  if (!context.run.about(checklist, step).some(same)) await context.record(evidence);
  return evidence;
}

/**
 * Reads a file as it will be saved. Its content determines its type. Rejects with `UserError` if it cannot be attached.
 */
export async function readEvidence(path: string, files: WalkContext['host']['files']) {
  const refuse = (message: string) => new UserError('bad-evidence', message);
  const name = redact(path.split(/[/\\]/).at(-1) ?? path).text;
  const bytes = await files.read(path, maxEvidenceBytes).catch((error: unknown) => {
    throw error instanceof UserError ? refuse(`Cannot attach ${path}: ${error.message}.`) : error;
  });
  const mediaType = mediaTypeOf(bytes, name);
  if (typeof mediaType !== 'string') throw refuse(mediaType.refused);
  if (!isText(mediaType)) return { name, mediaType, content: bytes, redacted: 0 };
  const { text, count } = redact(new TextDecoder().decode(bytes));
  return { name, mediaType, content: new TextEncoder().encode(text), redacted: count };
}

function isText(mediaType: Evidence['mediaType']): boolean {
  return mediaType === 'text/plain' || mediaType === 'application/json';
}
