/**
 * C0, DEL, C1, soft hyphen, Arabic letter mark, zero-width characters, line and paragraph separators, bidirectional
 * overrides and isolates, invisible operators, tag characters: what can move a cursor, hide text or turn it round.
 */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** Foreign text as it may reach a terminal: on one line, what is unsafe shown as `\x1b` or `\u202e`, never raw. */
export function safe(text: string): string {
  return text.replace(unsafe, escaped);
}

/** As `safe`, for JSON: escapes that read back as the same text. */
export function safeJson(json: string): string {
  return json.replace(unsafe, (found) =>
    found === '\n'
      ? found
      : found
          .split('')
          .map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
          .join(''),
  );
}

function escaped(found: string): string {
  const code = found.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 4)}}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
