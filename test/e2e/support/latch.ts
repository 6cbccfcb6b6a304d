import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { patienceMs } from './launch.ts';
import type { Machine } from './machine.ts';

/** An operation of the program on a file. */
export interface Latch {
  /** `amid` is half of a write. */
  readonly when: 'before' | 'amid' | 'after';
  readonly operation: 'open' | 'write' | 'sync' | 'rename' | 'mkdir';
  /** A part of the path; for a rename of the new one. */
  readonly path: string;
  /** A part of what is written, or was written last. */
  readonly text?: string;
  /** Fails with this code, each time, instead of waiting there. */
  readonly fault?: 'ENOSPC' | 'EIO' | 'EACCES';
}

/** A program that is held at a latch. */
export interface Held {
  /** What makes the program stop there. */
  readonly env: Readonly<Record<string, string>>;
  /** The process's id, as soon as it has come there. */
  reached(): Promise<number>;
  /** Resolves when a signal that was sent to it there has been heard. */
  heard(): Promise<void>;
  /** Lets it go on; faults are over. */
  release(): Promise<void>;
}

/** Sets the one latch of this machine. */
export async function setLatch({ home }: Machine, latch: Latch): Promise<Held> {
  const folder = join(home, 'latch');
  await mkdir(folder);
  const hook = new URL('./latch.mjs', import.meta.url);
  const file = (name: string) =>
    vi.waitFor(() => readFile(join(folder, name), 'utf8'), { timeout: patienceMs, interval: 20 });
  return {
    env: { NODE_OPTIONS: `--import=${hook}`, LATCH: JSON.stringify(latch), LATCH_FOLDER: folder },
    reached: async () => Number(await file('at')),
    heard: async () => void (await file('heard')),
    release: () => writeFile(join(folder, 'go'), ''),
  };
}
