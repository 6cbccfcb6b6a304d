import { closeSync, constants, openSync } from 'node:fs';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { type Launch, patienceMs, type Signal } from './launch.ts';

export interface PtyLaunch extends Launch {
  readonly cols?: number;
  readonly rows?: number;
}

/** A program in a pseudo-terminal, before a virtual screen. */
export interface Pty {
  /** What the screen shows now. */
  screen(): string;
  /** What it shows and what has scrolled away; lines that the terminal had to break are whole again. */
  transcript(): string;
  /** Every character that reached the terminal, escape sequences too. */
  raw(): string;
  /** The title that the program has given the window; null if it has not. */
  windowTitle(): string | null;
  /**
   * The transcript as soon as it shows `what`, or fulfils it. Rejects, with the transcript, when `what` throws, the program
   * ends before, or it hangs.
   */
  until(what: string | RegExp | ((transcript: string) => boolean)): Promise<string>;
  keys(text: string): void;
  signal(name: Signal): void;
  /** Ends it at once, with all that it has started, if it still runs. */
  kill(): Promise<void>;
  /** Takes the terminal away, as closing its window does. */
  hangUp(): void;
  /** The exit code, when all that was written before is on the screen. Rejects as `until` does. */
  exit(): Promise<number>;
}

/** What node-pty keeps of a terminal beside what it declares. */
interface UnixPty extends IPty {
  readonly ptsName?: string;
  destroy?(): void;
}

export function openPty({ file, args, cwd, env, cols = 80, rows = 40 }: PtyLaunch): Pty {
  const terminal = new xterm.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true });
  const child: UnixPty = spawn(file, [...args], { cols, rows, cwd, env: { ...env }, name: env.TERM ?? '' });
  // While somebody has it open the terminal can't end before its last words are read.
  const held = child.ptsName === undefined ? null : openSync(child.ptsName, constants.O_RDWR | constants.O_NOCTTY);
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watcher of watchers) watcher();
  };
  let raw = '';
  let title: string | null = null;
  let code: number | null = null;

  terminal.onTitleChange((text) => {
    title = text;
  });
  child.onData((data) => {
    raw += data;
    terminal.write(data, notify);
  });
  child.onExit(({ exitCode, signal = 0 }) => {
    if (held !== null) closeSync(held);
    terminal.write('', () => {
      code = signal > 0 ? 128 + signal : exitCode;
      notify();
    });
  });

  const shown = (from: number) => {
    const { active } = terminal.buffer;
    let text = '';
    for (let row = from; row < active.length; row++) {
      const broken = active.getLine(row + 1)?.isWrapped === true;
      const line = active.getLine(row)?.translateToString(!broken) ?? '';
      text += broken ? line : `${line.trimEnd()}\n`;
    }
    return text.trimEnd();
  };
  const transcript = () => shown(0);

  /** Looks whenever something was written, until the answer is not null. */
  const watch = <Answer>(question: () => Answer | null, inVain: string) =>
    new Promise<Answer>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        watchers.delete(look);
      };
      const fail = (why: string) => {
        stop();
        reject(new Error(`${why}, ${inVain}. The screen shows:\n${transcript()}`));
      };
      const look = () => {
        try {
          const answer = question();
          if (answer !== null) {
            stop();
            resolve(answer);
          } else if (code !== null) fail(`The program has ended with ${code}`);
        } catch (error) {
          fail((error as Error).message);
        }
      };
      const timer = setTimeout(() => fail(`${patienceMs / 1000} s have gone by`), patienceMs);
      watchers.add(look);
      look();
    });

  return {
    screen: () => shown(terminal.buffer.active.baseY),
    transcript,
    raw: () => raw,
    windowTitle: () => title,
    until: (what) =>
      watch(
        () => {
          const text = transcript();
          const isThere =
            typeof what === 'function' ? what(text) : typeof what === 'string' ? text.includes(what) : what.test(text);
          return isThere ? text : null;
        },
        typeof what === 'function' ? 'and what was waited for is not there' : `and there is no ${what}`,
      ),
    keys: (text) => child.write(text),
    signal: (name) => child.kill(name),
    async kill() {
      if (code !== null) return;
      try {
        // On its terminal it leads a process group of its own.
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended just now.
      }
      await watch(() => code, 'and it has not ended');
    },
    hangUp: () => child.destroy?.(),
    exit: () => watch(() => code, 'and the program has not ended'),
  };
}
