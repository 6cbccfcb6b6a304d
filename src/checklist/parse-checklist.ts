import { createHash } from 'node:crypto';
import { versionProblem } from './file-version.ts';
import type { CheckFacts, Checklist, Step } from './model.ts';
import { inOrder, type Problem } from './problems.ts';
import { referenceProblems } from './reference-problems.ts';
import { type CheckSchemas, checklistHeader, checkStep, manualStep } from './schema.ts';
import { shapeProblems } from './shape-problems.ts';
import { didYouMean } from './suggest.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** A checklist, or everything that is wrong with the file. */
export function parseChecklist(name: string, source: string, checks: CheckSchemas): Checklist | readonly Problem[] {
  const file = readYaml(name, source);
  if (!('value' in file)) return file;
  const version = versionProblem(file);
  if (version) return [version];

  const header = checklistHeader.safeParse(file.value, { reportInput: true });
  const steps = rawSteps(file.value).map((raw, index) => parseStep(file, raw, index, checks));
  const problems = [
    ...(header.success ? [] : shapeProblems(file, [], header.error, () => Object.keys(checklistHeader.shape))),
    ...steps.flatMap((step) => ('id' in step ? [] : step)),
  ];
  const good = steps.map((step) => ('id' in step ? step : null));
  const all = problems.concat(referenceProblems(file, checks));
  if (all.length > 0 || !header.success) return inOrder(all);

  const { id, title, summary, needs } = header.data;
  return {
    id,
    title,
    summary: summary ?? null,
    needs: needs ?? [],
    steps: good.filter((step) => step !== null),
    sha256: createHash('sha256').update(source).digest('hex'),
  };
}

function rawSteps(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null && 'steps' in value && Array.isArray(value.steps)
    ? value.steps
    : [];
}

function parseStep(file: YamlFile, raw: unknown, index: number, checks: CheckSchemas): Step | readonly Problem[] {
  const path = ['steps', index];
  const problem = (message: string, ...more: readonly string[]): readonly Problem[] => [
    {
      file: file.name,
      at: file.place([...path, ...more]),
      message: `${['steps[', index, ']'].join('')}${more.map((key) => `.${key}`).join('')}: ${message}`,
    },
  ];
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return problem('must be a group of fields');

  const kind = 'check' in raw ? raw.check : undefined;
  if (kind === undefined) {
    const parsed = manualStep.safeParse(raw, { reportInput: true });
    if (!parsed.success)
      return shapeProblems(file, path, parsed.error, () => [...Object.keys(manualStep.shape), 'check']);
    if (!parsed.data.do) return problem('needs "do" (what a person does) or "check" (what the program looks at)');
    return toStep(parsed.data, null);
  }
  const check = typeof kind === 'string' && Object.hasOwn(checks, kind) ? checks[kind] : undefined;
  if (!check || typeof kind !== 'string') {
    return problem(`unknown check ${JSON.stringify(kind)}${didYouMean(String(kind), Object.keys(checks))}`, 'check');
  }
  const schema = checkStep(kind, check);
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (!parsed.success) return shapeProblems(file, path, parsed.error, () => Object.keys(schema.shape));
  const data: Readonly<Record<string, unknown>> = parsed.data;
  const fields = Object.fromEntries(Object.keys(check.fields).map((key) => [key, data[key]]));
  const within = typeof data.within === 'number' ? data.within : null;
  return toStep(parsed.data, { kind, fields, within, ...factsOf(check) });
}

function factsOf({ baseline, findsGrants, observes, callsContractApi }: CheckFacts): CheckFacts {
  return {
    ...(baseline && { baseline }),
    ...(findsGrants && { findsGrants }),
    ...(observes && { observes }),
    ...(callsContractApi && { callsContractApi }),
  };
}

function toStep(fields: StepFields, check: Step['check']): Step {
  return {
    id: fields.id,
    title: fields.title,
    who: fields.who,
    required: fields.required,
    do: typeof fields.do === 'string' ? [fields.do] : (fields.do ?? []),
    open: fields.open ?? null,
    expect: fields.expect ?? null,
    show: fields.show ?? null,
    ifItFails: fields['if-it-fails'] ?? null,
    sandbox: fields.sandbox ?? null,
    check,
  };
}

type StepFields = ReturnType<typeof manualStep.parse>;
