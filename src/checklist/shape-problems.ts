import type { z } from 'zod';
import type { Problem } from './problems.ts';
import { didYouMean } from './suggest.ts';
import type { Path, YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** The fields that a group at this path can have, where they are known. */
export type KnownFields = (path: Path) => readonly string[];

/** What a schema found wrong below `base`, in a person's words and with its place. */
export function shapeProblems(file: YamlFile, base: Path, error: z.ZodError, known: KnownFields): readonly Problem[] {
  const at = (path: Path) => path.reduce<unknown>((value, part) => (value as Fields | undefined)?.[part], file.value);
  return error.issues.flatMap(decided).flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        file: file.name,
        at: file.place(path, key),
        message: `${dotted([...path, key])}: unknown field${didYouMean(key, known(issue.path))}`,
      }));
    }
    const key = issue.code === 'invalid_key' ? String(issue.path.at(-1)) : undefined;
    const place = key === undefined ? file.place(path) : file.place(path.slice(0, -1), key);
    return [{ file: file.name, at: place, message: `${dotted(path) || 'the file'}: ${words(issue, at(path))}` }];
  });
}

type Fields = Readonly<Record<PropertyKey, unknown>>;

/** `steps[2].title` */
export function dotted(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/** Where one of several forms was meant, what is wrong with that form: the one that the value came nearest to. */
function decided(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const entered = issue.errors.find(
    (errors) => !errors.some(({ path, code }) => path.length === 0 && formErrors.has(code)),
  );
  const errors = entered ?? issue.errors[0] ?? [];
  return errors.flatMap((inner) => decided({ ...inner, path: [...issue.path, ...inner.path] } as Issue));
}

const formErrors: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value']);

function words(issue: Issue, input: unknown): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_type') {
    if (input === undefined) return 'is missing';
    if (issue.expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) return quoteIt(input);
    return `must be ${articles[issue.expected] ?? issue.expected}, not ${described(input)}`;
  }
  if (issue.code !== 'invalid_value') return issue.message;
  if (input === undefined) return 'is missing';
  const values = issue.values.map(String);
  const hint = typeof input === 'string' ? didYouMean(input, values) : '';
  const choice = `${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
  return `must be ${choice}, not ${described(input)}${hint.startsWith(', did') ? hint : ''}`;
}

function quoteIt(input: number | boolean): string {
  const read = typeof input === 'number' ? 'a number' : 'yes or no';
  return `must be text, but YAML reads ${read} here (${String(input)}): put it in quotes`;
}

function described(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a group of fields' : JSON.stringify(input);
}

const articles: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};
