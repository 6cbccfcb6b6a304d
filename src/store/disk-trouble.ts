import { CouldNotTell } from '../errors.ts';
import { codeOf } from './code-of.ts';

interface Trouble {
  readonly why: string;
  readonly mend: string;
}

const mayNot: Trouble = { why: 'you may not write there', mend: 'Make it writable for you' };
const fileInTheWay: Trouble = { why: 'a file is where a folder should be', mend: 'Move that file away' };
const tooManyFiles: Trouble = { why: 'too many files are open', mend: 'Close other programs' };

const troubles: Readonly<Record<string, Trouble>> = {
  ENOSPC: { why: 'the disk is full', mend: 'Make room on the disk' },
  EDQUOT: { why: 'your share of the disk is used up', mend: 'Make room on the disk' },
  EROFS: { why: 'the disk is read-only', mend: 'Make the disk writable' },
  EACCES: mayNot,
  EPERM: mayNot,
  EIO: { why: 'the disk reports an error', mend: 'See to the disk' },
  ENOENT: { why: 'the file or its folder is gone', mend: 'Put it back' },
  ENOTDIR: fileInTheWay,
  EEXIST: fileInTheWay,
  EFTYPE: { why: 'it is not a regular file', mend: 'Move it away' },
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
};

/** Why something could not be written, and what to do about it. Null where the file system is not to blame. */
export function diskTrouble(error: unknown): Trouble | null {
  const code = codeOf(error);
  if (code === null) return null;
  const known = troubles[code] ?? { why: 'the system refuses it', mend: 'Mend that' };
  return { ...known, why: `${known.why} (${code})` };
}

/** For what could not be added to a run. Errors that have nothing to do with the disk come back as they are. */
export function cannotSave(error: unknown, what: string, path: string, id: string): unknown {
  const trouble = diskTrouble(error);
  if (!trouble) return error;
  return new CouldNotTell(
    'cannot-save',
    `${what} could not be saved in ${path}: ${trouble.why}. Everything before it is kept.`,
    `${trouble.mend}, then go on with: mp-verify resume ${id}`,
  );
}

/** For a run that could not be made at all. */
export function cannotCreate(error: unknown, path: string): unknown {
  const trouble = diskTrouble(error);
  if (!trouble) return error;
  return new CouldNotTell(
    'cannot-save',
    `A new run could not be saved in ${path}: ${trouble.why}. Nothing was begun.`,
    `${trouble.mend}, or set MP_VERIFY_STATE_DIR to another folder. Then run the command again.`,
  );
}

const readReasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  EIO: 'the disk reports an error',
  ENOTDIR: 'a file is where a folder should be',
  EISDIR: 'a folder is where a file should be',
  EFTYPE: 'it is not a regular file',
};

/** For what is there, or may be, but can't be looked at. */
export function cannotRead(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === null) return error;
  return new CouldNotTell(
    'cannot-read',
    `${path} can't be read: ${readReasons[code] ?? 'the system refuses it'} (${code}).`,
    'Mend that, then run the command again. Nothing was changed.',
  );
}
