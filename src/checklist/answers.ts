import { z } from 'zod';
import { parseBuyer } from './buyer.ts';
import type { Checklist } from './model.ts';
import type { Problem } from './problems.ts';
import { id, text } from './schema.ts';
import { dotted, shapeProblems } from './shape-problems.ts';
import { didYouMean } from './suggest.ts';
import { type Path, readYaml, type YamlFile } from './yaml-file.ts';

/** What people have said beforehand, for a walk without them. */
export interface Answers {
  readonly answers: Readonly<Record<string, Readonly<Record<string, Answer>>>>;
  readonly buyers: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly verdict: 'pass' | 'fail' | 'skip';
  readonly note: string | null;
  /** Who says so. */
  readonly by: string | null;
}

/** What somebody has answered to a step; null where nobody has. Steps may have names that every object knows. */
export function answerTo({ answers }: Answers, checklist: string, step: string): Answer | null {
  const steps = Object.hasOwn(answers, checklist) ? answers[checklist] : undefined;
  return steps && Object.hasOwn(steps, step) ? (steps[step] ?? null) : null;
}

export const noAnswers: Answers = { answers: {}, buyers: {}, inputs: {} };

const verdict = z.enum(['pass', 'fail', 'skip']);
const answer = z.union([verdict, z.strictObject({ verdict, note: text.optional(), by: text.optional() })]);
const shape = z.strictObject({
  answers: z.record(id, z.record(id, answer)).optional(),
  buyers: z.record(id, z.string()).optional(),
  inputs: z.record(id, z.string()).optional(),
});

/**
 * An answers file, read for the checklists that are walked: answers for others are left alone, an answer for a step that
 * does not exist, or that the program judges, is a mistake.
 */
export function parseAnswers(name: string, source: string, walked: readonly Checklist[]): Answers | readonly Problem[] {
  const file = readYaml(name, source);
  if (!('value' in file)) return file;
  const parsed = shape.safeParse(file.value, { reportInput: true });
  if (!parsed.success) return shapeProblems(file, [], parsed.error, Object.keys(shape.shape));
  const { answers = {}, buyers = {}, inputs = {} } = parsed.data;
  const problems = [
    ...buyerProblems(file, buyers),
    ...walked.flatMap((checklist) => stepProblems(file, checklist, answers)),
  ];
  if (problems.length > 0) return problems;
  return {
    answers: mapValues(answers, (steps) => mapValues(steps, toAnswer)),
    buyers: mapValues(buyers, parseBuyer),
    inputs,
  };
}

function toAnswer(value: z.output<typeof answer>): Answer {
  if (typeof value === 'string') return { verdict: value, note: null, by: null };
  return { verdict: value.verdict, note: value.note ?? null, by: value.by ?? null };
}

function buyerProblems(file: YamlFile, buyers: Readonly<Record<string, string>>): readonly Problem[] {
  return Object.entries(buyers).flatMap(([checklist, buyer]) => {
    try {
      parseBuyer(buyer);
      return [];
    } catch (error) {
      return [problem(file, ['buyers', checklist], (error as Error).message)];
    }
  });
}

function stepProblems(
  file: YamlFile,
  { id: checklist, steps }: Checklist,
  answers: Readonly<Record<string, object>>,
): readonly Problem[] {
  const manual = steps.filter((step) => step.do.length > 0).map((step) => step.id);
  return Object.keys(answers[checklist] ?? {}).flatMap((step) => {
    if (manual.includes(step)) return [];
    const path = ['answers', checklist, step];
    return steps.some((known) => known.id === step)
      ? [problem(file, path, `the program checks this step itself, nobody can answer it`)]
      : [problem(file, path, `${checklist} has no step "${step}"${didYouMean(step, manual)}`)];
  });
}

function problem(file: YamlFile, path: Path, message: string): Problem {
  return { file: file.name, at: file.place(path), message: `${dotted(path)}: ${message}` };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
