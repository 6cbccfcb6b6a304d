import { CouldNotTell } from '../errors.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is a file',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'the disk is read-only',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  ENXIO: 'nobody reads from it',
  EAGAIN: 'nobody reads from it',
  EPIPE: 'nobody reads from it any more',
};

/** Why a file can't be written, in words as far as there are some. */
export function whyNot(error: unknown): string {
  return reasons[codeOf(error)] ?? codeOf(error);
}

export function cannotWrite(path: string, error: unknown, hint: string): CouldNotTell {
  return new CouldNotTell('cannot-write', `${path} can't be written: ${whyNot(error)}.`, hint);
}

/** The system's code of an error, else its words. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
