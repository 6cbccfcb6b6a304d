import { CouldNotTell, UserError } from '../errors.ts';

/**
 * `fail`: it is wrong. `error`: it could not be looked at. Both mean that the use cases can't be checked. `warning`: they
 * can, but something is in the way of a better observation.
 */
export type DoctorStatus = 'pass' | 'warning' | 'fail' | 'error';

export interface DoctorCheck {
  readonly name: string;
  readonly status: DoctorStatus;
  /** What was found. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint: string | null;
  /** Of a permission: what can't be done without it. */
  readonly neededFor: string | null;
  /** Of a permission: the action that a statement must add to the policy. */
  readonly missing: string | null;
}

export type Trouble = CouldNotTell | UserError;
export type Attempt<Answer> =
  | { readonly answer: Answer; readonly trouble: null }
  | { readonly answer: null; readonly trouble: Trouble };

/** A question whose failure is a finding. */
export async function attempt<Answer>(question: Promise<Answer>): Promise<Attempt<Answer>> {
  try {
    return { answer: await question, trouble: null };
  } catch (trouble) {
    if (trouble instanceof CouldNotTell || trouble instanceof UserError) return { answer: null, trouble };
    throw trouble;
  }
}

export function check(name: string, status: DoctorStatus, detail: string, hint: string | null = null): DoctorCheck {
  return { name, status, detail, hint, neededFor: null, missing: null };
}

/** AWS does not take these credentials at all: no other question needs to be asked with them. */
export function areUnusable(trouble: Trouble | null): boolean {
  return trouble !== null && ['no-credentials', 'expired-credentials', 'bad-credentials'].includes(trouble.code);
}
