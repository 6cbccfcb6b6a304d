import { isUsageBased } from '../checks/buyer-holdings.ts';
import { type IamAction, type Marketplace, type ProbeAnswer, type Product, permissions } from '../ports/marketplace.ts';
import { check, type DoctorCheck, type Inquiry, type InquiryError, inquire } from './doctor-check.ts';

/**
 * Probes all actions at once; the requests go to four services. `outage` says why AWS did not answer just before, so
 * that it is not repeated for each action.
 */
export async function permissionChecks(
  asked: readonly IamAction[],
  marketplace: Pick<Marketplace, 'probe'>,
  product: Product | null,
  outage: InquiryError | null,
): Promise<readonly DoctorCheck[]> {
  const usageBased = product !== null && isUsageBased(product);
  return Promise.all(
    asked.map(async (action) => {
      const probed = await inquire(marketplace.probe(action, product));
      return outage !== null && probed.trouble?.code === outage.code
        ? unchecked(action, 'Could not check: AWS cannot be reached.')
        : permissionCheck(action, probed, isRequired(action, usageBased));
    }),
  );
}

/** Returns the same checks for credentials that are missing or unusable, without asking AWS. */
export function uncheckedPermissions(asked: readonly IamAction[], why: string): readonly DoctorCheck[] {
  return asked.map((action) => unchecked(action, `Could not check: ${why}.`));
}

function unchecked(action: IamAction, why: string): DoctorCheck {
  return { ...check(action, 'error', why), neededFor: permissions[action].neededFor };
}

function permissionCheck(action: IamAction, { answer, trouble }: Inquiry<ProbeAnswer>, required: boolean): DoctorCheck {
  const { neededFor, without } = permissions[action];
  if (answer?.allowed) return { ...check(action, 'pass', 'allowed'), neededFor };
  const optional = required ? '' : ` It is optional: without it ${without}.`;
  if (!answer) {
    const status = required ? 'error' : 'warning';
    return { ...check(action, status, `Could not check: ${trouble.message}${optional}`, trouble.hint), neededFor };
  }
  const { missing, hint } = explainDenial(answer.missing, answer.why);
  const detail = `Denied. AWS says: ${answer.why.replace(/\.?$/, '.')}${optional}`;
  return { ...check(action, required ? 'fail' : 'warning', detail, hint), neededFor, missing };
}

/**
 * Whether a verdict depends on the action: entitlements, or agreements for a usage-based product, which has no
 * entitlements.
 */
function isRequired(action: IamAction, usageBased: boolean): boolean {
  const required = { product: true, entitlements: !usageBased, agreements: usageBased, discovery: false };
  return required[permissions[action].group];
}

export interface Denial {
  /** The action to add to the identity's policy; null if that would not help. */
  readonly missing: string | null;
  readonly hint: string | null;
}

/**
 * Explains which policy must change after a denial. Messages:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function explainDenial(action: string, why: string): Denial {
  const [, denying] = /explicit deny in an? ([\w -]*?(?:policy|boundary))/.exec(why) ?? [];
  if (denying) {
    const hint = `${action} is denied by a statement in ${article(denying)}, which no other statement can override: ask its owner to remove that statement.`;
    return { missing: null, hint };
  }
  const [, silent] = /because no ([\w -]*?(?:policy|boundary)) allows/.exec(why) ?? [];
  if (silent && silent !== 'identity-based policy') {
    return {
      missing: null,
      hint: `${action} must be allowed by ${article(silent)} too: ask its owner to add it.`,
    };
  }
  if (/authorized to perform/.test(why)) return { missing: action, hint: null };
  const hint = `AWS does not name a policy as the reason for denying ${action}. If your policy already allows it, ask AWS Marketplace seller support whether the account is fully registered as a seller.`;
  return { missing: action, hint };
}

function article(policy: string): string {
  return `${/^[aeiou]/i.test(policy) ? 'an' : 'a'} ${policy}`;
}

/** Returns a whole IAM policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export function iamPolicy(...statements: readonly object[]) {
  return { Version: '2012-10-17', Statement: statements };
}
