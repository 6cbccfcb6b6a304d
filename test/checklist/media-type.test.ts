import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extensionOf, maxEvidenceBytes, mediaTypeOf } from '../../src/checklist/media-type.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const pdf = Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n', 'latin1');
const har = JSON.stringify({ log: { version: '1.2', entries: [] } });

test.each([
  ['a screenshot', png, 'shot.png', 'image/png'],
  ['a photograph', jpeg, 'photo.jpg', 'image/jpeg'],
  ['a document', pdf, 'invoice.pdf', 'application/pdf'],
  ['an object of JSON', '{"a": 1}', 'a.json', 'application/json'],
  ['an array of JSON', '\n[1, 2]\n', 'a.json', 'application/json'],
  ['JSON with a byte order mark', '\ufeff{"a": 1}', 'a.json', 'application/json'],
  ['text', 'It worked.\r\n\tTwice.\f', 'notes.txt', 'text/plain'],
  ['text with a byte order mark', '\ufeffÜber', 'notes.txt', 'text/plain'],
  ['a log with colours', '\u001b[31mERROR\u001b[0m no such customer\n', 'app.log', 'text/plain'],
  ['text beyond ASCII', '納品しました ✓ 🎉', 'notes', 'text/plain'],
  ['JSON that is one number', '42', 'n.json', 'text/plain'],
  ['JSON cut off', '{"a": ', 'a.json', 'text/plain'],
  ['JSON lines', '{"a":1}\n{"a":2}\n', 'log.json', 'text/plain'],
  ['a screenshot with a wrong name', png, 'shot.txt', 'image/png'],
  ['a screenshot called HAR', png, 'shot.har', 'image/png'],
  ['text called a picture', 'no picture', 'shot.png', 'text/plain'],
  ['text about PNG', 'PNG begins with 89 50', 'a.png', 'text/plain'],
  ['text that begins like a PDF', '%PDF-1.7\nis how such a file begins.\n', 'a.pdf', 'text/plain'],
  ['JSON with a log without entries', '{"log": {"entries": {}}}', 'a.json', 'application/json'],
  ['JSON with a log that is null', '{"log": null}', 'a.json', 'application/json'],
  ['a name that only has .har in it', 'text', 'x.har.txt', 'text/plain'],
])('%s is taken for what it is', (_, content, name, type) => {
  expect(mediaTypeOf(Buffer.from(content as string), name)).toBe(type);
});

test.each([
  ['a HAR file', har, 'trace.json', /HAR file.*secrets.*[Tt]ake a screenshot/],
  ['a HAR file with a byte order mark', `\ufeff${har}`, 'trace.har', /HAR file/],
  ['a HAR file cut off', har.slice(0, -2), 'trace.HAR', /HAR file.*without its headers/],
  ['other JSON called HAR', '{"a": 1}', 'trace.Har', /HAR file/],
  ['nothing', '', 'a.txt', /is empty/],
  ['blanks', ' \n\t\n', 'a.txt', /is blank/],
  ['a byte order mark alone', '\ufeff', 'a.txt', /is blank/],
  ['text with a NUL', 'a\0b', 'a.txt', /control characters.*Attach a PNG, JPEG, PDF, JSON or UTF-8 text/],
  ['text with a backspace', 'a\bb', 'a.txt', /control characters/],
  ['text with a control character of C1', 'a\u009b31mb', 'a.txt', /control characters/],
  ['Latin-1', Buffer.from('Zürich', 'latin1'), 'a.txt', /not a supported file type.*UTF-8/],
  ['UTF-16, as PowerShell writes it', Buffer.from('\ufeffhello', 'utf16le'), 'a.txt', /UTF-16.*save it as UTF-8/],
  ['two bytes of a JPEG', Buffer.from('ffd8', 'hex'), 'a.jpg', /not a supported file type/],
  ['the first bytes of a PNG', png.subarray(0, 8), 'a.png', /not a supported file type/],
  ['a PDF cut off', pdf.subarray(0, 30), 'a.pdf', /not a supported file type/],
  ['a GIF', Buffer.from('4749463839610100010080ff', 'hex'), 'a.png', /GIF/],
  ['a WebP', Buffer.from('52494646ff00000057454250', 'hex'), 'a.png', /WebP/],
  ['a HEIC', Buffer.from('00000018667479706865696300ff', 'hex'), 'IMG_1.jpg', /HEIC/],
  ['a video', Buffer.from('000000186674797069736f6dff', 'hex'), 'a.mp4', /video/],
  ['an archive', Buffer.from('504b030414000000ff', 'hex'), 'a.docx', /ZIP/],
  ['what is compressed', Buffer.from('1f8b0800ff', 'hex'), 'a.log.gz', /gzip/],
])('%s is refused, in words that help', (_, content, name, words) => {
  const answer = mediaTypeOf(Buffer.from(content as string), name);
  expect(answer).toEqual({ refused: expect.stringMatching(words) });
  expect(answer).toEqual({ refused: expect.stringMatching(new RegExp(`^${name} .*\\.$`)) });
});

test('10 MiB are taken, and not a byte more', () => {
  expect(mediaTypeOf(Buffer.alloc(maxEvidenceBytes, 'a'), 'a.log')).toBe('text/plain');
  expect(mediaTypeOf(Buffer.alloc(maxEvidenceBytes + 1, 'a'), 'a.log')).toEqual({
    refused: expect.stringContaining('larger than 10 MiB'),
  });
});

test('whatever the bytes, the answer is a type with an extension, or a sentence', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.string(), (bytes, name) => {
      const answer = mediaTypeOf(bytes, name);
      if (typeof answer === 'string') expect(extensionOf[answer]).toMatch(/^[a-z]{3}$/);
      else expect(answer.refused).toMatch(/\.$/);
    }),
    { seed: 64 },
  );
});
