/**
 * Characters that can move a cursor, hide text or reverse it: controls (C0, DEL, C1), line and paragraph separators,
 * format characters (bidirectional overrides, zero width, tags), lone surrogates, and letters that are invisible.
 */
const unsafe =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2800]|(?!\p{Variation_Selector}|\p{Cn})\p{Default_Ignorable_Code_Point}/gu;

/** Makes foreign text safe for a terminal: one line, with unsafe characters shown as `\x1b` or `\u202e`. */
export function safe(text: string): string {
  return text.replace(unsafe, escaped);
}

/** Quotes text as one word of a POSIX shell command. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Removes invisible characters from what a person types or pastes. C0 control characters are keys, so they stay. */
export function visible(typed: string): string {
  return typed.replace(unsafe, (found) => ((found.codePointAt(0) ?? 0) < 0x80 ? found : ''));
}

/** Like `safe`, for JSON. Uses escapes that parse to the same text. */
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

/** Returns one JSON document and a newline. Unsafe characters become JSON escapes. */
export function jsonText(value: unknown): string {
  return `${safeJson(JSON.stringify(value, null, 2))}\n`;
}

/** Only http and https may be opened: a checklist is data, and other schemes can start programs. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
