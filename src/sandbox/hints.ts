import { licenseId } from '../checklist/outputs.ts';
import { unawareClients } from '../ports/sandbox.ts';
import type { CallFacts, LoggedCall } from './call-log.ts';
import { customerIdentifier } from './contracts.ts';
import { secondText } from './pages/layout.ts';
import { usesSampleSaas } from './saas/sample-saas.ts';
import type { SandboxWorld } from './world.ts';

type Customer = LoggedCall & { readonly facts: Extract<CallFacts, { kind: 'customer' }> };
type Read = LoggedCall & { readonly facts: Extract<CallFacts, { kind: 'entitlements' }> };

/** The steps that involve the SaaS, as checklists name them. */
const steps: readonly string[] = ['set-up', 'sign-up', 'sign-in', 'inspect'];

const unaware = `Was it started with the variables that mp-verify sandbox prints? ${unawareClients.replace(/^t/, 'T')} ignore them and call AWS: set the endpoint in code, or with --endpoint-url.`;

const noEvents =
  'The sandbox sends no events (EventBridge, SNS). If the SaaS reads entitlements only after an event, this result proves nothing about it: send such an event to its handler yourself, or test this on AWS.';

/**
 * Returns what the calls of the SaaS say about a failed step of a buyer (account id or customer identifier), in whole
 * sentences; often nothing.
 */
export function hintsFor(
  action: string,
  buyer: string,
  calls: readonly LoggedCall[],
  world: SandboxWorld,
  now: number,
): readonly string[] {
  const account = accountOf(buyer, world);
  if (!steps.includes(action) || account === null) return [];
  const bySaas = calls.filter(({ byVerifier }) => !byVerifier);
  const customers = bySaas.filter((call): call is Customer => call.facts?.kind === 'customer');
  const reads = bySaas.filter((call): call is Read => call.facts?.kind === 'entitlements');
  const about = reads.filter(({ facts }) => isAbout(facts, account, world));
  const customer = customers.findLast(({ facts }) => facts.account === account);
  const isSettingUp = action === 'set-up' || action === 'sign-up';
  if (isSettingUp && customer === undefined) return notResolved(account, customers.at(-1), world);
  const named = about.filter(({ at, facts }) => at >= (customer?.at ?? 0) && namesCustomer(facts));
  const never = customer !== undefined && named.length === 0 ? neverRead(customer, reads) : [];
  const again = isSettingUp ? [] : notReadAgain(account, about, world, now);
  const unread = about.filter((call) => hasUnreadPage(call, bySaas)).slice(-1);
  const silent =
    bySaas.length === 0 && !usesSampleSaas(world) ? [`The SaaS has not called this sandbox at all. ${unaware}`] : [];
  return [
    ...silent,
    ...never,
    ...unread.map(unreadPage),
    ...(never.length === 0 ? again : action === 'set-up' ? [] : [noEvents]),
  ];
}

/** Whether a GetEntitlements call returned a next page that its caller has not requested in any of `all` calls. */
export function hasUnreadPage(call: LoggedCall, all: readonly LoggedCall[]): boolean {
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

/** Judged by its filters. A call without a filter is about every buyer. */
function isAbout({ filter }: Read['facts'], account: string, { agreements, products }: SandboxWorld): boolean {
  const licences = agreements.flatMap(({ buyerAccountId, licenseArn }) =>
    buyerAccountId === account ? (licenseId(licenseArn) ?? []) : [],
  );
  const identifiers = products.map((product) => customerIdentifier(product, account));
  const { CUSTOMER_AWS_ACCOUNT_ID, LICENSE_ARN, CUSTOMER_IDENTIFIER } = filter;
  return (
    (CUSTOMER_AWS_ACCOUNT_ID?.includes(account) ?? true) &&
    (LICENSE_ARN?.some((arn) => licences.includes(licenseId(arn) ?? '')) ?? true) &&
    (CUSTOMER_IDENTIFIER?.some((id) => identifiers.includes(id)) ?? true)
  );
}

function namesCustomer({ filter }: Read['facts']): boolean {
  return ['CUSTOMER_AWS_ACCOUNT_ID', 'LICENSE_ARN', 'CUSTOMER_IDENTIFIER'].some((name) => filter[name] !== undefined);
}

function notResolved(account: string, refused: Customer | undefined, world: SandboxWorld): readonly string[] {
  const hasCome = world.registrationTokens.some(({ buyerAccountId }) => buyerAccountId === account);
  if (refused === undefined && !hasCome && usesSampleSaas(world))
    return [
      'This buyer has not come to the sample SaaS yet: first choose "Set up your account" on the contract page of the sandbox\'s shop.',
    ];
  if (refused === undefined)
    return [
      `The SaaS has not called ResolveCustomer in this sandbox. Does its registration page accept the POST? ${unaware}`,
    ];
  const why = refused.facts.isSpaced
    ? 'The token had a space where AWS sends a +, so it was decoded twice.'
    : "Does the SaaS send the token of the form unchanged, decoded once, with the seller's keys?";
  return [`ResolveCustomer returned ${refused.answer.replace(/\.$/, '')} (${refused.who}). ${why}`];
}

/** The customer was resolved, but no later GetEntitlements call named it. */
function neverRead({ at, facts }: Customer, reads: readonly Read[]): readonly string[] {
  const named = `account ${facts.account}${facts.licence === null ? '' : ` and license ${facts.licence}`}`;
  const wrong = reads.findLast((call) => call.at >= at)?.about;
  const instead = wrong === undefined ? '' : ` It called it for: ${wrong}.`;
  const unread = `the SaaS has not called GetEntitlements for ${facts.licence === null ? 'it' : 'either'} since.${instead}`;
  const resolved = `ResolveCustomer returned ${named}`;
  const why =
    'Does it key customers on CustomerIdentifier? Key them on CustomerAWSAccountId and LicenseArn, and call GetEntitlements with these.';
  return facts.hasIdentifier
    ? [`${resolved}, and ${unread}`]
    : [
        `${resolved} without a CustomerIdentifier, as AWS does for SaaS products created since 2026-06-01, and ${unread} ${why}`,
      ];
}

function unreadPage({ facts, at }: Read): string {
  const rows = facts.rows === 0 ? 'no rows' : `${facts.rows} rows`;
  const page = facts.nextPage ?? 2;
  return `GetEntitlements returned page ${page - 1} with ${rows} and a NextToken (${secondText(at)}), and the SaaS never requested page ${page}. Request pages until there is no NextToken: a page may be empty.`;
}

/** The SaaS has not read the entitlements since AWS has shown the newest row, or has read them after a change. */
function notReadAgain(account: string, about: readonly Read[], world: SandboxWorld, now: number): readonly string[] {
  const rows = world.entitlements.filter(({ buyerAccountId }) => buyerAccountId === account);
  const shown = rows.filter(({ visibleAt }) => visibleAt <= now).map(({ visibleAt }) => visibleAt);
  const grantedAt = Math.max(...shown);
  const changed = rows.some(({ goneAt }) => goneAt !== null);
  const last = about.findLast(({ at }) => at >= grantedAt);
  if (shown.length === 0 || (!changed && last !== undefined)) return [];
  const what = changed ? 'the change' : 'the contract';
  const read =
    last === undefined
      ? `AWS granted ${what} at ${secondText(grantedAt)}, and the SaaS has not called GetEntitlements since.`
      : `AWS granted ${what} at ${secondText(grantedAt)}, and responded to the SaaS at ${secondText(last.at)}: ${last.answer}.`;
  // A SaaS that has read it needs no event.
  return last === undefined ? [read, noEvents] : [read];
}
