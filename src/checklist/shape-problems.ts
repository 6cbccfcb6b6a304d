import type { z } from 'zod';
import type { Problem } from './problems.ts';
import { didYouMean } from './suggest.ts';
import type { Path, YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** What a schema found wrong below `base`, in a person's words and with its place. */
export function shapeProblems(
  file: YamlFile,
  base: Path,
  error: z.ZodError,
  /** Of the group at `base`, or of any group below it. */
  knownFields: readonly string[] | ((path: Path) => readonly string[]),
): readonly Problem[] {
  const known = (path: Path) =>
    typeof knownFields === 'function' ? knownFields(path) : path.length === 0 ? knownFields : [];
  return error.issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        file: file.name,
        at: file.place(path, key),
        message: `${dotted([...path, key])}: unknown field${didYouMean(key, known(issue.path))}`,
      }));
    }
    return [{ file: file.name, at: file.place(path), message: `${dotted(path) || 'the file'}: ${words(issue)}` }];
  });
}

/** `steps[2].title` */
export function dotted(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function words(issue: Issue): string {
  const { input } = issue;
  if (issue.code === 'invalid_type') {
    if (input === undefined) return 'is missing';
    if (issue.expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) return quoteIt(input);
    return `must be ${articles[issue.expected] ?? issue.expected}, not ${described(input)}`;
  }
  if (issue.code === 'invalid_value') {
    if (input === undefined) return 'is missing';
    const values = issue.values.map(String);
    return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}, not ${described(input)}${
      typeof input === 'string' ? closest(input, values) : ''
    }`;
  }
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_union') {
    const [first] = issue.errors;
    if (typeof input === 'number' || typeof input === 'boolean') return quoteIt(input);
    const inner = issue.errors.flat().find(({ path, code }) => path.length > 0 || code === 'too_small') ?? first?.[0];
    return inner
      ? `${inner.path.length > 0 ? `${dotted(inner.path)}: ` : ''}${words({ ...inner, input: inputAt(input, inner.path) } as Issue)}`
      : issue.message;
  }
  return issue.message;
}

function quoteIt(input: number | boolean): string {
  return `must be text, but YAML reads ${typeof input === 'number' ? 'a number' : 'yes or no'} here (${String(input)}): put it in quotes`;
}

function closest(input: string, values: readonly string[]): string {
  const hint = didYouMean(input, values);
  return hint.startsWith(', did') ? hint : '';
}

function described(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a group of fields' : JSON.stringify(input);
}

function inputAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], input);
}

const articles: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
};
