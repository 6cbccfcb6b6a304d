import type { Step } from './model.ts';
import type { Problem } from './problems.ts';
import { referencesIn, unknownReference } from './references.ts';
import { didYouMean } from './suggest.ts';
import type { Path, YamlFile } from './yaml-file.ts';

/** What is wrong between steps, where each of them alone is right. A step that could not be read is null. */
export function referenceProblems(file: YamlFile, steps: readonly (Step | null)[]): readonly Problem[] {
  const problem = (index: number, more: Path, message: string): Problem => {
    const place = `steps[${index}]${more.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;
    return { file: file.name, at: file.place(['steps', index, ...more]), message: `${place}: ${message}` };
  };
  const ids = steps.map((step, index) => step?.id ?? idOf(file, index));

  return steps.flatMap((step, index) => {
    const found: Problem[] = [];
    const earlier = ids.slice(0, index);
    const id = ids[index];
    if (id !== undefined && earlier.includes(id)) {
      found.push(problem(index, ['id'], `"${id}" is the id of steps[${earlier.indexOf(id)}] already`));
    }
    for (const { path, text } of textsIn(rawStep(file, index))) {
      for (const name of referencesIn(text)) {
        const message = unknownReference(name);
        if (message) found.push(problem(index, path, message));
      }
    }
    if (!step) return found;
    if (step.show !== null && !earlier.includes(step.show)) {
      const later = ids.includes(step.show);
      const shown = step.show === id ? 'is this step itself' : 'comes later; only an earlier step can be shown';
      const message = later
        ? `"${step.show}" ${shown}`
        : `there is no step "${step.show}"${didYouMean(
            step.show,
            earlier.filter((known) => known !== undefined),
          )}`;
      found.push(problem(index, ['show'], message));
    }
    const is = step.check?.fields.is;
    const compares = is === 'new' || is === 'changed';
    if (compares && !steps.slice(0, index).some((before) => before?.check?.kind === 'baseline')) {
      found.push(
        problem(index, ['is'], `"${is}" compares with a baseline: put a step with "check: baseline" before it`),
      );
    }
    return found;
  });
}

function rawStep(file: YamlFile, index: number): unknown {
  return (file.value as { readonly steps?: readonly unknown[] }).steps?.[index];
}

function idOf(file: YamlFile, index: number): string | undefined {
  const raw = rawStep(file, index);
  return typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'string' ? raw.id : undefined;
}

function textsIn(value: unknown, path: Path = []): readonly { readonly path: Path; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}
