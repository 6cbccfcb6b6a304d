import { own } from './own.ts';
import type { Problem } from './problems.ts';
import { referencesIn, unknownReference } from './references.ts';
import type { CheckSchemas } from './schema.ts';
import { dotted } from './shape-problems.ts';
import { didYouMean } from './suggest.ts';
import type { Path, YamlFile } from './yaml-file.ts';

/**
 * What is wrong between the parts of a checklist, where each alone is right. It reads the file as it is, so that a step
 * with another mistake still has its say.
 */
export function referenceProblems(file: YamlFile, checks: CheckSchemas): readonly Problem[] {
  const steps = stepsIn(file.value);
  const first = new Map<string, number>();
  for (const [index, { id }] of steps.entries()) if (typeof id === 'string' && !first.has(id)) first.set(id, index);
  const baseline = steps.findIndex(({ check }) => own(checks, String(check))?.baseline);
  const problem = (path: Path, message: string): Problem => {
    return { file: file.name, at: file.place(path), message: `${dotted(path)}: ${message}` };
  };

  const between = steps.flatMap(({ id, show, is }, index) => {
    const found: Problem[] = [];
    const before = typeof id === 'string' ? first.get(id) : undefined;
    if (before !== undefined && before < index) {
      found.push(problem(['steps', index, 'id'], `"${id}" is the id of steps[${before}] already`));
    }
    if (typeof show === 'string' && !((first.get(show) ?? index) < index)) {
      found.push(problem(['steps', index, 'show'], wrongShow(show, id === show, first)));
    }
    if ((is === 'new' || is === 'changed') && (baseline < 0 || baseline > index)) {
      const message = `"${is}" compares with a baseline: put a step with "check: baseline" before it`;
      found.push(problem(['steps', index, 'is'], message));
    }
    return found;
  });
  const unknown = textsIn(file.value).flatMap(({ path, text }) =>
    referencesIn(text).flatMap((name) => {
      const message = unknownReference(name);
      return message === null ? [] : [problem(path, message)];
    }),
  );
  return between.concat(unknown);
}

function wrongShow(show: string, itself: boolean, ids: ReadonlyMap<string, number>): string {
  if (itself) return `"${show}" is this step itself`;
  if (ids.has(show)) return `"${show}" comes later; only an earlier step can be shown`;
  const hint = didYouMean(show, [...ids.keys()]);
  return `there is no step "${show}"${hint.startsWith(', did') ? hint : ''}`;
}

function stepsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const steps = (value as { readonly steps?: unknown } | null)?.steps;
  return Array.isArray(steps) ? steps.map((step) => (typeof step === 'object' && step !== null ? step : {})) : [];
}

function textsIn(value: unknown, path: Path = []): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}
