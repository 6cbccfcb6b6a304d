import { isUsageBased } from '../checks/buyer-holdings.ts';
import { type Action, type Marketplace, type ProbeAnswer, type Product, permissions } from '../ports/marketplace.ts';
import { type Attempt, attempt, check, type DoctorCheck, type Trouble } from './doctor-check.ts';
import { refusal } from './refusal.ts';

/**
 * One probe for each action, all at once: they are different questions, to four services. `outage` is why AWS was not
 * reached just before, which need not be said again for each of them.
 */
export async function permissionChecks(
  asked: readonly Action[],
  marketplace: Pick<Marketplace, 'probe'>,
  product: Product | null,
  outage: Trouble | null,
): Promise<readonly DoctorCheck[]> {
  const usageBased = product !== null && isUsageBased(product);
  return Promise.all(
    asked.map(async (action) => {
      const probed = await attempt(marketplace.probe(action, product));
      return outage !== null && probed.trouble?.code === outage.code
        ? unchecked(action, 'Not checked, because AWS is not reached.')
        : permissionCheck(action, probed, isRequired(action, usageBased));
    }),
  );
}

/** The same for credentials that are of no use: nothing is asked, and nothing is said of the policy. */
export function uncheckedPermissions(asked: readonly Action[]): readonly DoctorCheck[] {
  return asked.map((action) => unchecked(action, 'Not checked, because AWS takes no question with these credentials.'));
}

function unchecked(action: Action, why: string): DoctorCheck {
  return { ...check(action, 'error', why), neededFor: permissions[action].neededFor };
}

function permissionCheck(action: Action, { answer, trouble }: Attempt<ProbeAnswer>, required: boolean): DoctorCheck {
  const { neededFor, without } = permissions[action];
  if (answer?.allowed) return { ...check(action, 'pass', 'allowed'), neededFor };
  const optional = required ? '' : ` It is optional: without it ${without}.`;
  if (!answer) {
    const status = required ? 'error' : 'warning';
    return { ...check(action, status, `Could not be checked. ${trouble.message}${optional}`, trouble.hint), neededFor };
  }
  const { missing, hint } = refusal(answer.missing, answer.why);
  const detail = `Refused. AWS says: ${answer.why.replace(/\.?$/, '.')}${optional}`;
  return { ...check(action, required ? 'fail' : 'warning', detail, hint), neededFor, missing };
}

/** What carries a verdict: entitlements, or for a usage-based product, which has none, the agreements. */
function isRequired(action: Action, usageBased: boolean): boolean {
  const required = { product: true, entitlements: !usageBased, agreements: usageBased, discovery: false };
  return required[permissions[action].group];
}
