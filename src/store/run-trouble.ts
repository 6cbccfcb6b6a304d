import { CouldNotTell, UserError } from '../errors.ts';

/** `where` is a file, or `FILE:LINE`. */
export function damagedRun(id: string, where: string, why: string): CouldNotTell {
  return new CouldNotTell(
    'damaged-run',
    `Run ${id} is damaged. ${where}: ${why}. The file is left as it is.`,
    `Restore the file from a backup, delete the run with "mp-verify runs delete ${id}", or start again with "mp-verify run".`,
    false,
    { run: id },
  );
}

/** A run in another place, which is not there, or not now. */
export function lostRun(id: string, link: string, to: string): CouldNotTell {
  return new CouldNotTell(
    'damaged-run',
    `Run ${id} can't be read. ${link} is a link to ${to}, and nothing is there.`,
    `Put it back there (is its disk connected?), or delete the link with "mp-verify runs delete ${id}".`,
    false,
    { run: id },
  );
}

/** What a newer program wrote is not guessed at. */
export function newerRun(id: string, where: string, version: number, newest: number): CouldNotTell {
  return new CouldNotTell(
    'newer-run',
    `A newer mp-verify wrote run ${id}. ${where}: version ${version}; this mp-verify reads up to version ${newest}.`,
    'Update mp-verify, then run the command again.',
    false,
    { run: id, version },
  );
}

export function unknownRun(id: string): UserError {
  return new UserError('unknown-run', `There is no run "${id}".`, 'See which there are with: mp-verify runs');
}
