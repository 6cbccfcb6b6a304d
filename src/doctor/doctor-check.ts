import { CouldNotTell, UserError } from '../errors.ts';

/**
 * `fail`: it is wrong. `error`: it could not be checked. Either way mp-verify cannot check the use cases. `warning`: it
 * can, but sees less than it could.
 */
export type DoctorStatus = 'pass' | 'warning' | 'fail' | 'error';

export interface DoctorCheck {
  readonly name: string;
  readonly status: DoctorStatus;
  /** What was found. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint: string | null;
  /** Of a permission: what cannot be done without it. */
  readonly neededFor: string | null;
  /** Of a permission: the action that a statement must add to the policy. */
  readonly missing: string | null;
}

export type InquiryError = CouldNotTell | UserError;
export type Inquiry<Answer> =
  | { readonly answer: Answer; readonly trouble: null }
  | { readonly answer: null; readonly trouble: InquiryError };

/** Asks a question whose failure is a finding. */
export async function inquire<Answer>(question: Promise<Answer>): Promise<Inquiry<Answer>> {
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

/** AWS does not accept these credentials at all, so nothing else needs to be asked with them. */
export function areUnusable(trouble: InquiryError | null): boolean {
  return trouble !== null && ['no-credentials', 'expired-credentials', 'bad-credentials'].includes(trouble.code);
}
