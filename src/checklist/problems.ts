import leven from 'leven';
import { UserError } from '../errors.ts';

/** A problem in a file. Lines and columns start at 1; null means the whole file. */
export interface Problem {
  readonly file: string;
  readonly at: { readonly line: number; readonly column: number } | null;
  readonly message: string;
}

/** `FILE:LINE:COL: steps[2].titel: unknown field, did you mean "title"?` */
export function formatProblem({ file, at, message: words }: Problem): string {
  // Keeps each problem on one line, even if a name in the file contains line breaks.
  const message = clipped(words.replace(/[\r\n\u2028\u2029]+/g, ' '));
  return at ? `${file}:${at.line}:${at.column}: ${message}` : `${file}: ${message}`;
}

/** A message may quote long text from the file. Its start says where the problem is, its end what to do. */
function clipped(message: string): string {
  if (message.length <= 600) return message;
  return `${message.slice(0, 300)}… (${message.length - 500} characters) …${message.slice(-200)}`;
}

const maxProblems = 100;

/** Sorts problems by position and keeps the first 100, with the number of omitted ones. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const sorted = [...problems].sort(
    (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
  const [first] = sorted;
  if (!first || sorted.length <= maxProblems) return sorted;
  const message = `and ${sorted.length - maxProblems} more problems`;
  return [...sorted.slice(0, maxProblems), { file: first.file, at: null, message }];
}

/** Invalid files, with all their problems. */
export class InvalidFiles extends UserError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('invalid-file', problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** Returns the known name that was probably meant, or null. */
export function suggest(name: string, known: readonly string[]): string | null {
  const near = known
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.ceil(candidate.length / 3))
    .filter(({ distance }) => distance < Math.max(2, name.length))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate ?? null;
}

/** Returns `, did you mean "title"?`, a short list of the valid names, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const found = suggest(name, known);
  if (found) return `, did you mean "${found}"?`;
  const names = known.join(', ');
  return names.length > 0 && names.length <= 160 ? `; valid names: ${names}` : '';
}
