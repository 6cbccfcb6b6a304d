import { orNothing } from './config.ts';
import { configFile } from './config-schema.ts';
import { readYaml } from './yaml-file.ts';

export type FileKind = 'answers' | 'checklist' | 'configuration' | 'scenario';

/**
 * What a file is meant as: by its name, where it is the one that a configuration has, else by its fields. Test buyers and the
 * version are fields of both a configuration and a scenario: of the others the most decide, and where there are none it is a
 * configuration.
 */
export function fileKind(name: string, source: string, scenarioFields: readonly string[]): FileKind {
  const file = readYaml(name, orNothing(source));
  const named = /(^|[/\\])mp-verify\.ya?ml$/.test(name);
  if (!('value' in file) || typeof file.value !== 'object' || file.value === null)
    return named ? 'configuration' : 'checklist';
  const fields = Object.keys(file.value).filter((field) => field !== 'version');
  if (fields.includes('steps')) return 'checklist';
  if (named) return 'configuration';
  if (fields.includes('answers')) return 'answers';
  const ofConfig = fields.filter((field) => Object.hasOwn(configFile.shape, field));
  const ofScenario = fields.filter((field) => scenarioFields.includes(field));
  if (ofScenario.length > ofConfig.length) return 'scenario';
  return ofConfig.length > 0 ? 'configuration' : 'checklist';
}
