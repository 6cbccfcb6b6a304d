/**
 * What can move a cursor, hide text or turn it round: controls (C0, DEL, C1), line and paragraph separators, format
 * characters (bidirectional overrides, zero width, tags), lone surrogates, and letters that are drawn as nothing.
 */
const unsafe =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2800]|(?!\p{Variation_Selector}|\p{Cn})\p{Default_Ignorable_Code_Point}/gu;

/** Foreign text as it may reach a terminal: on one line, what is unsafe shown as `\x1b` or `\u202e`, never raw. */
export function safe(text: string): string {
  return text.replace(unsafe, escaped);
}

/** As one word of a command that is to be pasted into a POSIX shell, whatever characters are in it. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What a person types or pastes, without what can't be seen; C0 control characters are keys, and stay. */
export function visible(typed: string): string {
  return typed.replace(unsafe, (found) => ((found.codePointAt(0) ?? 0) < 0x80 ? found : ''));
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
