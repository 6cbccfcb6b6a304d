import type { Problem } from './problems.ts';
import type { YamlFile } from './yaml-file.ts';

/** What is wrong with a file's `version`, or null. Said first and alone: a newer format may differ in all else. */
export function versionProblem(file: YamlFile): Problem | null {
  const version =
    typeof file.value === 'object' && file.value !== null && 'version' in file.value ? file.value.version : 1;
  if (version === 1) return null;
  const message = `version: ${JSON.stringify(version)} is unknown; this mp-verify reads version 1`;
  return { file: file.name, at: file.place(['version']), message };
}
