import { printedCommand, resumeCommand } from '../../checklist/printed-command.ts';
import { CouldNotCheck, UserError } from '../../errors.ts';
import { StoreTrouble } from './objects.ts';

const facts = ({ kind, action }: StoreTrouble) => ({ cause: kind, action });

/** Returns the error for something in the store that cannot be read. Here and below, other errors are returned unchanged. */
export function cannotReadStore(error: unknown, what: string): unknown {
  if (!(error instanceof StoreTrouble)) return error;
  return new CouldNotCheck(
    'cannot-read',
    `Cannot read ${what} from the shared store: ${error.why}.`,
    `${error.fix}, then run the command again. Nothing was changed.`,
    error.kind === 'network',
    facts(error),
  );
}

export function cannotUseStore(error: unknown, url: string): unknown {
  if (!(error instanceof StoreTrouble)) return error;
  return new CouldNotCheck(
    'cannot-save',
    `The shared store ${url} cannot be used: ${error.why}.`,
    `${error.fix}, then run the command again.`,
    error.kind === 'network',
    facts(error),
  );
}

export function cannotCreateShared(error: unknown, url: string): unknown {
  if (!(error instanceof StoreTrouble)) return error;
  return new CouldNotCheck(
    'cannot-save',
    `A new run could not be saved in the shared store ${url}: ${error.why}. The run was not started.`,
    `${error.fix}, then run the command again.`,
    error.kind === 'network',
    facts(error),
  );
}

export function cannotDeleteShared(error: unknown, id: string): unknown {
  if (!(error instanceof StoreTrouble)) return error;
  return new CouldNotCheck(
    'cannot-delete',
    `Run ${id} could not be deleted from the shared store: ${error.why}.`,
    `${error.fix}, then run the command again.`,
    error.kind === 'network',
    facts(error),
  );
}

export function cannotPush(error: unknown, id: string): unknown {
  if (!(error instanceof StoreTrouble)) return error;
  return new CouldNotCheck(
    'cannot-save',
    `Run ${id} could not be copied into the shared store: ${error.why}. What was copied stays.`,
    `${error.fix}, then run the command again: it continues.`,
    error.kind === 'network',
    facts(error),
  );
}

/** `kept` says what became of the entry: a sentence. */
export function cannotSaveShared(error: unknown, what: string, id: string, kept: string): unknown {
  if (!(error instanceof StoreTrouble)) return error;
  return new CouldNotCheck(
    'cannot-save',
    `${what} could not be saved in the shared store: ${error.why}. Everything before it is saved. ${kept}`.trim(),
    `${error.fix}, then resume: ${resumeCommand(id)}`,
    error.kind === 'network',
    facts(error),
  );
}

/** `where` is the address of an object; `kept` says what became of an entry. */
export function damagedShared(id: string, where: string, why: string, kept = ''): CouldNotCheck {
  return new CouldNotCheck(
    'damaged-run',
    `Run ${id} is damaged. ${where}: ${why}. Nothing was changed. ${kept}`.trim(),
    `Restore the object (a bucket with versions keeps earlier ones), delete the run with "${printedCommand(`runs delete ${id}`)}", or start over with "${printedCommand('run')}".`,
    false,
    { run: id },
  );
}

export function deletedRun(id: string): UserError {
  return new UserError('unknown-run', `Run ${id} was deleted.`, `List the runs with: ${printedCommand('runs')}`);
}
