import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { StopSignal } from '../errors.ts';
import { visible } from '../text/safe.ts';

/**
 * The one reader of stdin while a command may ask. What is typed reaches a question only while one is open: the rest is
 * dropped, so that an impatient key can't answer what the operator has not read. Raw all the time, because otherwise the
 * terminal would keep such keys for the next question; so Ctrl+C is ours to hear.
 */
export interface Keyboard {
  /** Asks a question with what is typed from now on. */
  during<Answer>(question: (keys: NodeJS.ReadableStream) => Promise<Answer>): Promise<Answer>;
  close(): void;
}

const ctrlC = '\u0003';
/** Longer than a keyboard takes to repeat a key that is held, shorter than a person to press it again. */
const repeatMs = 150;

export function openKeyboard(
  stdin: NodeJS.ReadStream,
  stop: (signal: StopSignal) => void,
  now: () => number = () => performance.now(),
): Keyboard {
  let reader: PassThrough | null = null;
  // A key that is held down repeats itself into the next question, which nobody has read.
  let dropped = { keys: '', at: Number.NEGATIVE_INFINITY };
  const decoder = new StringDecoder('utf8');
  const hear = (chunk: Buffer | string): void => {
    const keys = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (keys.includes(ctrlC)) stop('SIGINT');
    else if (reader === null || (keys === dropped.keys && now() - dropped.at < repeatMs)) dropped = { keys, at: now() };
    else reader.write(visible(keys));
  };
  const hangUp = () => stop('SIGHUP');
  stdin.setRawMode(true);
  stdin.on('data', hear);
  stdin.once('end', hangUp);
  stdin.resume();

  return {
    async during(question) {
      // A new stream for each question: nothing is left over from the last one.
      reader = new PassThrough();
      try {
        return await question(reader);
      } finally {
        reader = null;
      }
    },
    close() {
      stdin.off('data', hear);
      stdin.off('end', hangUp);
      stdin.pause();
      try {
        stdin.setRawMode(false);
      } catch {
        // The terminal is gone: there is nothing to give back.
      }
    },
  };
}
