import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  Lexer,
  LineCounter,
  Parser,
  visit,
} from 'yaml';
import type * as z from 'zod';
import { didYouMean, inOrder, type Problem } from './problems.ts';

export type Path = readonly PropertyKey[];

/** A YAML file as data. Finds the position in the file for a path in the data. */
export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** The position of the value at `path`, or of the nearest value around it. With `key`, the position of the key. */
  place(path: Path, key?: string): Problem['at'];
}

/** Deeper than any real file, and far below what would overflow the stack. */
const maxDepth = 50;
const tooDeep = 'nested too deeply';

/** Reads untrusted YAML: no custom types, limited depth, and aliases that cannot multiply. */
export function readYaml(name: string, source: string): YamlFile | readonly Problem[] {
  const counter = new LineCounter();
  const lineColumn = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const problem = (message: string, at: Problem['at'] = null): readonly Problem[] => [{ file: name, at, message }];
  try {
    const tokens = parseTokens(source, counter);
    if (!Array.isArray(tokens)) return problem(tooDeep, tokens);
    const composer = new Composer({ logLevel: 'error', uniqueKeys: false });
    const [document, another] = composer.compose(tokens, true, source.length);
    if (!document) throw new Error('the composer returned no document');
    const flaws = [...document.errors, ...document.warnings].map(({ message, pos: [at] }) => ({ message, at }));
    if (another) flaws.push({ message: 'there is more than one document (---)', at: another.range[0] });
    if (flaws.length > 0) {
      return inOrder(
        flaws.map(({ message, at }) => ({ file: name, at: lineColumn(at), message: `not YAML: ${message}` })),
      );
    }
    const flaw = structureFlaw(document);
    if (flaw) return problem(flaw.message, lineColumn(flaw.offset));
    const value: unknown = document.toJS({ maxAliasCount: 20 });
    if (value === null || value === undefined) return problem('the file is empty');
    return { name, value, place: (path, key) => lineColumn(offsetOf(document, path, key)) };
  } catch (error) {
    if (error instanceof RangeError) return problem(tooDeep);
    if (error instanceof ReferenceError) return problem('its aliases (*) expand to too much data');
    throw error;
  }
}

/**
 * Returns the tokens of a file, or where its nesting is too deep. The composer would be too late to notice: it is
 * recursive, and at some depths aborts Node instead of throwing.
 */
function parseTokens(source: string, counter: LineCounter): CST.Token[] | { line: number; column: number } {
  counter.addNewLine(0);
  const parser = new Parser(counter.addNewLine);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(source)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The stack also holds the document and the current token.
    if (parser.stack.length <= maxDepth + 2) continue;
    const { line, col } = counter.linePos(parser.offset);
    return { line, column: col };
  }
  return [...tokens, ...parser.end()];
}

/**
 * Rejects YAML that no file needs: deep nesting, repeated keys, and aliases that lack an anchor or contain themselves.
 */
function structureFlaw(document: Document): { readonly message: string; readonly offset: number } | null {
  let flaw: { message: string; offset: number } | null = null;
  let aliases = 0;
  visit(document, (_, node, path) => {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
    if (path.length > maxDepth) flaw = { message: tooDeep, offset };
    if (isMap(node)) {
      const keys = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) flaw ??= { message: 'not YAML: Map keys must be unique', offset: key.range?.[0] ?? 0 };
        keys.add(key.value);
      }
    }
    if (isAlias(node) && ++aliases > 100) {
      flaw = { message: 'its aliases (*) expand to too much data', offset };
    } else if (isAlias(node)) {
      const target = node.resolve(document);
      if (!target) flaw = { message: `the alias *${node.source} has no anchor before it`, offset };
      else if (path.some((around) => around === target)) flaw = { message: `*${node.source} contains itself`, offset };
    }
    return flaw ? visit.BREAK : undefined;
  });
  return flaw;
}

function offsetOf(document: Document, path: Path, key?: string): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return keyOffset(node, length === path.length ? key : undefined) ?? node.range[0];
  }
  const root = document.contents;
  return keyOffset(root, path.length === 0 ? key : undefined) ?? root?.range?.[0] ?? 0;
}

const keysOfMaps = new WeakMap<object, ReadonlyMap<string, number>>();

function keyOffset(node: unknown, key: string | undefined): number | undefined {
  if (key === undefined || !isMap(node)) return undefined;
  let keys = keysOfMaps.get(node);
  if (!keys) {
    const pairs = node.items.flatMap((item) =>
      isScalar(item.key) && item.key.range ? [[String(item.key.value), item.key.range[0]] as const] : [],
    );
    keys = new Map(pairs);
    keysOfMaps.set(node, keys);
  }
  return keys.get(key);
}

/** Describes a wrong `version`, or returns null. Reported alone, because another version may differ in everything. */
export function versionProblem(file: YamlFile): Problem | null {
  const version =
    typeof file.value === 'object' && file.value !== null && 'version' in file.value ? file.value.version : 1;
  if (version === 1) return null;
  const message = `version: ${JSON.stringify(version)} is not supported; this mp-verify supports version 1`;
  return { file: file.name, at: file.place(['version']), message };
}

type Issue = z.core.$ZodIssue;

/** The known fields of the group at a path. */
export type KnownFields = (path: Path) => readonly string[];

/** Converts what a schema found wrong below `base` into problems with positions. */
export function shapeProblems(file: YamlFile, base: Path, error: z.ZodError, known: KnownFields): readonly Problem[] {
  const at = (path: Path) =>
    path.reduce<unknown>((value, part) => (value as RawFields | undefined)?.[part], file.value);
  return error.issues.flatMap(nearestIssues).flatMap((issue) => {
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

type RawFields = Readonly<Record<PropertyKey, unknown>>;

/** `steps[2].title` */
export function dotted(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/** For a value with several valid forms, returns the problems of the closest form. */
function nearestIssues(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const nearest = issue.errors.find(
    (errors) => !errors.some(({ path, code }) => path.length === 0 && formErrors.has(code)),
  );
  const errors = nearest ?? issue.errors[0] ?? [];
  return errors.flatMap((inner) => nearestIssues({ ...inner, path: [...issue.path, ...inner.path] } as Issue));
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
