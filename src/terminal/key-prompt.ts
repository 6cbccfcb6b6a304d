import { createPrompt, useEffect, useState } from '@inquirer/core';
import type { KeyQuestion } from '../ports/terminal.ts';
import type { Styles } from '../text/styles.ts';
import { keyLine, keyReader, type Pressed } from './key-line.ts';

export interface KeyPromptConfig extends KeyQuestion<string> {
  readonly look: Styles;
}

/** One line of keys; a key acts at once. Above it stands what is seen meanwhile, and what became of any other key. */
export const keyPrompt = createPrompt<string, KeyPromptConfig>(({ keys, look, status }, done) => {
  const [, redraw] = useState(0);
  const [remark, say] = useState('');
  useEffect(() => {
    if (!status) return;
    const timer = setInterval(() => redraw(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  // By what comes at a time, not by the character: that tells what was pasted.
  useEffect(({ input }) => {
    const reader = keyReader(keys, look);
    const take = (pressed: Pressed) => ('key' in pressed ? done(pressed.key) : say(pressed.remark));
    const typed = (chunk: Buffer | string) => take(reader.typed(chunk.toString()));
    const pasted = () => take(reader.pasted());
    input.on('data', typed);
    input.on('paste', pasted);
    return () => {
      input.removeListener('data', typed);
      input.removeListener('paste', pasted);
    };
  }, []);
  return `${status?.(look) ?? ''}${remark}${keyLine(keys, look)} `;
});
