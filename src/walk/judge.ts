import type { By, Result } from '../checklist/model.ts';
import type { Look } from '../steps/check-kind.ts';
import type { Claim } from './ask-person.ts';

export interface Judged extends Result {
  readonly by: By;
  readonly disagreed: boolean;
}

/** Whose word a claim is. */
export type ClaimedBy = 'operator' | 'answers' | 'rehearsal';

/** Claim and observation as one result: where they differ, the step fails. */
export function judge(claim: (Claim & { readonly by: ClaimedBy }) | null, look: Look | null): Judged {
  const observed = look && resultOf(look);
  if (observed === null) {
    if (claim === null) throw new Error('a step needs a claim or an observation');
    return { status: claim.status, reason: claim.reason, by: claim.by, disagreed: false };
  }
  if (claim === null) return { ...observed, by: 'check', disagreed: false };
  if (claim.status === 'skip') return { status: 'skip', reason: claim.reason, by: claim.by, disagreed: false };
  if (observed.status === 'not-applicable' || observed.status === 'skip')
    return { status: claim.status, reason: claim.reason, by: claim.by, disagreed: false };
  // What was rehearsed says so, whoever looked beside it.
  const together = claim.by === 'rehearsal' ? 'rehearsal' : 'both';
  // What does not count of itself can't take a person's word away.
  if (observed.advisory) {
    const remark = observed.status === claim.status ? null : `The program remarks: ${observed.reason}`;
    const reason = [sentence(claim.reason), remark].filter(Boolean).join(' ') || null;
    return { status: claim.status, reason, by: claim.by, disagreed: false };
  }
  // What a person has seen to be wrong is wrong, whether or not the program could look.
  if (observed.status === 'error' && claim.status === 'fail') {
    const reason = `${sentence(claim.reason)} The program could not look: ${observed.reason}`;
    return { ...observed, status: 'fail', reason, by: claim.by, disagreed: false };
  }
  if (observed.status === 'error' || observed.status === claim.status) {
    const reason = claim.reason ? `${sentence(claim.reason)} ${observed.reason ?? ''}`.trim() : observed.reason;
    return { ...observed, reason, by: together, disagreed: false };
  }
  const seen = observed.reason ?? 'what was expected.';
  const reason =
    claim.status === 'pass'
      ? `The ${claim.by === 'rehearsal' ? 'rehearsal' : 'person'} says pass, the program sees: ${seen}`
      : `${sentence(claim.reason)} But the program sees: ${seen}`;
  return { ...observed, status: 'fail', reason, by: together, disagreed: true };
}

/** What of a look is its result: the rest was for the walk. */
function resultOf({ status, reason, advisory, expected, actual, output }: Look): Result {
  return {
    status,
    reason,
    ...(advisory ? { advisory } : {}),
    ...(expected ? { expected } : {}),
    ...(actual ? { actual } : {}),
    ...(output ? { output } : {}),
  };
}

function sentence(text: string | null): string {
  const words = text?.trim() ?? '';
  return words === '' || /[.!?。！？]$/.test(words) ? words : `${words}.`;
}
