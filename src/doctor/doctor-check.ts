import { CouldNotCheck, UserError } from '../errors.ts';

/**
 * `fail`: wrong. `error`: could not be checked. Either prevents checking the use cases. `warning`: mp-verify works, but
 * sees less than it could.
 */
export type DoctorStatus = 'pass' | 'warning' | 'fail' | 'error';

export interface DoctorCheck {
  readonly name: string;
  readonly status: DoctorStatus;
  /** What was found. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint: string | null;
  /** What needs this permission; null for other checks. */
  readonly neededFor: string | null;
  /** The action to add to the policy; null for other checks. */
  readonly missing: string | null;
}

export type InquiryError = CouldNotCheck | UserError;
export type Inquiry<Answer> =
  | { readonly answer: Answer; readonly trouble: null }
  | { readonly answer: null; readonly trouble: InquiryError };

/** Asks a question, and returns a failure as a finding. */
export async function inquire<Answer>(question: Promise<Answer>): Promise<Inquiry<Answer>> {
  try {
    return { answer: await question, trouble: null };
  } catch (trouble) {
    if (trouble instanceof CouldNotCheck || trouble instanceof UserError) return { answer: null, trouble };
    throw trouble;
  }
}

export function check(name: string, status: DoctorStatus, detail: string, hint: string | null = null): DoctorCheck {
  return { name, status, detail, hint, neededFor: null, missing: null };
}

/** Returns why nothing can be asked with these credentials; null if something can. */
export function whyUnusable(trouble: InquiryError | null): string | null {
  const reasons: Readonly<Record<string, string>> = {
    'no-credentials': 'there are no credentials',
    'expired-credentials': 'AWS does not accept these credentials',
    'bad-credentials': 'AWS does not accept these credentials',
    'role-not-assumed': 'the role cannot be assumed',
  };
  return reasons[trouble?.code ?? ''] ?? null;
}
