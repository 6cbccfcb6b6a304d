import type { By, Result } from '../checklist/model.ts';
import { noReason, type Reason } from '../checklist/reasons.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Observation } from '../checks/check-kind.ts';

export interface Judged extends Result {
  readonly by: By;
  readonly disagreed: boolean;
}

/** What a person says of a step, and on whose word it is: the operator's, an answers file's, or the rehearsal's. */
export interface Claim {
  readonly status: 'pass' | 'fail' | 'skip';
  readonly reason: string | null;
  readonly by: 'operator' | 'answers' | 'rehearsal';
}

/**
 * Claim and observation as one result: where they differ, the step fails. The code is that of the side which decides: of the
 * observation where it fails, of the claim where only that does.
 */
export function judge(claim: Claim | null, look: Observation | null): Judged {
  const observed = look && resultOf(look);
  if (claim === null) {
    if (observed === null) throw new Error('a step needs a claim or an observation');
    return { ...observed, by: 'check', disagreed: false };
  }
  const { status, by } = claim;
  const said = reasonOf(claim);
  const alone = { status, ...said, by, disagreed: false };
  if (observed === null || status === 'skip') return alone;
  if (observed.status === 'not-applicable' || observed.status === 'skip') return alone;
  // What was rehearsed says so, whoever looked beside it.
  const together = by === 'rehearsal' ? 'rehearsal' : 'both';
  const words = sentence(claim.reason);
  // What does not count of itself can't take a person's word away.
  if (observed.advisory) {
    if (observed.status === status) return alone;
    const reason = `${words} The program remarks: ${observed.reason}`.trim();
    const { code, values } = said.code === null ? observed : said;
    return { ...alone, code, values, reason };
  }
  // What a person has seen to be wrong is wrong, whether or not the program could look.
  if (observed.status === 'error' && status === 'fail') {
    const reason = `${words} The program could not look: ${observed.reason}`;
    return { ...observed, ...said, reason, status: 'fail', by, disagreed: false };
  }
  if (observed.status === 'error' || observed.status === status) {
    const reason = words === '' ? observed.reason : `${words} ${observed.reason ?? ''}`.trim();
    const { code, values } = observed.code === null ? said : observed;
    return { ...observed, code, values, reason, by: together, disagreed: false };
  }
  const seen = observed.reason ?? 'what was expected.';
  if (status === 'pass') {
    const reason = `The ${by === 'rehearsal' ? 'rehearsal' : 'person'} says pass, the program sees: ${seen}`;
    return { ...observed, reason, status: 'fail', by: together, disagreed: true };
  }
  const reason = `${words} But the program sees: ${seen}`;
  return { ...observed, ...said, reason, status: 'fail', by: together, disagreed: true };
}

function reasonOf({ reason: words, by }: Claim): Reason {
  if (words === null) return noReason;
  const codes = { operator: 'operator-said', answers: 'answers-file-said', rehearsal: 'rehearsal-said' } as const;
  return because(codes[by], { words });
}

/** What of a look is its result: the rest was for the walk. */
function resultOf({ status, code, values, reason, advisory, expected, actual, output }: Observation): Result {
  return {
    status,
    code,
    values,
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
