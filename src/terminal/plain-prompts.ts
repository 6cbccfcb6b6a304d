import { block } from '../text/block.ts';
import { keyLine, keyReader, restoreLines, sequences, typedLine } from './key-line.ts';
import type { PromptStreams, Prompts } from './prompts.ts';

function withoutLast(text: string): string {
  return [...new Intl.Segmenter().segment(text)]
    .slice(0, -1)
    .map(({ segment }) => segment)
    .join('');
}

/** Prompts for a dumb terminal: nothing is redrawn, and the cursor does not move. */
export function plainPrompts({ input, output, signal, styles }: PromptStreams): Prompts {
  const chunk = () =>
    new Promise<string>((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      input.once('data', (keys: Buffer | string) => {
        signal.removeEventListener('abort', stop);
        resolve(keys.toString());
      });
    });

  /** Reads a line as it is typed; null if it is canceled. The terminal is raw, so this echoes the text. */
  const typed = async (before = '', lines = false): Promise<string | null> => {
    let text = before;
    output.write(text);
    for (;;) {
      for (const key of typedLine((await chunk()).replace(sequences, ''), lines)) {
        if (key === '\u001b' || key === '\u0004') return null;
        if (key === '\r' || key === '\n') {
          output.write('\n');
          return restoreLines(text, lines);
        }
        if (key === '\u007f' || key === '\b') text = withoutLast(text);
        else if (key >= ' ') {
          text += key;
          output.write(key);
        }
      }
    }
  };

  return {
    async key({ keys, status }) {
      const reader = keyReader(keys, styles);
      let shown = status?.(styles) ?? '';
      const ask = (above: string) => output.write(`${above}${keyLine(keys, styles)} `);
      ask(shown);
      // Nothing is redrawn here, so a changed status is written again below.
      const timer = setInterval(() => {
        const seen = status?.(styles) ?? '';
        if (seen !== shown) ask(`\n${seen}`);
        shown = seen;
      }, 500);
      try {
        for (;;) {
          const pressed = reader.typed(await chunk());
          if ('key' in pressed) {
            output.write(`${pressed.key}\n`);
            return pressed.key;
          }
          ask(`\n${pressed.remark}`);
        }
      } finally {
        clearInterval(timer);
      }
    },
    async line({ message, check, lines = false, typed: before = '', emptyCancels = false }) {
      for (;;) {
        output.write(`${block(styles, { lead: '? ', body: message }).trimEnd()} `);
        const text = await typed(before, lines);
        if (text === null || (text === '' && emptyCancels)) return null;
        const wrong = text === '' ? 'Enter some text, or press Escape to cancel.' : (check?.(text) ?? null);
        if (wrong === null) return text;
        output.write(block(styles, { lead: '! ', body: wrong }));
      }
    },
    async choose({ message, choices }) {
      output.write(block(styles, { lead: '? ', body: message }));
      for (const [i, { name }] of choices.entries()) output.write(block(styles, { lead: `  ${i + 1}  `, body: name }));
      for (;;) {
        output.write('Number: ');
        const text = await typed();
        if (text === null) return null;
        const choice = /^\d+$/.test(text) ? choices[Number(text) - 1] : undefined;
        if (choice) return choice.value;
        output.write(`Type a number from 1 to ${choices.length}.\n`);
      }
    },
  };
}

/** Progress for logs and dumb terminals: writes the text after a few seconds, then once a minute. */
export function plainProgress(stream: NodeJS.WritableStream, text: () => string): { stop(): void } {
  const print = () => void stream.write(text());
  const first = setTimeout(print, 3_000);
  const timer = setInterval(print, 60_000);
  return {
    stop() {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
