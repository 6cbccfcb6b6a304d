import { createHash } from 'node:crypto';
import { extensionOf, maxEvidenceBytes, mediaTypeOf } from '../checklist/media-type.ts';
import type { Entry, Evidence } from '../checklist/model.ts';
import { redact } from '../checklist/redact.ts';
import { UserError } from '../errors.ts';
import type { WalkContext } from './context.ts';

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
