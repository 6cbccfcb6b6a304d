/** Types of files that can be attached to a step. */
export type MediaType = 'image/png' | 'image/jpeg' | 'application/pdf' | 'application/json' | 'text/plain';

/** File name extensions, without the dot. */
export const extensionOf: Readonly<Record<MediaType, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'application/pdf': 'pdf',
  'application/json': 'json',
  'text/plain': 'txt',
};

/** Maximum size of one file: 10 MiB. */
export const maxEvidenceBytes = 10 * 1024 * 1024;

/** Maximum size of a file that a report shows: 1 MiB. A larger file is only named. */
export const maxShownBytes = 1024 * 1024;

const whatToAttach = 'Attach a PNG, JPEG, PDF, JSON or UTF-8 text file instead.';

/** Picture types by the first bytes of the file, in hex. */
const pictures: readonly (readonly [RegExp, MediaType])[] = [
  [/^89504e470d0a1a0a.{8}49484452/, 'image/png'],
  [/^ffd8ff[c-f]/, 'image/jpeg'],
];

/** Unsupported types that operators are likely to try, by their first bytes in hex. */
const unsupported: readonly (readonly [RegExp, string])[] = [
  [/^47494638/, 'is a GIF image'],
  [/^52494646.{8}57454250/, 'is a WebP image'],
  [/^.{8}66747970(?:686569|6d6966|6d7366|617669)/, 'is a HEIC or AVIF image'],
  [/^.{8}66747970/, 'is a video'],
  [/^504b0304/, 'is a ZIP archive or an office document'],
  [/^1f8b/, 'is compressed with gzip'],
  [/^(?:fffe|feff)/, 'is UTF-16 text: save it as UTF-8'],
];

/**
 * Detects the type of a file from its content; the name decides only for an incomplete HAR file. `refused` says, in
 * whole sentences, what is wrong with the file and what to do.
 */
export function mediaTypeOf(bytes: Uint8Array, name: string): MediaType | { readonly refused: string } {
  const refuse = (what: string, then = whatToAttach) => ({ refused: `${name} ${what}. ${then}` });
  if (bytes.length === 0) return refuse('is empty');
  if (bytes.length > maxEvidenceBytes) return refuse('is larger than 10 MiB', 'Attach only the part that matters.');
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const picture = pictures.find(([magic]) => magic.test(start));
  if (picture !== undefined) return picture[1];
  if (isPdf(bytes)) return 'application/pdf';
  const text = utf8(bytes);
  if (text === null)
    return refuse(unsupported.find(([magic]) => magic.test(start))?.[1] ?? 'is not a supported file type');
  if (text.trim() === '') return refuse('is blank');
  const json = parsed(text);
  if (isHar(json) || /\.har$/i.test(name)) {
    return refuse(
      'is a HAR file, which can contain cookies, tokens and other secrets, so mp-verify does not save it',
      'Take a screenshot, or copy the request that matters without its headers.',
    );
  }
  if (typeof json === 'object' && json !== null) return 'application/json';
  return hasControls(text) ? refuse('contains control characters, so it is not plain text') : 'text/plain';
}

/** Plain text can start with `%PDF-` too. Readers look for the end of a PDF in its last 1024 bytes. */
function isPdf(bytes: Uint8Array): boolean {
  return /^%PDF-\d\.\d\s*[\r\n]/.test(latin1(bytes.subarray(0, 32))) && latin1(bytes.subarray(-1024)).includes('%%EOF');
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Decodes UTF-8 without its byte order mark; null if it is not UTF-8. */
function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** http://www.softwareishard.com/blog/har-12-spec/ */
function isHar(json: unknown): boolean {
  const log = typeof json === 'object' && json !== null && 'log' in json ? json.log : null;
  return typeof log === 'object' && log !== null && 'entries' in log && Array.isArray(log.entries);
}

/** Line ends, tabs, form feeds and the ESC of colors in a log are allowed in text. */
function hasControls(text: string): boolean {
  return /(?![\t\n\f\r])\p{Cc}/u.test(text.replaceAll('\u001b', ''));
}
