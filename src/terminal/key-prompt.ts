import { createPrompt, useEffect, useKeypress, useState } from '@inquirer/core';
import type { KeyQuestion } from '../ports/terminal.ts';
import type { Look } from '../text/look.ts';
import { keyLine, keyOf } from './key-line.ts';

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
