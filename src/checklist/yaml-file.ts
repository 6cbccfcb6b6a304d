import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Problem } from './problems.ts';

export type Path = readonly PropertyKey[];

/** A YAML file as data, with the way back from a path in the data to its place in the file. */
export interface YamlFile {
  readonly name: string;
  readonly value: unknown;
  /** The place of what stands at `path`, or of the nearest thing around it; of the key itself with `key`. */
  place(path: Path, key?: string): Problem['at'];
}

/** Reads YAML that nobody vouches for: no custom types, and aliases may not multiply. */
export function readYaml(name: string, source: string): YamlFile | readonly Problem[] {
  const counter = new LineCounter();
  const lineColumn = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  try {
    const document = parseDocument(source, { lineCounter: counter, prettyErrors: false, logLevel: 'silent' });
    const flaws = [...document.errors, ...document.warnings];
    if (flaws.length > 0) {
      return flaws.map(({ message, pos }) => ({ file: name, at: lineColumn(pos[0]), message: `not YAML: ${message}` }));
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (value === null || value === undefined) return [{ file: name, at: null, message: 'the file is empty' }];
    return {
      name,
      value,
      place: (path, key) => lineColumn(offsetOf(document, path, key)),
    };
  } catch (error) {
    return [{ file: name, at: null, message: unreadable(error) }];
  }
}

function unreadable(error: unknown): string {
  if (error instanceof ReferenceError) return 'its aliases (*) grow into more data than a checklist can need';
  if (error instanceof RangeError) return 'it is nested too deeply';
  throw error;
}

function offsetOf(document: Document, path: Path, key?: string): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return keyOffset(node, length === path.length ? key : undefined) ?? node.range[0];
  }
  const root = document.contents;
  return keyOffset(root, path.length === 0 ? key : undefined) ?? root?.range?.[0] ?? 0;
}

function keyOffset(node: unknown, key: string | undefined): number | undefined {
  if (key === undefined || !isMap(node)) return undefined;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
