import { setImmediate } from 'node:timers/promises';
import type { StopSignal } from '../errors.ts';
import type { KeyQuestion, Terminal, TerminalOptions } from '../ports/host.ts';
import type { Styles } from '../text/styles.ts';
import { type Keyboard, openKeyboard } from './keyboard.ts';
import { paintFor } from './paint.ts';
import type { PromptStreams, Prompts } from './prompts.ts';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Aborts `signal` with `Interrupted`. */
  stop(signal: StopSignal): void;
}

/** Opens the port `Terminal` on stdin and stderr. `close` restores the terminal. */
export async function openTerminal(
  streams: Streams,
  { input, color }: TerminalOptions,
): Promise<Terminal & { close(): void }> {
  const { stdin, stderr, env, signal } = streams;
  const interactive = input && Boolean(stdin.isTTY && stderr.isTTY);
  const paint = paintFor(stderr, color, env);
  const styles = (): Styles => ({
    columns: Math.min(Math.max(stderr.columns || 80, 20), 100),
    rows: stderr.rows || undefined,
    paint,
  });
  const dumb = env.TERM === 'dumb' || stderr.columns === 0;
  const { prompts, showProgress } = await loadWidgets(interactive, dumb);
  let keyboard: Keyboard | null = null;
  let progress: { stop(): void } | null = null;
  let lastQuestion: Promise<unknown> = Promise.resolve();
  let closed = false;

  const openedKeyboard = (): Keyboard => {
    if (keyboard === null && !dumb) stderr.write(bracketedPaste.on);
    keyboard ??= openKeyboard(stdin, streams.stop);
    return keyboard;
  };
  const askNow = async <Answer>(question: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
    progress?.stop();
    const keys = openedKeyboard();
    await readPending();
    try {
      await keys.released(signal);
      return await keys.during((input) => question(prompts({ input, output: stderr, signal, styles: styles() })));
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  };
  /** Asks one question at a time. A second one waits for the first. */
  const ask = async <Answer>(question: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
    if (!interactive) throw new Error('a question was asked without a terminal');
    const answer = lastQuestion.then(() => askNow(question));
    lastQuestion = answer.catch(() => undefined);
    return answer;
  };

  return {
    interactive,
    styles,
    write: (text) => void stderr.write(text),
    key: <Key extends string>(question: KeyQuestion<Key>) => ask((prompts) => prompts.key(question)) as Promise<Key>,
    line: (question) => ask((prompts) => prompts.line(question)),
    choose: (question) => ask((prompts) => prompts.choose(question)),
    progress(text, quit) {
      progress?.stop();
      const keys = interactive ? openedKeyboard() : null;
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
    bell() {
      if (stderr.isTTY) stderr.write('\u0007');
    },
    close() {
      progress?.stop();
      if (keyboard !== null && !dumb && !closed) stderr.write(bracketedPaste.off);
      closed = true;
      keyboard?.close();
    },
  };
}

/** Makes the terminal mark text that was pasted: https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const bracketedPaste = { on: '\u001b[?2004h', off: '\u001b[?2004l' } as const;

/** Reads and drops keys typed before a question. Pending input of stdin takes up to two turns of the event loop. */
async function readPending(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

interface Widgets {
  readonly prompts: (streams: PromptStreams) => Prompts;
  readonly showProgress: (stream: NodeJS.WriteStream, text: () => string) => { stop(): void };
}

/** Loaded only when used: inquirer and ora take longer to load than `--version` takes to run. */
async function loadWidgets(interactive: boolean, dumb: boolean): Promise<Widgets> {
  if (!interactive || dumb) {
    const { plainPrompts, plainProgress } = await import('./plain-prompts.ts');
    return { prompts: plainPrompts, showProgress: plainProgress };
  }
  const { drawnPrompts, drawnProgress } = await import('./prompts.ts');
  return { prompts: drawnPrompts, showProgress: drawnProgress };
}
