import { block } from '../text/block.ts';
import { keyLine, keyOf } from './key-line.ts';
import type { PromptStreams, Prompts } from './prompts.ts';

/** What arrow, function and Alt keys send: letters that nobody has typed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: such sequences begin with one
const sequences = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|[^[O])/g;

function withoutLast(text: string): string {
  return [...new Intl.Segmenter().segment(text)]
    .slice(0, -1)
    .map(({ segment }) => segment)
    .join('');
}

/** Prompts for a dumb terminal: nothing is redrawn, no cursor is moved. */
export function plainPrompts({ input, output, signal, look }: PromptStreams): Prompts {
  const chunk = () =>
    new Promise<string>((resolve, reject) => {
      const stop = () => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      input.once('data', (keys: Buffer | string) => {
        signal.removeEventListener('abort', stop);
        resolve(keys.toString().replace(sequences, ''));
      });
    });

  /** A line as it is typed; null when it is called off. The terminal is raw, so the echo is ours. */
  const typed = async (): Promise<string | null> => {
    let text = '';
    for (;;) {
      for (const key of await chunk()) {
        if (key === '\u001b' || key === '\u0004') return null;
        if (key === '\r' || key === '\n') {
          output.write('\n');
          return text.trim();
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
      output.write(status?.(look) ?? '');
      output.write(`${keyLine(keys, look)} `);
      for (;;) {
        for (const key of await chunk()) {
          const found = keyOf(
            key === '\u0004' ? { name: 'd', ctrl: true } : { name: key, sequence: key, ctrl: false },
            keys,
          );
          if (found === null) continue;
          output.write(`${found}\n`);
          return found;
        }
      }
    },
    async line({ message, check }) {
      for (;;) {
        output.write(`${block(look, { lead: '? ', body: message }).trimEnd()} `);
        const text = await typed();
        if (text === null) return null;
        const wrong = text === '' ? 'Write a few words, or press Escape.' : (check?.(text) ?? null);
        if (wrong === null) return text;
        output.write(block(look, { lead: '! ', body: wrong }));
      }
    },
    async choose({ message, choices }) {
      output.write(block(look, { lead: '? ', body: message }));
      for (const [i, { name }] of choices.entries()) output.write(block(look, { lead: `  ${i + 1}  `, body: name }));
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
