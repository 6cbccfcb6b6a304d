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
  /** Asks a question with what is typed from now on. What is pasted comes as the stream's event `paste`, with its text. */
  during<Answer>(question: (keys: NodeJS.ReadableStream) => Promise<Answer>): Promise<Answer>;
  /** Hears what is typed while no question is open, until it is called again; null hears nothing. */
  between(hear: ((keys: string) => void) | null): void;
  close(): void;
}

const ctrlC = '\u0003';
/** Does nothing: a program that is suspended with the terminal raw comes back deaf. */
const ctrlZ = '\u001a';
/** Longer than keyboards take from one repetition of a key that is held down to the next. */
const repeatMs = 110;

/** What a terminal in bracketed-paste mode puts around a pasted text: https://cirw.in/blog/bracketed-paste */
const pasted = { from: '\u001b[200~', to: '\u001b[201~' } as const;
/** No terminal rests so long within a paste: its end was lost. */
const pasteMs = 1_000;

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
  let idle: ((keys: string) => void) | null = null;
  /** What was last typed into a question, and when it was last repeated. */
  let last = { keys: '', at: Number.NEGATIVE_INFINITY };
  /** A paste that has not come to its end. */
  let paste: { text: string; at: number } | null = null;
  const decoder = new StringDecoder('utf8');

  const type = (typed: string): void => {
    const keys = typed.replaceAll(ctrlZ, '');
    if (keys === '') return;
    if (keys.includes(ctrlC)) {
      stop('SIGINT');
      return;
    }
    // Repetitions may come several at a time.
    if (reader !== null) last = { keys, at: time.now() };
    else if (keys.replaceAll(last.keys, '') === '') last.at = time.now();
    if (reader === null) idle?.(keys);
    else reader.write(visible(keys));
  };
  const hear = (chunk: Buffer | string): void => {
    let keys = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (keys === ctrlC || (paste !== null && time.now() - paste.at > pasteMs)) paste = null;
    while (keys !== '') {
      if (paste === null) {
        const [typed = '', ...more] = keys.split(pasted.from);
        type(typed);
        if (more.length === 0) return;
        paste = { text: '', at: time.now() };
        keys = more.join(pasted.from);
      }
      paste = { text: paste.text + keys, at: time.now() };
      const [text = '', ...after] = paste.text.split(pasted.to);
      if (after.length === 0) return;
      paste = null;
      reader?.emit('paste', visible(text));
      keys = after.join(pasted.to);
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
    between(next) {
      idle = next;
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
