import { rename } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from './code-of.ts';

const tries = 20;

/** On Windows a virus scanner that reads a file just written keeps its folder from being renamed, for a moment. */
export async function moveFolder(from: string, to: string): Promise<void> {
  for (let left = platform() === 'win32' ? tries : 1; ; left--) {
    try {
      return await rename(from, to);
    } catch (error) {
      if (left === 1 || !['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '')) throw error;
      await pause(50);
    }
  }
}
