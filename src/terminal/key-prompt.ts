import { createPrompt, type KeypressEvent, useEffect, useKeypress, useState } from '@inquirer/core';
import type { KeyQuestion } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import type { Look } from '../text/look.ts';

export interface KeyPromptConfig extends KeyQuestion<string> {
  readonly look: Look;
}

/** One line of keys; a key acts at once, Enter alone does nothing. */
export const keyPrompt = createPrompt<string, KeyPromptConfig>(({ keys, look, status }, done) => {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!status) return;
    const timer = setInterval(() => redraw(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  useKeypress((event) => {
    const key = keyOf(event, keys);
    if (key !== null) done(key);
  });
  return `${status?.(look) ?? ''}${keyLine(keys, look)} `;
});

/** `[p]ass [f]ail`, or `[r] look again` where the key is no letter of the word. */
export function keyLine(keys: KeyPromptConfig['keys'], look: Look): string {
  const words = Object.entries(keys).map(([key, word]) =>
    word?.startsWith(key) ? `[${key}]${word.slice(key.length)}` : `[${key}] ${word}`,
  );
  // No-break spaces keep a key and its words on one line.
  const line = block(look, { lead: '  ', body: words.map((word) => word.replaceAll(' ', '\u00a0')).join(' ') });
  return look.paint.accent(line.trimEnd().replaceAll('\u00a0', ' '));
}

/** The key that was meant; Ctrl+D is the way out, which is the last one. */
export function keyOf(
  event: Pick<KeypressEvent, 'name' | 'ctrl'> & { readonly sequence?: string },
  keys: KeyPromptConfig['keys'],
): string | null {
  const known = Object.keys(keys);
  if (event.ctrl) return event.name === 'd' ? wayOut(keys) : null;
  // Full-width letters, as an input method for Japanese or Chinese sends them, are the same keys.
  const letter = (event.sequence ?? event.name ?? '').normalize('NFKC').toLowerCase();
  return known.includes(letter) ? letter : null;
}

/** What Ctrl+D answers. */
export function wayOut(keys: KeyPromptConfig['keys']): string {
  return Object.keys(keys).at(-1) ?? '';
}
