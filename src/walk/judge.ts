import type { By, Result } from '../checklist/model.ts';
import { noReason, type Reason, sentence } from '../checklist/reasons.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Observation } from '../checks/check-kind.ts';

export interface JudgedStep extends Result {
  readonly by: By;
  readonly disagreed: boolean;
}

/** A person's answer to a step, given by the operator, an answers file or the rehearsal. */
export interface Claim {
  /** `error`: the rehearsal could not do its part. */
  readonly status: 'pass' | 'fail' | 'skip' | 'error';
  readonly reason: string | null;
  readonly by: 'operator' | 'answers' | 'rehearsal';
}

/**
 * Combines claim and observation into one result. If they differ, the step fails. The code is that of the side that
 * decides: of a failed observation, or of a claim that alone failed.
 */
export function judge(claim: Claim | null, found: Observation | null): JudgedStep {
  const observed = found && resultOf(found);
  if (claim === null) {
    if (observed === null) throw new Error('a step needs a claim or an observation');
    return { ...observed, by: 'check', disagreed: false };
  }
  const { status, by } = claim;
  const claimed = reasonOf(claim);
  const alone = { status, ...claimed, by, disagreed: false };
  if (observed === null || status === 'skip' || status === 'error') return alone;
  if (observed.status === 'not-applicable' || observed.status === 'skip') return alone;
  // A rehearsed answer stays marked as rehearsed.
  const together = by === 'rehearsal' ? 'rehearsal' : 'both';
  const words = sentence(claim.reason ?? '');
  // An advisory result cannot overrule a person.
  if (observed.advisory) {
    if (observed.status === status) return alone;
    const reason = `${words} mp-verify notes: ${observed.reason}`.trim();
    const { code, values } = claimed.code === null ? observed : claimed;
    return { ...alone, code, values, reason };
  }
  // A failure that a person saw counts, even if the program could not check.
  if (observed.status === 'error' && status === 'fail') {
    const reason = `${words} mp-verify could not check: ${observed.reason}`;
    return { ...observed, ...claimed, reason, status: 'fail', by, disagreed: false };
  }
  if (observed.status === 'error' || observed.status === status) {
    // A rehearsed pass says the same as the check.
    const isSaid = words === '' || (observed.status === 'pass' && observed.reason !== null);
    const reason = isSaid ? observed.reason : `${words} ${observed.reason ?? ''}`.trim();
    const { code, values } = observed.code === null ? claimed : observed;
    return { ...observed, code, values, reason, by: together, disagreed: false };
  }
  const seen = observed.reason ?? 'what was expected.';
  if (status === 'pass') {
    const reason = `${answeredBy[by]} pass, but mp-verify found: ${seen}`;
    return { ...observed, reason, status: 'fail', by: together, disagreed: true };
  }
  const reason = `${words} But mp-verify found: ${seen}`;
  return { ...observed, ...claimed, reason, status: 'fail', by: together, disagreed: true };
}

const answeredBy = {
  operator: 'The operator answered',
  answers: 'The answers file says',
  rehearsal: 'The rehearsal answered',
} as const satisfies Record<Claim['by'], string>;

function reasonOf({ reason: words, by }: Claim): Reason {
  if (words === null) return noReason;
  const codes = { operator: 'operator-said', answers: 'answers-file-said', rehearsal: 'rehearsal-said' } as const;
  return because(codes[by], { words });
}

/** Returns the part of an observation that is saved. The rest is only for the walk. */
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
