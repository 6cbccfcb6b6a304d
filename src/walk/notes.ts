import { createHash } from 'node:crypto';
import { extensionOf, maxEvidenceBytes, mediaTypeOf } from '../checklist/media-type.ts';
import type { Entry, Evidence } from '../checklist/model.ts';
import { redact } from '../checklist/redact.ts';
import { UserError } from '../errors.ts';
import { block } from '../text/block.ts';
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

/**
 * Keeps a file as evidence of a step: what it is, is told by its content; secrets in text are replaced. Rejects with
 * `UserError` where it can't be taken.
 */
export async function attachFile(
  path: string,
  checklist: string,
  step: string,
  context: Pick<WalkContext, 'host' | 'operator' | 'entries' | 'record' | 'keep'>,
): Promise<Evidence> {
  const { host, operator } = context;
  const { name, mediaType, content, redacted } = await readEvidence(path, host.files);
  const sha256 = createHash('sha256').update(content).digest('hex');
  await context.keep({ sha256, extension: extensionOf[mediaType], content });
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
  const same = (entry: Entry) =>
    entry.type === 'evidence' &&
    entry.checklist === checklist &&
    entry.step === step &&
    entry.sha256 === sha256 &&
    entry.name === name;
  if (!context.entries.some(same)) await context.record(evidence);
  return evidence;
}

/** A file as it will be kept. Throws `UserError` where it can't be taken. */
export async function readEvidence(path: string, files: WalkContext['host']['files']) {
  const refuse = (message: string) => new UserError('bad-evidence', message);
  const name = redact(path.split(/[/\\]/).at(-1) ?? path).text;
  const bytes = await files.read(path, maxEvidenceBytes).catch((error: unknown) => {
    throw error instanceof UserError ? refuse(`${path} can't be attached: ${error.message}.`) : error;
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
