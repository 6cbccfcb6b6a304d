import { PassThrough } from 'node:stream';
import { createPrompt, useEffect, useState } from '@inquirer/core';
import input from '@inquirer/input';
import select from '@inquirer/select';
import ora from 'ora';
import type { ChoiceQuestion, KeyQuestion, LineQuestion } from '../ports/host.ts';
import { wrap } from '../text/block.ts';
import { safe } from '../text/safe.ts';
import type { Styles } from '../text/styles.ts';
import { keyLine, keyReader, type Pressed, pastedLine, restoreLines, typedLine, wayOut } from './key-line.ts';

export interface PromptStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  readonly styles: Styles;
}

export interface Prompts {
  key(question: KeyQuestion<string>): Promise<string>;
  line(question: LineQuestion): Promise<string | null>;
  choose(question: ChoiceQuestion): Promise<string | null>;
}

/** Prompts that redraw themselves: inquirer's, and one for a single key. */
export function drawnPrompts({ input: keyboard, output, signal, styles }: PromptStreams): Prompts {
  const streams = { input: keyboard, output, clearPromptOnDone: true };
  /**
   * Escape and Ctrl+D cancel a question; only Ctrl+D cancels a key question. Inquirer has no such keys and hangs on
   * Ctrl+D.
   */
  const cancellable = async (
    question: (signal: AbortSignal) => Promise<string | null>,
    escapes = true,
  ): Promise<string | null> => {
    const cancel = new AbortController();
    const listen = (keys: Buffer | string) => {
      const text = keys.toString();
      if ((escapes && text === '\u001b') || text.includes('\u0004')) cancel.abort();
    };
    keyboard.prependListener('data', listen);
    try {
      return await question(AbortSignal.any([signal, cancel.signal]));
    } catch (error) {
      if (cancel.signal.aborted && !signal.aborted) return null;
      throw error;
    } finally {
      keyboard.off('data', listen);
    }
  };
  const theme = themeOf(styles.paint);

  return {
    async key(question) {
      const asked = { ...question, styles };
      const pressed = await cancellable((stop) => keyPrompt(asked, { ...streams, signal: stop }), false);
      return pressed ?? wayOut(question.keys);
    },
    line: ({ message, check, lines = false, typed, emptyCancels = false }) =>
      cancellable(async (stop) => {
        // Inquirer answers with the default when the operator has cleared it, so what is shown counts.
        let shown = '';
        let isEmpty = false;
        const transformer = (text: string) => {
          shown = text;
          return text;
        };
        const validate = (text: string) => {
          isEmpty = shown.trim() === '';
          if (isEmpty) return emptyCancels || 'Enter some text, or press Escape to cancel.';
          return check?.(restoreLines(text, lines)) ?? true;
        };
        const before = typed === undefined ? {} : ({ default: typed, prefill: 'editable' } as const);
        const asked = { message: safe(message), transformer, validate, theme, ...before };
        const answer = await input(asked, { ...streams, input: oneLine(keyboard, lines), signal: stop });
        return isEmpty ? null : restoreLines(answer, lines);
      }),
    choose: ({ message, choices }) =>
      cancellable(async (stop) => {
        // Inquirer would break words.
        const shown = (name: string) => wrap(safe(name), styles.columns - 2).join('\n  ');
        const safeChoices = choices.map(({ value, name }) => ({ value, name: shown(name) }));
        const asked = { message: safe(message), choices: safeChoices, pageSize: 20, theme };
        return await select(asked, { ...streams, signal: stop });
      }),
  };
}

export interface KeyPromptConfig extends KeyQuestion<string> {
  readonly styles: Styles;
}

/** Asks for one key, without Enter. Shows the status above the keys, and a remark on any other key. */
export const keyPrompt = createPrompt<string, KeyPromptConfig>(({ keys, styles, status }, done) => {
  const [, redraw] = useState(0);
  const [remark, setRemark] = useState('');
  useEffect(() => {
    if (!status) return;
    const timer = setInterval(() => redraw(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  // By the chunk instead of the character, to recognize pasted text.
  useEffect(({ input }) => {
    const reader = keyReader(keys, styles);
    const take = (pressed: Pressed) => ('key' in pressed ? done(pressed.key) : setRemark(pressed.remark));
    const typed = (chunk: Buffer | string) => take(reader.typed(chunk.toString()));
    const pasted = () => take(reader.pasted());
    input.on('data', typed);
    input.on('paste', pasted);
    return () => {
      input.removeListener('data', typed);
      input.removeListener('paste', pasted);
    };
  }, []);
  return `${status?.(styles) ?? ''}${remark}${keyLine(keys, styles)} `;
});

/** Ends the input at the first line end. */
function oneLine(input: NodeJS.ReadableStream, lines: boolean): NodeJS.ReadableStream {
  const keys = new PassThrough();
  input.on('data', (chunk: Buffer | string) => keys.write(typedLine(chunk.toString(), lines)));
  input.on('paste', (text: string) => keys.write(pastedLine(text, lines)));
  return keys;
}

/** Inquirer's theme has colors whatever the stream and the flags say. */
function themeOf({ accent, bad, bold, dim }: Styles['paint']) {
  return {
    prefix: { idle: accent('?'), done: '?' },
    icon: { cursor: accent('❯') },
    style: {
      answer: accent,
      message: bold,
      error: (text: string) => bad(`> ${text}`),
      defaultAnswer: dim,
      help: dim,
      highlight: accent,
      key: accent,
      description: accent,
      disabled: dim,
      keysHelpTip: (keys: readonly (readonly [string, string])[]) =>
        dim(keys.map(([key, what]) => `${key} ${what}`).join(' • ')),
    },
  };
}

/** Shows a spinner whose text changes over time. */
export function drawnProgress(stream: NodeJS.WriteStream, text: () => string): { stop(): void } {
  // The keyboard drops keys typed meanwhile, and must receive Ctrl+C itself.
  const spinner = ora({
    stream,
    discardStdin: false,
    isEnabled: true,
    color: false,
    text: besideSpinner(text()),
  }).start();
  const timer = setInterval(() => {
    spinner.text = besideSpinner(text());
  }, 250);
  return {
    stop() {
      clearInterval(timer);
      spinner.stop();
    },
  };
}

/** Removes the ellipsis of the text, which the spinner replaces. */
function besideSpinner(text: string): string {
  return text.trimEnd().replace('… ', '');
}
