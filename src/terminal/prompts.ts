import { PassThrough } from 'node:stream';
import inquirer from 'inquirer';
import type { ChoiceQuestion, KeyQuestion, LineQuestion } from '../ports/terminal.ts';
import { safe } from '../text/safe.ts';
import type { Styles } from '../text/styles.ts';
import { meantLines, pastedLine, typedLine, wayOut } from './key-line.ts';
import { keyPrompt } from './key-prompt.ts';

export interface PromptStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  readonly look: Styles;
}

export interface Prompts {
  key(question: KeyQuestion<string>): Promise<string>;
  line(question: LineQuestion): Promise<string | null>;
  choose(question: ChoiceQuestion): Promise<string | null>;
}

/** Prompts that redraw themselves: inquirer's, and the one of our own. */
export function drawnPrompts({ input, output, signal, look }: PromptStreams): Prompts {
  const streams = { input, output, signal, clearPromptOnDone: true };
  /**
   * Escape and Ctrl+D call a question off, a question for a key only Ctrl+D. Inquirer has no such keys, and on Ctrl+D
   * would wait for ever.
   */
  const cancellable = async (
    question: (signal: AbortSignal) => Promise<string>,
    escapes = true,
  ): Promise<string | null> => {
    const cancel = new AbortController();
    const hear = (keys: Buffer | string) => {
      const text = keys.toString();
      if ((escapes && text === '\u001b') || text.includes('\u0004')) cancel.abort();
    };
    input.prependListener('data', hear);
    try {
      return await question(AbortSignal.any([signal, cancel.signal]));
    } catch (error) {
      if (cancel.signal.aborted && !signal.aborted) return null;
      throw error;
    } finally {
      input.off('data', hear);
    }
  };
  const theme = themeOf(look.paint);
  const module = (stop: AbortSignal, keys = input) =>
    inquirer.createPromptModule({ ...streams, input: keys, signal: stop });

  return {
    async key(question) {
      const asked = { ...question, look };
      const pressed = await cancellable((stop) => keyPrompt(asked, { ...streams, signal: stop }), false);
      return pressed ?? wayOut(question.keys);
    },
    line: ({ message, check, lines = false, typed }) =>
      cancellable(async (stop) => {
        const validate = (text: string) =>
          text.trim() === '' ? 'Write a few words, or press Escape.' : (check?.(meantLines(text, lines)) ?? true);
        const before = typed === undefined ? {} : ({ default: typed, prefill: 'editable' } as const);
        const question = { type: 'input', name: 'answer', message: safe(message), validate, theme, ...before } as const;
        const { answer } = await module(stop, oneLine(input, lines))([question]);
        return meantLines(answer, lines);
      }),
    choose: ({ message, choices }) =>
      cancellable(async (stop) => {
        const safeChoices = choices.map(({ value, name }) => ({ value, name: safe(name) }));
        const question = {
          type: 'select',
          name: 'answer',
          message: safe(message),
          choices: safeChoices,
          pageSize: 20,
          theme,
        } as const;
        const { answer } = await module(stop)([question]);
        return answer;
      }),
  };
}

/** For a question that takes the first line end for the end of the answer. */
function oneLine(input: NodeJS.ReadableStream, lines: boolean): NodeJS.ReadableStream {
  const keys = new PassThrough();
  input.on('data', (chunk: Buffer | string) => keys.write(typedLine(chunk.toString(), lines)));
  input.on('paste', (text: string) => keys.write(pastedLine(text, lines)));
  return keys;
}

/** Inquirer's own theme is coloured whatever the stream and the flags say. */
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
