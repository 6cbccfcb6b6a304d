import { PassThrough, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** What was written, and a promise for the moment in which some text has been. */
export function fakeScreen(columns = 80) {
  let text = '';
  const waiting = new Set<() => void>();
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      for (const check of waiting) check();
      done();
    },
  });
  return {
    // As with the real stderr, nobody's `pipe` ends it.
    stream: Object.assign(stream, { isTTY: true, columns, end: () => stream }) as unknown as NodeJS.WriteStream,
    text: () => text,
    /** Begins anew with nothing written. */
    clear: () => {
      text = '';
    },
    until: (wanted: string) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!text.includes(wanted)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

/** A stdin that is a terminal. `raw` is its mode, null before it was ever set. */
export function fakeStdin() {
  const state = { raw: null as boolean | null };
  const stream = new PassThrough();
  const setRawMode = (raw: boolean) => {
    state.raw = raw;
  };
  return { stdin: Object.assign(stream, { isTTY: true, setRawMode }) as unknown as NodeJS.ReadStream, stream, state };
}

/** Each text arrives on its own, as from a keyboard. */
export async function type(input: PassThrough, ...texts: readonly (string | Buffer)[]): Promise<void> {
  for (const text of texts) {
    input.write(text);
    await setImmediate();
  }
}
