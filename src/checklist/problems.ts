import leven from 'leven';
import { UserError } from '../errors.ts';

/** Something wrong in a file, and where. Lines and columns count from 1; null where the whole file is meant. */
export interface Problem {
  readonly file: string;
  readonly at: { readonly line: number; readonly column: number } | null;
  readonly message: string;
}

/** `FILE:LINE:COL: steps[2].titel: unknown field, did you mean "title"?` */
export function formatProblem({ file, at, message: words }: Problem): string {
  // One line each, whatever a name in the file holds.
  const message = clipped(words.replace(/[\r\n\u2028\u2029]+/g, ' '));
  return at ? `${file}:${at.line}:${at.column}: ${message}` : `${file}: ${message}`;
}

/** A message may repeat what is in the file, which has no limit of its own: its beginning says where, its end what to do. */
function clipped(message: string): string {
  if (message.length <= 600) return message;
  return `${message.slice(0, 300)}… (${message.length - 500} characters) …${message.slice(-200)}`;
}

/** Nobody mends more at a time. */
const most = 100;

/** From top to bottom of a file; of a great many the first, and how many more there are. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const sorted = [...problems].sort(
    (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
  const [first] = sorted;
  if (!first || sorted.length <= most) return sorted;
  const message = `and ${sorted.length - most} more like these`;
  return [...sorted.slice(0, most), { file: first.file, at: null, message }];
}

/** All that is wrong, at once. */
export class InvalidFiles extends UserError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('invalid-file', problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** The known name that was probably meant, or null. */
export function suggest(name: string, known: readonly string[]): string | null {
  const near = known
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.ceil(candidate.length / 3))
    .filter(({ distance }) => distance < Math.max(2, name.length))
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate ?? null;
}

/** `, did you mean "title"?`, or the names that there are, or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const found = suggest(name, known);
  if (found) return `, did you mean "${found}"?`;
  return known.length > 0 && known.length <= 12 ? `; there is ${known.join(', ')}` : '';
}
