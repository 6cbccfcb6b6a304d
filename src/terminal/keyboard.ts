import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout } from 'node:timers/promises';
import type { StopSignal } from '../errors.ts';
import { visible } from '../text/safe.ts';

/**
 * The only reader of stdin while a command may ask. Keys reach a question only while it is open. Others are dropped, so
 * that a key typed early cannot answer a question that the operator has not read. The terminal stays raw, because
 * otherwise it would keep such keys for the next question; so Ctrl+C arrives here as a key.
 */
export interface Keyboard {
  /**
   * Resolves when the key of the last answer has stopped repeating. Otherwise a held key would answer further questions
   * unread. Its first repetition, half a second later, is like a second press. Rejects if `signal` is aborted.
   */
  released(signal: AbortSignal): Promise<void>;
  /** Gives a question the keys typed from now on. Pasted text arrives as the stream's event `paste`. */
  during<Answer>(question: (keys: NodeJS.ReadableStream) => Promise<Answer>): Promise<Answer>;
  /** Calls `listener` with the keys typed while no question is open, until the next call. Null stops listening. */
  between(listener: ((keys: string) => void) | null): void;
  close(): void;
}

const ctrlC = '\u0003';
/** Ignored, because a program suspended while the terminal is raw cannot read keys afterwards. */
const ctrlZ = '\u001a';
/** Longer than the pause between two repetitions of a held key. */
const repeatMs = 110;

/** Surrounds pasted text in bracketed-paste mode: https://cirw.in/blog/bracketed-paste */
const pasted = { from: '\u001b[200~', to: '\u001b[201~' } as const;
/** After such a pause within a paste, its end is considered lost. */
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
  /** The last keys typed into a question, and when they last repeated. */
  let last = { keys: '', at: Number.NEGATIVE_INFINITY };
  /** A paste whose end has not arrived. */
  let paste: { text: string; at: number } | null = null;
  const decoder = new StringDecoder('utf8');

  const type = (typed: string): void => {
    const keys = typed.replaceAll(ctrlZ, '');
    if (keys === '') return;
    if (keys.includes(ctrlC)) {
      stop('SIGINT');
      return;
    }
    // Several repetitions may arrive at once.
    if (reader !== null) last = { keys, at: time.now() };
    else if (keys.replaceAll(last.keys, '') === '') last.at = time.now();
    if (reader === null) idle?.(keys);
    else reader.write(visible(keys));
  };
  const receive = (chunk: Buffer | string): void => {
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
  stdin.on('data', receive);
  stdin.once('end', hangUp);
  stdin.resume();

  return {
    async released(signal) {
      for (;;) {
        const remaining = last.at + repeatMs - time.now();
        if (remaining <= 0) return;
        await time.pause(remaining, signal);
      }
    },
    async during(question) {
      // A new stream for each question, so that nothing remains from the last one.
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
      stdin.off('data', receive);
      stdin.off('end', hangUp);
      stdin.pause();
      try {
        stdin.setRawMode(false);
      } catch {
        // The terminal is gone, so there is nothing to restore.
      }
    },
  };
}
