import { fstatSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/** A stream of the process, as it is behind stdout and stderr. */
type Stream = NodeJS.WriteStream & { readonly fd: number };

/** What could not be written on stdout and on stderr: the first error of each, null where there was none. */
interface Lost {
  readonly stdout: NodeJS.ErrnoException | null;
  readonly stderr: NodeJS.ErrnoException | null;
}

/** Stdout and stderr of the process: an error of theirs is kept, and never thrown in the middle of something else. */
export interface Outputs {
  /** Both are one terminal. */
  readonly isTerminal: boolean;
  /** Writes on stdout all of it, however little the system takes at a time. */
  write(text: string): void;
  /** Something was written on stdout, or should have been. */
  readonly used: boolean;
  /** Resolves when all that was written is out, or lost. */
  settled(): Promise<Lost>;
}

/** Watches both; `lost` hears of the first error of stdout, once. */
export function watchOutputs(stdout: Stream, stderr: Stream, lost: (error: NodeJS.ErrnoException) => void): Outputs {
  const errors: { -readonly [Name in keyof Lost]: Lost[Name] } = { stdout: null, stderr: null };
  let used = false;
  const failed = (error: NodeJS.ErrnoException) => {
    if (errors.stdout || isReaderGone(error, stdout)) return;
    errors.stdout = error;
    lost(error);
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
    async settled() {
      for (const stream of [stdout, stderr]) {
        if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()));
      }
      // The error of a write that has failed at once is told a little later.
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

/** Node's own stream takes the half of a text for all of it where a disk has no more room. */
function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** Whoever read our output has enough of it: `mp-verify list | head -1`; or the terminal's window was closed. */
function isReaderGone({ code }: NodeJS.ErrnoException, { isTTY }: Stream): boolean {
  return code === 'EPIPE' || code === 'ENXIO' || (code === 'EIO' && isTTY);
}
