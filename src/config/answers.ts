import * as z from 'zod';
import { parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import { id, textLine } from '../checklist/fields.ts';
import type { Answer, Answers, Checklist } from '../checklist/model.ts';
import { didYouMean, inOrder, type Problem } from '../checklist/problems.ts';
import { lookUp } from '../checklist/references.ts';
import { dotted, type Path, readYaml, shapeProblems, type YamlFile } from '../checklist/yaml-file.ts';

const verdict = z.enum(['pass', 'fail', 'skip']);
const answer = z.union([verdict, z.strictObject({ verdict, note: textLine.optional(), by: textLine.optional() })]);
const shape = z.strictObject({
  answers: z.record(id, z.record(id, answer)).optional(),
  buyers: z.record(id, z.string()).optional(),
  inputs: z.record(id, z.string()).optional(),
});

/**
 * Parses an answers file for these checklists, or returns all its problems. Answers for other checklists are ignored.
 * An answer for a step that does not exist, or that only the program checks, is a problem.
 */
export function parseAnswers(
  name: string,
  source: string,
  checklists: readonly Checklist[],
): Answers | readonly Problem[] {
  const file = readYaml(name, source);
  if (!('value' in file)) return file;
  const parsed = shape.safeParse(file.value, { reportInput: true });
  const known = (path: Path) => (path.length === 0 ? Object.keys(shape.shape) : ['verdict', 'note', 'by']);
  const wrongShape = parsed.success ? [] : shapeProblems(file, [], parsed.error, known);
  const reported = new Set(wrongShape.map(({ at }) => JSON.stringify(at)));
  const wrongContent = [...buyerProblems(file), ...checklists.flatMap((checklist) => stepProblems(file, checklist))];
  const problems = [...wrongShape, ...wrongContent.filter(({ at }) => !reported.has(JSON.stringify(at)))];
  if (problems.length > 0 || !parsed.success) return inOrder(problems);
  const { answers = {}, buyers = {}, inputs = {} } = parsed.data;
  return {
    answers: mapValues(answers, (steps) => mapValues(steps, toAnswer)),
    buyers: mapValues(buyers, parseBuyer),
    inputs: mapValues(inputs, (value) => value),
  };
}

function toAnswer(value: z.output<typeof answer>): Answer {
  if (typeof value === 'string') return { verdict: value, note: null, by: null };
  return { verdict: value.verdict, note: value.note ?? null, by: value.by ?? null };
}

function buyerProblems(file: YamlFile): readonly Problem[] {
  return Object.entries(below(file.value, 'buyers')).flatMap(([checklist, buyer]) => {
    const wrong = typeof buyer === 'string' ? wrongBuyer(buyer) : null;
    return wrong === null ? [] : [problem(file, ['buyers', checklist], wrong)];
  });
}

function stepProblems(file: YamlFile, { id: checklist, steps }: Checklist): readonly Problem[] {
  const manual = steps.filter((step) => step.do.length > 0).map((step) => step.id);
  const answerable = new Set(manual);
  return Object.keys(below(below(file.value, 'answers'), checklist)).flatMap((step) => {
    if (answerable.has(step)) return [];
    const message = steps.some((known) => known.id === step)
      ? 'the program checks this step, so it cannot have an answer'
      : `${checklist} has no step "${step}"${didYouMean(step, manual)}`;
    const at = file.place(['answers', checklist], step);
    return [{ file: file.name, at, message: `${dotted(['answers', checklist, step])}: ${message}` }];
  });
}

/** Returns the group of fields under a field of the unparsed file; empty if it is not a group. */
function below(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = lookUp(value as Readonly<Record<string, unknown>>, name);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : {};
}

function problem(file: YamlFile, path: Path, message: string): Problem {
  return { file: file.name, at: file.place(path), message: `${dotted(path)}: ${message}` };
}

/** Maps values into an object without a prototype, because a step may be named `constructor`. */
function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  const entries = Object.entries(record).map(([key, value]) => [key, map(value)] as const);
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, To>;
}
