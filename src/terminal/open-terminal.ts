import { setImmediate } from 'node:timers/promises';
import type { StopSignal } from '../errors.ts';
import type { TerminalOptions } from '../ports/host.ts';
import type { KeyQuestion, Terminal } from '../ports/terminal.ts';
import type { Look } from '../text/look.ts';
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
  const look = (): Look => ({ columns: Math.min(Math.max(stderr.columns || 80, 20), 100), paint });
  const { prompts, showProgress } = await waysToAsk(interactive, env.TERM === 'dumb' || stderr.columns === 0);
  let keyboard: Keyboard | null = null;
  let progress: { stop(): void } | null = null;

  const ask = async <Answer>(question: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
    if (!interactive) throw new Error('a question was asked where nobody can answer');
    progress?.stop();
    keyboard ??= openKeyboard(stdin, streams.stop);
    await untilRead();
    try {
      await keyboard.released(signal);
      return await keyboard.during((keys) => question(prompts({ input: keys, output: stderr, signal, look: look() })));
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  };

  return {
    interactive,
    look,
    write: (text) => void stderr.write(text),
    key: <Key extends string>(question: KeyQuestion<Key>) => ask((way) => way.key(question)) as Promise<Key>,
    line: (question) => ask((way) => way.line(question)),
    choose: (question) => ask((way) => way.choose(question)),
    progress(text) {
      progress?.stop();
      if (interactive) keyboard ??= openKeyboard(stdin, streams.stop);
      progress = showProgress(stderr, text);
      return progress;
    },
    close() {
      progress?.stop();
      keyboard?.close();
    },
  };
}

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
