import { UserError } from '../errors.ts';

/** Something wrong in a file, and where. Lines and columns count from 1; null where the whole file is meant. */
export interface Problem {
  readonly file: string;
  readonly at: { readonly line: number; readonly column: number } | null;
  readonly message: string;
}

/** `FILE:LINE:COL: steps[2].titel: unknown field, did you mean "title"?` */
export function formatProblem({ file, at, message }: Problem): string {
  return at ? `${file}:${at.line}:${at.column}: ${message}` : `${file}: ${message}`;
}

/** All that is wrong, at once. */
export class InvalidFiles extends UserError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('invalid-file', problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}
