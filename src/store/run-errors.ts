import type { Entry } from '../checklist/entries.ts';
import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import { causeOf, errorCode } from '../system/disk.ts';

/** `where` is a file, or `FILE:LINE`. */
export function damagedRun(id: string, where: string, why: string): CouldNotCheck {
  return new CouldNotCheck(
    'damaged-run',
    `Run ${id} is damaged. ${where}: ${why}. The file was not changed.`,
    `Restore the file from a backup, delete the run with "${printedCommand(`runs delete ${id}`)}", or start over with "${printedCommand('run')}".`,
    false,
    { run: id },
  );
}

/** Returns the error for a link to a run that is missing, perhaps temporarily. */
export function lostRun(id: string, link: string, to: string): CouldNotCheck {
  return new CouldNotCheck(
    'damaged-run',
    `Cannot read run ${id}. ${link} is a link to ${to}, which does not exist.`,
    `Put the run back there (is the disk connected?), or delete the link with "${printedCommand(`runs delete ${id}`)}".`,
    false,
    { run: id },
  );
}

export function newerRun(id: string, where: string, version: number, newest: number): CouldNotCheck {
  return new CouldNotCheck(
    'newer-run',
    `A newer mp-verify wrote run ${id}. ${where}: version ${version}; this mp-verify reads up to version ${newest}.`,
    'Update mp-verify, then run the command again.',
    false,
    { run: id, version },
  );
}

export function unknownRun(id: string): UserError {
  return new UserError('unknown-run', `There is no run "${id}".`, `List the runs with: ${printedCommand('runs')}`);
}

/**
 * Returns the error for an entry or file that could not be added to a run. Errors that are not from the file system are
 * returned unchanged.
 */
export function cannotSave(error: unknown, what: string, path: string, id: string): unknown {
  const trouble = writeTrouble(error);
  if (!trouble) return error;
  return new CouldNotCheck(
    'cannot-save',
    `${what} could not be saved in ${path}: ${trouble.why}. Everything before it is saved.`,
    `${trouble.fix}, then resume: ${resumeCommand(id)}`,
  );
}

/**
 * Returns the error for a run that could not be created. Here and below, errors that are not from the file system are
 * returned unchanged.
 */
export function cannotCreate(error: unknown, path: string): unknown {
  const trouble = writeTrouble(error);
  if (!trouble) return error;
  return new CouldNotCheck(
    'cannot-save',
    `A new run could not be saved in ${path}: ${trouble.why}. The run was not started.`,
    `${trouble.fix}, or set MP_VERIFY_STATE_DIR to another folder. Then run the command again.`,
  );
}

export function cannotDelete(error: unknown, id: string, folder: string): unknown {
  const trouble = writeTrouble(error);
  if (!trouble) return error;
  return new CouldNotCheck(
    'cannot-delete',
    `Run ${id} could not be deleted from ${folder}: ${trouble.why}.`,
    `${trouble.fix}, then run the command again.`,
  );
}

/** Returns the error for a file or folder that exists, or may exist, but cannot be read. */
export function cannotRead(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code === null) return error;
  const why = code === 'EISDIR' ? 'a folder is where a file should be' : (causeOf(code) ?? 'the system refused it');
  return new CouldNotCheck(
    'cannot-read',
    `Cannot read ${path}: ${why} (${code}).`,
    'Fix that, then run the command again. Nothing was changed.',
  );
}

const writable = 'Make it writable';
const room = 'Free up disk space';
const fixes: Readonly<Record<string, string>> = {
  ENOSPC: room,
  EDQUOT: room,
  EROFS: 'Make the disk writable',
  EACCES: writable,
  EPERM: writable,
  EIO: 'Check the disk',
  ENOENT: 'Restore it',
  ENOTDIR: 'Move that file away',
  EEXIST: 'Move that file away',
  EFTYPE: 'Move it away',
  EMFILE: 'Close other programs',
  ENFILE: 'Close other programs',
};

/** Returns why something could not be written and how to fix it; null if the error is not from the file system. */
function writeTrouble(error: unknown): { readonly why: string; readonly fix: string } | null {
  const code = errorCode(error);
  if (code === null) return null;
  const cause = code === 'ENOENT' ? 'the file or its folder is missing' : causeOf(code);
  return { why: `${cause ?? 'the system refused it'} (${code})`, fix: fixes[code] ?? 'Fix that' };
}

const nouns: Readonly<Record<Entry['type'], string>> = {
  attempt: 'The result',
  claimed: 'The answer',
  'looked-again': 'The result of checking again',
  note: 'The note',
  evidence: 'The attached file',
  reopened: 'Starting over',
  revisited: 'Going back',
  kept: 'The kept answer',
  decided: 'The decision',
  buyer: 'The new buyer',
  checklist: 'The changed checklist',
  began: 'The start of this session',
  target: 'The product',
  product: 'The result',
  ended: 'The end of this session',
};

/** Returns an entry in words, such as `The note of step "buy" (new-signup)`. */
export function entryInWords(entry: Entry): string {
  if (entry.type === 'product') return `${nouns.product} of product ${entry.product.product}`;
  const place = 'step' in entry ? ` of step "${entry.step}" (${entry.checklist})` : '';
  return `${nouns[entry.type]}${place}`;
}
