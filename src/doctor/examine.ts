import { utcMinute } from '../checklist/reasons.ts';
import type { Host } from '../ports/host.ts';
import {
  actions,
  actionsOf,
  type Caller,
  iamStatement,
  type Marketplace,
  type PingAnswer,
  type Product,
  policyHolder,
} from '../ports/marketplace.ts';
import type { Target } from '../product/target.ts';
import type { Connection } from '../run/connection.ts';
import { roughly } from '../text/times.ts';
import { check, type DoctorCheck, type Inquiry, inquire, whyUnusable } from './doctor-check.ts';
import { permissionChecks, uncheckedPermissions } from './permissions.ts';
import { storeChecks } from './store-checks.ts';

export interface Examination {
  /** Whether mp-verify can check the use cases: no check is `fail` or `error`. */
  readonly ok: boolean;
  /** Twelve digits; null if AWS did not return it. */
  readonly account: string | null;
  readonly arn: string | null;
  readonly sandbox: boolean;
  readonly checks: readonly DoctorCheck[];
  /** The actions to add to the policy of these credentials. */
  readonly missing: readonly string[];
}

/**
 * Runs every check, whatever fails before it. `config` is the configuration file that was read. Rejects only with
 * `Interrupted`.
 */
export async function examine(
  session: Connection,
  config: string | null,
  { clock, nodeVersion, shared }: Host,
): Promise<Examination> {
  const { marketplace, buyerMarketplace } = session;
  const [reached, asked, ofStore] = await Promise.all([
    inquire(marketplace.ping().then((answer) => ({ ...answer, ourTime: clock.now() }))),
    inquire(marketplace.caller()),
    shared ? storeChecks(shared) : [],
  ]);
  const caller = asked.answer;
  const source = caller && (await inquire(marketplace.assumedBy())).answer;
  const target = caller && (await inquire(session.target()));
  const product = target?.answer?.product ?? null;
  const toProbe = buyerMarketplace ? actionsOf('seller') : actions;
  const unusable = whyUnusable(asked.trouble);
  const permissions = unusable
    ? uncheckedPermissions(toProbe, unusable)
    : await permissionChecks(toProbe, marketplace, product, reached.trouble);
  const missing = [...new Set(permissions.flatMap((permission) => permission.missing ?? []))];

  const checks = [
    nodeCheck(nodeVersion),
    ...(config === null ? [] : [check('config', 'pass', config)]),
    networkCheck(marketplace, reached),
    credentialsCheck(asked, clock.now()),
    ...(source ? [check('role', 'pass', `assumed by ${source.arn}`)] : []),
    accountCheck(asked),
    clockCheck(reached),
    productCheck(
      caller,
      target,
      permissions.some(({ status }) => status === 'fail'),
    ),
    ...permissions,
    ...(buyerMarketplace ? await buyerChecks(buyerMarketplace, caller, product) : []),
    ...ofStore,
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

/** In ms. A use case takes longer than this. */
const soon = 15 * 60_000;

function credentialsCheck({ answer, trouble }: Inquiry<Caller>, now: Date): DoctorCheck {
  if (!answer) return check('credentials', whyUnusable(trouble) ? 'fail' : 'error', trouble.message, trouble.hint);
  const { credentials, credentialsExpire: end } = answer;
  if (end === null) return check('credentials', 'pass', `${credentials}, which do not expire`);
  const words = `${credentials}, until ${utcMinute(end.toISOString())}`;
  return end.getTime() - now.getTime() > soon
    ? check('credentials', 'pass', words)
    : check('credentials', 'warning', `${words}: they expire soon.`, 'Renew them first: a run takes longer than that.');
}

function accountCheck({ answer, trouble }: Inquiry<Caller>): DoctorCheck {
  if (answer) return check('account', 'pass', `${answer.accountId}, ${answer.arn}`);
  const unusable = trouble.code === 'no-credentials' || trouble.code === 'role-not-assumed';
  const why = (unusable && whyUnusable(trouble)) || 'AWS did not identify the credentials';
  return check('account', 'error', `Could not check: ${why}.`);
}

/** What an error about the product means, if more than "could not check". */
const productStatus: Readonly<Record<string, 'fail' | 'warning'>> = {
  'wrong-account': 'fail',
  'no-product': 'fail',
  'unknown-product': 'fail',
  // The account owns them all; a run needs --product.
  'ambiguous-product': 'warning',
};

/** `refused`: a permission is missing, and its own check says what to do. */
function productCheck(caller: Caller | null, target: Inquiry<Target> | null, refused: boolean): DoctorCheck {
  if (caller === null || target === null) {
    return check('product', 'error', 'Could not check: the account is unknown.');
  }
  if (!target.answer) {
    const { code, message, hint } = target.trouble;
    const words = code === 'unknown-product' ? `${message} You are signed in to account ${caller.accountId}.` : message;
    return check('product', productStatus[code] ?? 'error', words, refused && code === 'access-denied' ? null : hint);
  }
  const { title, id, code, visibility } = target.answer.product;
  const words = `${title} (${[id, visibility].filter(Boolean).join(', ')})`;
  if (code !== null) return check('product', 'pass', `${words}, owned by this account`);
  return check(
    'product',
    'fail',
    `AWS returned no product code for ${words}, so its entitlements cannot be read.`,
    'Finish creating the product in the AWS Marketplace Management Portal.',
  );
}

/** Equal to `engines` in package.json; a test compares them. */
export const oldestNode = '20.19';

function nodeCheck(version: string): DoctorCheck {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return check('node', 'pass', version);
  return check(
    'node',
    'fail',
    `This is Node ${version}; mp-verify needs ${oldestNode} or newer.`,
    `Install Node ${oldestNode} or newer: https://nodejs.org`,
  );
}

function networkCheck({ endpoint }: Pick<Marketplace, 'endpoint'>, { answer, trouble }: Inquiry<PingAnswer>) {
  return answer
    ? check('network', 'pass', `${answer.host} responds${endpoint === null ? '' : ' (not AWS, as configured)'}`)
    : check('network', 'fail', trouble.message, trouble.hint);
}

/**
 * AWS rejects signatures that are more than 5 minutes off:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const mostSkew = 5 * 60_000;
const noticedSkew = 60_000;

/** Compares this machine's clock with AWS's. `ourTime` is when the answer arrived. */
function clockCheck(reached: Inquiry<PingAnswer & { readonly ourTime: Date }>): DoctorCheck {
  if (!reached.answer) return check('clock', 'error', 'Could not check: AWS does not respond.');
  const { awsTime, ourTime, host } = reached.answer;
  if (awsTime === null) {
    return check('clock', 'warning', `Could not check: the response from ${host} has no date.`);
  }
  const skew = ourTime.getTime() - awsTime.getTime();
  const off = Math.abs(skew);
  // The header has whole seconds, and the answer takes time to arrive.
  const words = off < 2_000 ? 'in sync with AWS' : `${roughly(off)} ${skew > 0 ? 'ahead of' : 'behind'} AWS's`;
  if (off <= noticedSkew) return check('clock', 'pass', words);
  const hint = 'Turn on automatic time on this machine.';
  return off > mostSkew
    ? check('clock', 'fail', `This machine's clock is ${words}. AWS rejects requests that are 5 min off.`, hint)
    : check('clock', 'warning', `This machine's clock is ${words}.`, hint);
}

/** Checks the credentials of --buyer-profile. They only add observations, so a problem is at most a warning. */
async function buyerChecks(
  buyer: Marketplace,
  seller: Caller | null,
  product: Product | null,
): Promise<readonly DoctorCheck[]> {
  const { answer: caller, trouble } = await inquire(buyer.caller());
  const name = 'buyer credentials';
  if (!caller) return [check(name, 'warning', trouble.message, trouble.hint)];
  const { accountId, arn, credentials } = caller;
  if (accountId === seller?.accountId) {
    const words = `They belong to the seller's own account ${accountId} (${credentials}), which cannot buy its own product.`;
    return [check(name, 'warning', words, 'Use the profile of a test account: --buyer-profile NAME')];
  }
  const checks = await permissionChecks(actionsOf('buyer'), buyer, product, null);
  const statement = JSON.stringify(iamStatement(checks.flatMap(({ missing }) => missing ?? [])));
  const add = `Add this statement to a policy of ${policyHolder(arn)} in the buyer's account ${accountId}: ${statement}`;
  return [
    check(name, 'pass', `${credentials}, account ${accountId}`),
    ...checks.map((each) => {
      return { ...each, name: `buyer ${each.name}`, hint: each.hint ?? (each.missing === null ? null : add) };
    }),
  ];
}
