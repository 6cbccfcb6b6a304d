import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout } from 'node:timers/promises';
import type { StopSignal } from '../errors.ts';
import { visible } from '../text/safe.ts';

/**
 * The one reader of stdin while a command may ask. What is typed reaches a question only while one is open: the rest is
 * dropped, so that an impatient key can't answer what the operator has not read. Raw all the time, because otherwise the
 * terminal would keep such keys for the next question; so Ctrl+C is ours to hear.
 */
export interface Keyboard {
  /**
   * Resolves when the key that gave the last answer does not repeat any more: held down it would answer one question after
   * the other, which nobody has read. Its first repetition, half a second later, can't be told from a second press. Rejects
   * when `signal` is aborted.
   */
  released(signal: AbortSignal): Promise<void>;
  /** Asks a question with what is typed from now on. */
  during<Answer>(question: (keys: NodeJS.ReadableStream) => Promise<Answer>): Promise<Answer>;
  close(): void;
}

const ctrlC = '\u0003';
/** Longer than keyboards take from one repetition of a key that is held down to the next. */
const repeatMs = 110;

const realTime = {
  now: () => performance.now(),
  pause: (ms: number, signal: AbortSignal): Promise<void> => setTimeout(ms, undefined, { signal }),
};

export function openKeyboard(
  stdin: NodeJS.ReadStream,
  stop: (signal: StopSignal) => void,
  time: typeof realTime = realTime,
): Keyboard {
  let reader: PassThrough | null = null;
  /** What was last typed into a question, and when it was last repeated. */
  let last = { keys: '', at: Number.NEGATIVE_INFINITY };
  const decoder = new StringDecoder('utf8');
  const hear = (chunk: Buffer | string): void => {
    const keys = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (keys.includes(ctrlC)) stop('SIGINT');
    else {
      // Repetitions may come several at a time.
      if (reader !== null) last = { keys, at: time.now() };
      else if (keys.replaceAll(last.keys, '') === '') last.at = time.now();
      reader?.write(visible(keys));
    }
  };
  const hangUp = () => stop('SIGHUP');
  stdin.setRawMode(true);
  stdin.on('data', hear);
  stdin.once('end', hangUp);
  stdin.resume();

  return {
    async released(signal) {
      for (;;) {
        const left = last.at + repeatMs - time.now();
        if (left <= 0) return;
        await time.pause(left, signal);
      }
    },
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
