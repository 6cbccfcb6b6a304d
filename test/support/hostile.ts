/** Text in a title, a note or an answer of AWS that could make the screen lie. */
export const hostile = {
  'a colour (ANSI)': '\u001b[32mGREEN\u001b[0m',
  'a cleared screen (C1)': '\u009b2J',
  'a hidden link (OSC 8)': '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007',
  'the clipboard (OSC 52)': '\u001b]52;c;ZXZpbA==\u0007',
  'a line of its own': 'one\nFORGED\r\nFORGED\u2028FORGED',
  'text turned round': 'Acme\u202egpj.exe\u2066\u2069',
  'zero width': 'Ac\u200bme\u200d\u2060\ufeff',
  backspaces: 'fail\b\b\b\bpass\u007f',
} as const;

/** All of them in one text. */
export const allHostile = Object.values(hostile).join(' ');

/** Finds what a terminal must not receive, with its line. Our newlines are allowed, unless they begin a forged line. */
export function rawIn(text: string): readonly string[] {
  const raw = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u00ad\u200b-\u200d\u2060\ufeff]|^\s*FORGED/u;
  return text.split('\n').filter((line) => raw.test(line));
}
