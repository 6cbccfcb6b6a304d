import type { z } from 'zod';
import { didYouMean } from './problems.ts';
import type { scenarioFile } from './scenario-schema.ts';
import type { Path } from './yaml-file.ts';

/** A scenario as it stands in the file, its shape known to be right. */
export type ScenarioData = z.infer<typeof scenarioFile>;

/** Notes something wrong with what stands at `path`. */
export type Say = (path: Path, message: string) => void;

/** Says it where `name` is none of the known ones. */
export function checkName(path: Path, what: string, name: string, known: readonly string[], say: Say): void {
  if (!known.includes(name)) say(path, `there is no ${what} ${JSON.stringify(name)}${didYouMean(name, known)}`);
}
