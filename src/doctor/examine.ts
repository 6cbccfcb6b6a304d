import type { Session } from '../commands/session.ts';
import type { Host } from '../ports/host.ts';
import { actions } from '../ports/marketplace.ts';
import { buyerChecks } from './buyer-checks.ts';
import { areUnusable, attempt, type DoctorCheck } from './doctor-check.ts';
import { accountCheck, credentialsCheck, productCheck } from './identity-checks.ts';
import { clockCheck, networkCheck, nodeCheck } from './machine-checks.ts';
import { permissionChecks, uncheckedPermissions } from './permission-checks.ts';

export interface Examination {
  /** The use cases can be checked: no check is `fail` or `error`. */
  readonly ok: boolean;
  /** Twelve digits; null where AWS did not say. */
  readonly account: string | null;
  readonly arn: string | null;
  readonly sandbox: boolean;
  readonly checks: readonly DoctorCheck[];
  /** The actions that a statement must add to the policy of these credentials. */
  readonly missing: readonly string[];
}

/** Checks all that can be checked, whatever fails before it. Rejects with `Interrupted` only. */
export async function examine(session: Session, { clock, nodeVersion }: Host): Promise<Examination> {
  const { marketplace, buyerMarketplace } = session;
  const [reached, asked] = await Promise.all([
    attempt(marketplace.ping().then((answer) => ({ ...answer, ourTime: clock.now() }))),
    attempt(marketplace.caller()),
  ]);
  const caller = asked.answer;
  const target = caller === null ? null : await attempt(session.target());
  const product = target?.answer?.product ?? null;
  // With the buyer's own credentials at hand nobody else asks for purchase options.
  const toProbe = actions.filter((action) => action !== 'aws-marketplace:ListPurchaseOptions' || !buyerMarketplace);
  const permissions = areUnusable(asked.trouble)
    ? uncheckedPermissions(toProbe)
    : await permissionChecks(toProbe, marketplace, product, reached.trouble);
  const missing = [...new Set(permissions.flatMap((permission) => permission.missing ?? []))];

  const checks = [
    nodeCheck(nodeVersion),
    networkCheck(marketplace, reached),
    credentialsCheck(asked, clock.now()),
    accountCheck(asked),
    clockCheck(reached),
    productCheck(
      caller,
      target,
      permissions.some(({ status }) => status === 'fail'),
    ),
    ...permissions,
    ...(buyerMarketplace ? await buyerChecks(buyerMarketplace, caller, product) : []),
  ];
  return {
    ok: !checks.some(({ status }) => status === 'fail' || status === 'error'),
    account: caller?.accountId ?? null,
    arn: caller?.arn ?? null,
    sandbox: (caller?.sandbox ?? null) !== null,
    checks,
    missing,
  };
}
