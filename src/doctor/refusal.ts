export interface Refusal {
  /** What a statement in the identity's own policy adds; null where that is not what is missing. */
  readonly missing: string | null;
  readonly hint: string | null;
}

/**
 * What AWS's words of a refusal mean for the policy that must change.
 * Messages: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function refusal(action: string, why: string): Refusal {
  const [, denying] = /explicit deny in an? ([\w -]*?(?:policy|boundary))/.exec(why) ?? [];
  if (denying) {
    const hint = `${action} is denied by a statement in ${article(denying)}, which no other statement lifts: ask whoever keeps it to take that out.`;
    return { missing: null, hint };
  }
  const [, silent] = /because no ([\w -]*?(?:policy|boundary)) allows/.exec(why) ?? [];
  if (silent && silent !== 'identity-based policy') {
    return {
      missing: null,
      hint: `${action} must be allowed by ${article(silent)} too: ask whoever keeps it to add it.`,
    };
  }
  if (/authorized to perform/.test(why)) return { missing: action, hint: null };
  const hint = `AWS does not say that a policy is why it refuses ${action}. If your policy has it already, ask AWS Marketplace seller support whether the account is fully registered as a seller.`;
  return { missing: action, hint };
}

function article(policy: string): string {
  return `${/^[aeiou]/i.test(policy) ? 'an' : 'a'} ${policy}`;
}
