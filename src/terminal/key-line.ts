import type { KeyQuestion } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import type { Look } from '../text/look.ts';

type Keys = KeyQuestion<string>['keys'];

/** `[p]ass [f]ail`, or `[r] look again` where the key is no letter of the word. */
export function keyLine(keys: Keys, look: Look): string {
  const words = Object.entries(keys).map(([key, word]) =>
    word?.startsWith(key) ? `[${key}]${word.slice(key.length)}` : `[${key}] ${word}`,
  );
  // No-break spaces keep a key and its words on one line.
  const line = block(look, { lead: '  ', body: words.map((word) => word.replaceAll(' ', '\u00a0')).join(' ') });
  return look.paint.accent(line.trimEnd().replaceAll('\u00a0', ' '));
}

/** The key that was meant; Ctrl+D is the way out, which is the last one. */
export function keyOf(
  event: { readonly name?: string; readonly ctrl?: boolean; readonly sequence?: string },
  keys: Keys,
): string | null {
  const known = Object.keys(keys);
  if (event.ctrl) return event.name === 'd' ? wayOut(keys) : null;
  // Full-width letters, as an input method for Japanese or Chinese sends them, are the same keys.
  const letter = (event.sequence ?? event.name ?? '').normalize('NFKC').toLowerCase();
  return known.includes(letter) ? letter : null;
}

/** What Ctrl+D answers. */
export function wayOut(keys: Keys): string {
  return Object.keys(keys).at(-1) ?? '';
}
