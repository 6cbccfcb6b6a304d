import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

type Functions<Module> = {
  readonly [Name in keyof Module]?: Module[Name] extends (...args: never) => unknown
    ? (...args: Parameters<Module[Name]>) => unknown
    : never;
};

/**
 * Replaces functions of a Node module until the test finishes, for all that import them. `module` is its default
 * export. Unlike `vi.mock`, it also works if the importing file was loaded long before.
 */
export function replaceInNode<Module extends object>(module: Module, replacements: Functions<Module>): void {
  const names = Object.keys(replacements) as (keyof Module)[];
  const before = Object.fromEntries(names.map((name) => [name, module[name]]));
  const put = (functions: object) => {
    Object.assign(module, functions);
    syncBuiltinESMExports();
  };
  put(replacements);
  onTestFinished(() => put(before));
}
