import { fstatSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CouldNotCheck, type CouldNotCheckCode, type Outcome } from '../errors.ts';
import { causeOf, errorCode } from './disk.ts';

type Stream = NodeJS.WriteStream & { readonly fd: number };

/** The first error of each stream, or null. */
interface OutputErrors {
  readonly stdout: NodeJS.ErrnoException | null;
  readonly stderr: NodeJS.ErrnoException | null;
}

/**
 * Stdout and stderr of the process. Their errors are collected instead of being thrown in the middle of something else.
 */
export interface Outputs {
  /** Both are the same terminal. */
  readonly isTerminal: boolean;
  /** Writes the whole text to stdout, however little the system accepts at a time. */
  write(text: string): void;
  /** Something was, or should have been, written to stdout. */
  readonly used: boolean;
  /** Resolves when everything has been written or has failed. */
  flush(): Promise<OutputErrors>;
}

/** Watches both streams. Calls `onLost` with the first error of stdout. */
export function watchOutputs(stdout: Stream, stderr: Stream, onLost: (error: NodeJS.ErrnoException) => void): Outputs {
  const errors: { -readonly [Name in keyof OutputErrors]: OutputErrors[Name] } = { stdout: null, stderr: null };
  let used = false;
  const failed = (error: NodeJS.ErrnoException) => {
    if (errors.stdout || isReaderGone(error, stdout)) return;
    errors.stdout = error;
    onLost(error);
  };
  stdout.on('error', failed);
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (!isReaderGone(error, stderr)) errors.stderr ??= error;
  });
  const isFile = isRegularFile(stdout.fd);
  return {
    isTerminal: Boolean(stdout.isTTY && stderr.isTTY) && fstatSync(stdout.fd).rdev === fstatSync(stderr.fd).rdev,
    write(text) {
      used = true;
      if (!isFile) {
        stdout.write(text);
        return;
      }
      try {
        writeWhole(stdout.fd, Buffer.from(text));
      } catch (error) {
        failed(error as NodeJS.ErrnoException);
      }
    },
    get used() {
      return used;
    },
    async flush() {
      for (const stream of [stdout, stderr]) {
        if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()));
      }
      // A failed write reports its error a little later.
      await setImmediate();
      return errors;
    },
  };
}

function isRegularFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/** On a full disk, Node's stream treats a partial write as complete. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** The reader has read enough, as in `mp-verify list | head -1`, or the terminal was closed. */
function isReaderGone({ code }: NodeJS.ErrnoException, { isTTY }: Stream): boolean {
  return code === 'EPIPE' || code === 'ENXIO' || (code === 'EIO' && isTTY);
}

const lostCode = 'cannot-write-output' satisfies CouldNotCheckCode;

/** Returns the error for output that could not be written to stdout. `toPrint` is the command that prints the run it was about. */
export function lostOutput(error: Error, toPrint: string | null): CouldNotCheck {
  const code = errorCode(error);
  const why = code === null ? error.message : `${causeOf(code) ?? 'the system refused it'} (${code})`;
  const next =
    toPrint === null
      ? 'Free up disk space or choose another place, then run the command again.'
      : `The run is saved. To print its result: ${toPrint}`;
  return new CouldNotCheck(lostCode, `Could not write the output: ${why}. ${next}`);
}

export function isLostOutput(error: unknown): boolean {
  return error instanceof CouldNotCheck && error.code === lostCode;
}

/** Turns a verdict that could not be printed into an error. Other outcomes stay. */
export function withoutOutput(outcome: Outcome): Outcome {
  return ['pass', 'fail', 'incomplete'].includes(outcome) ? 'error' : outcome;
}
