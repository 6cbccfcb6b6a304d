import { setImmediate } from 'node:timers/promises';
import type { StopSignal } from '../errors.ts';
import type { TerminalOptions } from '../ports/host.ts';
import type { KeyQuestion, Terminal } from '../ports/terminal.ts';
import type { Styles } from '../text/styles.ts';
import { type Keyboard, openKeyboard } from './keyboard.ts';
import { paintFor } from './paint.ts';
import { plainProgress } from './plain-progress.ts';
import type { PromptStreams, Prompts } from './prompts.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Aborts `signal` with `Interrupted`. */
  stop(signal: StopSignal): void;
}

/** The terminal behind stdin and stderr; `close` gives it back as it was. */
export async function openTerminal(
  streams: Streams,
  { input, color }: TerminalOptions,
): Promise<Terminal & { close(): void }> {
  const { stdin, stderr, env, signal } = streams;
  const interactive = input && Boolean(stdin.isTTY && stderr.isTTY);
  const paint = paintFor(stderr, color, env);
  const look = (): Styles => ({ columns: Math.min(Math.max(stderr.columns || 80, 20), 100), paint });
  const dumb = env.TERM === 'dumb' || stderr.columns === 0;
  const { prompts, showProgress } = await waysToAsk(interactive, dumb);
  let keyboard: Keyboard | null = null;
  let progress: { stop(): void } | null = null;
  let lastQuestion: Promise<unknown> = Promise.resolve();
  let closed = false;

  const theKeyboard = (): Keyboard => {
    if (keyboard === null && !dumb) stderr.write(bracketedPaste.on);
    keyboard ??= openKeyboard(stdin, streams.stop);
    return keyboard;
  };
  const askNow = async <Answer>(question: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
    progress?.stop();
    const from = theKeyboard();
    await untilRead();
    try {
      await from.released(signal);
      return await from.during((keys) => question(prompts({ input: keys, output: stderr, signal, look: look() })));
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  };
  /** One question at a time: a second one waits until the first is answered. */
  const ask = async <Answer>(question: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
    if (!interactive) throw new Error('a question was asked where nobody can answer');
    const answer = lastQuestion.then(() => askNow(question));
    lastQuestion = answer.catch(() => undefined);
    return answer;
  };

  return {
    interactive,
    styles: look,
    write: (text) => void stderr.write(text),
    key: <Key extends string>(question: KeyQuestion<Key>) => ask((way) => way.key(question)) as Promise<Key>,
    line: (question) => ask((way) => way.line(question)),
    choose: (question) => ask((way) => way.choose(question)),
    progress(text, quit) {
      progress?.stop();
      const keys = interactive ? theKeyboard() : null;
      const shown = showProgress(stderr, text);
      keys?.between((typed) => {
        if (quit && typed.normalize('NFKC').toLowerCase() === 'q') quit();
      });
      progress = {
        stop() {
          shown.stop();
          keys?.between(null);
        },
      };
      return progress;
    },
    close() {
      progress?.stop();
      if (keyboard !== null && !dumb && !closed) stderr.write(bracketedPaste.off);
      closed = true;
      keyboard?.close();
    },
  };
}

/** A terminal that is asked to says which text was pasted: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const bracketedPaste = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

/** Keys typed before a question are read, and dropped, now: what waits in stdin takes up to two turns of the event loop. */
async function untilRead(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

interface WaysToAsk {
  readonly prompts: (streams: PromptStreams) => Prompts;
  readonly showProgress: (stream: NodeJS.WriteStream, text: () => string) => { stop(): void };
}

/** Loaded only where they are used: inquirer and ora together take longer than a whole `--version`. */
async function waysToAsk(interactive: boolean, dumb: boolean): Promise<WaysToAsk> {
  if (!interactive || dumb) {
    const { plainPrompts } = await import('./plain-prompts.ts');
    return { prompts: plainPrompts, showProgress: plainProgress };
  }
  const [{ drawnPrompts }, { drawnProgress }] = await Promise.all([
    import('./prompts.ts'),
    import('./drawn-progress.ts'),
  ]);
  return { prompts: drawnPrompts, showProgress: drawnProgress };
}
