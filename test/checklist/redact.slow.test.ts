import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../src/checklist/redact.ts';
import { withoutHanging } from '../support/without-hanging.ts';

const session = 'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDcanary+canary/canary==';

/** Pieces of what the patterns look for, in any order: nothing that anybody wrote on purpose. */
const pieces = [
  ...[
    'cookie',
    'Set-Cookie',
    'cookies',
    'HTTP_COOKIE',
    'authorization',
    'Bearer',
    'Basic',
    'Digest',
    'AWS4-HMAC-SHA256',
  ],
  ...['x-amzn-marketplace-token', 'RegistrationToken', 'SessionToken', 'aws_secret_access_key', 'X-Amz-Signature'],
  ...['AKIAIOSFODNN7EXAMPLE', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc', session, '[redacted]', 'Credential='],
  ...[
    'SignedHeaders=a;b',
    'Signature=',
    'name',
    'key',
    'value',
    'Net.Cookie(',
    '--cookie',
    '-b',
    '--registration-token',
  ],
  ...['"', "'", '\\', '\\"', '\\\\', '\\\\\\"', '\\n', '\\r\\n', '\\u0022', '\\u00', '\\u000', '&quot;', '^', '"', '"'],
  ...[
    '=',
    ':',
    ': ',
    '=>',
    ',',
    ';',
    ' ',
    '\n',
    '\r\n\r\n',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '<input ',
    '%3D',
    '%26',
    '&',
    '$',
  ],
  ...['a', 'a=b', 'canary', '0123456789abcdef', 'null', '5', 'b', 'string(3) '],
];
const mess = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((all) => all.join(''));
const runs = { numRuns: 3000 };

describe('whatever the text', () => {
  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(mess, fc.string()), (text) => {
        const once = redact(text).text;
        expect(redact(once)).toEqual({ text: once, count: 0 });
      }),
      runs,
    );
  });

  test('JSON stays JSON, with as many keys and words, and the same numbers', () => {
    const word = fc.oneof(mess, fc.constantFrom(...pieces), fc.string());
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        word,
        word.map((text) => JSON.stringify({ inner: text })),
        fc.integer(),
        fc.constantFrom(null, true),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(word, tie('tree'), { maxKeys: 4 }),
        fc.record({ name: word, value: tie('tree') }),
        fc.record({ value: tie('tree'), name: word }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const { text: redacted } = redact(text);
        expect(() => JSON.parse(redacted)).not.toThrow();
        expect(withoutWords(redacted)).toBe(withoutWords(text));
      }),
      runs,
    );
  });

  test('it grows by no more than its replacements', () => {
    fc.assert(
      fc.property(mess, (text) => {
        const { text: redacted, count } = redact(text);
        expect(redacted.length).toBeLessThan(text.length + '[redacted]'.length * count + 1);
        expect(count === 0).toBe(redacted === text);
      }),
      runs,
    );
  });

  test('it is left alone without a word that gives secrets away', () => {
    const prose = fc
      .array(fc.constantFrom(...pieces.filter((piece) => !/[a-z]{4}|eyJ|-b/i.test(piece)), 'prod-abc', '123456789012'))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(prose, fc.string()), (text) => {
        expect(redact(text)).toEqual({ text, count: 0 });
      }),
      runs,
    );
  });
});

function withoutWords(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, '""');
}

// What grows with the length of a text takes about a second here; what grows with its square takes hours.
test.each([
  ...[
    '\\',
    '"',
    "'",
    ' ',
    'eyJ',
    'AWS4-',
    'value=',
    'value="',
    'cookie:',
    'cookie: a="',
    '"cookie":["a=b",',
    'Bearer ',
  ],
  ...['name="x-amzn-marketplace-token" ', 'SignedHeaders=', 'secret access key [', 'x-amzn-marketplace-token', '%25'],
  ...['\tTRUE\t/', '\tTRUE\t/\tTRUE\t1\ta', '://a:', '://'],
])('10 MiB of %j are redacted in time that grows with the text, not with its square', (piece) => {
  const text = piece.repeat((10 * 1024 * 1024) / piece.length);
  withoutHanging(() => redact(`cookie ${text}`));
});
