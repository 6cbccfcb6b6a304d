import type { CallFacts, LoggedCall } from './call-log.ts';
import { customerIdentifier, licenceId } from './contracts.ts';
import { secondText } from './pages/layout.ts';
import { usesSampleSaas } from './saas/sample-saas.ts';
import type { SandboxWorld } from './world.ts';

type Customer = LoggedCall & { readonly facts: Extract<CallFacts, { kind: 'customer' }> };
type Asked = LoggedCall & { readonly facts: Extract<CallFacts, { kind: 'entitlements' }> };

/** The parts of a use case that the SaaS has a hand in, by the names that checklists give to them. */
const parts: readonly string[] = ['set-up', 'sign-up', 'sign-in', 'inspect'];

const unaware =
  'Was it started with the variables that mp-verify sandbox prints? The JavaScript SDK v2, the Go SDK v1 and the AWS CLI before 2.13 ignore them, and call AWS: they need the endpoint in code, or --endpoint-url.';

const noEvents =
  'The sandbox sends no events (EventBridge, SNS). If the SaaS reads entitlements only when an event comes, this result proves nothing about it: send such an event to its handler yourself, or test this on AWS.';

/**
 * What the calls of the SaaS say about a part that has failed for a buyer (account id or customer identifier): whole
 * sentences; none where they say nothing.
 */
export function hintsFor(
  part: string,
  buyer: string,
  calls: readonly LoggedCall[],
  world: SandboxWorld,
  now: number,
): readonly string[] {
  const account = accountOf(buyer, world);
  if (!parts.includes(part) || account === null) return [];
  const own = calls.filter(({ byVerifier }) => !byVerifier);
  const customers = own.filter((call): call is Customer => call.facts?.kind === 'customer');
  const asked = own.filter((call): call is Asked => call.facts?.kind === 'entitlements');
  const about = asked.filter(({ facts }) => isAbout(facts, account, world));
  const customer = customers.findLast(({ facts }) => facts.account === account);
  const isSettingUp = part === 'set-up' || part === 'sign-up';
  if (isSettingUp && customer === undefined) return notResolved(account, customers.at(-1), world);
  const named = about.filter(({ at, facts }) => at >= (customer?.at ?? 0) && namesCustomer(facts));
  const never = customer !== undefined && named.length === 0 ? neverRead(customer, asked) : [];
  const again = isSettingUp ? [] : notReadAgain(account, about, world, now);
  const leftOffs = about.filter((call) => isLeftOff(call, own)).slice(-1);
  const silent =
    own.length === 0 && !usesSampleSaas(world) ? [`The SaaS has not called this sandbox at all. ${unaware}`] : [];
  return [
    ...silent,
    ...never,
    ...leftOffs.map(leftOff),
    ...(never.length === 0 ? again : part === 'set-up' ? [] : [noEvents]),
  ];
}

/** Whether there is a next page that its caller has not asked for, of all calls. */
export function isLeftOff(call: LoggedCall, all: readonly LoggedCall[]): boolean {
  const { facts, byVerifier } = call;
  if (facts?.kind !== 'entitlements' || facts.next === null) return false;
  return !all
    .slice(all.indexOf(call) + 1)
    .some(
      (later) =>
        later.facts?.kind === 'entitlements' && later.byVerifier === byVerifier && later.facts.token === facts.next,
    );
}

function accountOf(buyer: string, { buyers, products }: SandboxWorld): string | null {
  const known = Object.values(buyers).find(
    ({ accountId }) =>
      accountId === buyer || products.some((product) => customerIdentifier(product, accountId) === buyer),
  );
  return known?.accountId ?? null;
}

/** By its filters: a question without one is about every buyer. */
function isAbout({ filter }: Asked['facts'], account: string, { agreements, products }: SandboxWorld): boolean {
  const licences = agreements.flatMap(({ buyerAccountId, licenseArn }) =>
    buyerAccountId === account ? (licenceId(licenseArn) ?? []) : [],
  );
  const identifiers = products.map((product) => customerIdentifier(product, account));
  const { CUSTOMER_AWS_ACCOUNT_ID, LICENSE_ARN, CUSTOMER_IDENTIFIER } = filter;
  return (
    (CUSTOMER_AWS_ACCOUNT_ID?.includes(account) ?? true) &&
    (LICENSE_ARN?.some((arn) => licences.includes(licenceId(arn) ?? '')) ?? true) &&
    (CUSTOMER_IDENTIFIER?.some((id) => identifiers.includes(id)) ?? true)
  );
}

function namesCustomer({ filter }: Asked['facts']): boolean {
  return ['CUSTOMER_AWS_ACCOUNT_ID', 'LICENSE_ARN', 'CUSTOMER_IDENTIFIER'].some((name) => filter[name] !== undefined);
}

function notResolved(account: string, refused: Customer | undefined, world: SandboxWorld): readonly string[] {
  const hasCome = world.registrationTokens.some(({ buyerAccountId }) => buyerAccountId === account);
  if (refused === undefined && !hasCome && usesSampleSaas(world))
    return [
      'This buyer has not come to the sample SaaS yet: press "Set up your account" on the contract page of the sandbox\'s shop first.',
    ];
  if (refused === undefined)
    return [
      `The SaaS has not called ResolveCustomer in this sandbox. Does its registration page take the POST? ${unaware}`,
    ];
  const why = refused.facts.isSpaced
    ? 'The token had a space where AWS sends a +: it was decoded twice.'
    : 'Does the SaaS send the token of the form as it is, decoded once, and ask as the seller?';
  return [`ResolveCustomer answered ${refused.answer.replace(/\.$/, '')} (${refused.who}). ${why}`];
}

/** The customer was resolved, and no question about the entitlements named it since. */
function neverRead({ at, facts }: Customer, asked: readonly Asked[]): readonly string[] {
  const named = `account ${facts.account}${facts.licence === null ? '' : ` and licence ${facts.licence}`}`;
  const wrong = asked.findLast((call) => call.at >= at)?.about;
  const instead = wrong === undefined ? '' : ` It asked about: ${wrong}.`;
  const unread = `the SaaS has not called GetEntitlements for ${facts.licence === null ? 'it' : 'either'} since.${instead}`;
  const resolved = `ResolveCustomer answered ${named}`;
  const why =
    'Does it key customers on CustomerIdentifier? Key them on CustomerAWSAccountId and LicenseArn, and ask for their entitlements by these.';
  return facts.hasIdentifier
    ? [`${resolved}, and ${unread}`]
    : [
        `${resolved} without a CustomerIdentifier, as AWS does for SaaS products created since 2026-06-01, and ${unread} ${why}`,
      ];
}

function leftOff({ facts, at }: Asked): string {
  const rows = facts.rows === 0 ? 'no rows' : `${facts.rows} rows`;
  const page = facts.nextPage ?? 2;
  return `GetEntitlements answered page ${page - 1} with ${rows} and a NextToken (${secondText(at)}), and the SaaS never asked for page ${page}. Ask until there is no NextToken: a page may be empty.`;
}

/** Since the newest row that AWS shows. */
function notReadAgain(account: string, about: readonly Asked[], world: SandboxWorld, now: number): readonly string[] {
  const own = world.entitlements.filter(({ buyerAccountId }) => buyerAccountId === account);
  const shown = own.filter(({ visibleAt }) => visibleAt <= now).map(({ visibleAt }) => visibleAt);
  const grantedAt = Math.max(...shown);
  const changed = own.some(({ goneAt }) => goneAt !== null);
  const last = about.findLast(({ at }) => at >= grantedAt);
  if (shown.length === 0 || (!changed && last !== undefined)) return [];
  const what = changed ? 'the change' : 'the contract';
  const read =
    last === undefined
      ? `AWS granted ${what} at ${secondText(grantedAt)}, and the SaaS has not called GetEntitlements since.`
      : `AWS granted ${what} at ${secondText(grantedAt)}, and answered the SaaS at ${secondText(last.at)}: ${last.answer}.`;
  // A SaaS that has read it since needed no event.
  return last === undefined ? [read, noEvents] : [read];
}
