import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { type Launch, patienceMs, type Signal } from './launch.ts';

export interface CliLaunch extends Launch {
  /** `closed` is at its end at once; in `open` nothing ever comes. */
  readonly stdin?: 'closed' | 'open';
  /** Nobody reads that stream: it is closed at once. */
  readonly closed?: 'stdout' | 'stderr';
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program with pipes. */
export interface Cli {
  /** What a stream holds, as soon as that matches. */
  until(what: RegExp, stream?: 'stdout' | 'stderr'): Promise<string>;
  signal(name: Signal): void;
  /** Ends it at once, if it still runs. */
  kill(): Promise<void>;
  /** Rejects, with what was written, when the program takes too long. */
  readonly ended: Promise<Ended>;
}

export function startCli({ file, args, cwd, env, stdin = 'closed', closed }: CliLaunch): Cli {
  const child = spawn(file, args, { cwd, env });
  if (stdin === 'closed') child.stdin.end();
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    if (closed === name) child[name].destroy();
    else
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        text[name] += chunk;
      });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${args.join(' ')} has not ended. It wrote:\n${text.stdout}\n${text.stderr}`));
    }, patienceMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: signal ? 128 + constants.signals[signal] : (code ?? -1), ...text });
    });
  });
  const until = (what: RegExp, stream: 'stdout' | 'stderr' = 'stdout') =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (what.test(text[stream])) resolve(text[stream]);
      };
      child[stream].on('data', look);
      look();
      ended.then(
        () => reject(new Error(`It ended, and ${stream} has no ${what}:\n${text.stdout}\n${text.stderr}`)),
        reject,
      );
    });
  return {
    until,
    ended,
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await Promise.allSettled([ended]);
    },
  };
}
