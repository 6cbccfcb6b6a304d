import type { EntitlementRow } from '../checklist/outputs.ts';
import { type ReasonTable, reasonsOf, utcMinute, withRemark } from '../checklist/reasons.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Dimension } from '../ports/marketplace.ts';
import type { ApiValues, ContractApi, WebAnswer, WebFailure } from '../ports/saas.ts';
import { buyerReasons, isObservation, isUsageBased, productCode, readGrants } from './buyer-holdings.ts';
import { type CheckContext, defineCheck, mayAskLoopback, type Observation } from './check-kind.ts';
import { compareContract, compareReasons } from './compare-contract.ts';
import {
  asReported,
  comparedFields,
  fieldReasons,
  type PlanNames,
  type ReadContract,
  readContract,
} from './contract-fields.ts';
import {
  type ComparedContract,
  type Comparison,
  comparedContracts,
  coverageReasons,
  findUndoneChange,
  grantedBefore,
  granting,
  listed,
  notComparable,
  notProven,
  severalLicenses,
  sumByDimension,
} from './contract-proof.ts';

const checkUrl = 'Check saas.contract-api in mp-verify.yaml.';

/** Who answered with which status. Origins only, because the rest of an address may contain secrets. */
interface SaasStatus {
  readonly origin: string;
  /** The origin that redirected to another one, or null. */
  readonly redirectedFrom: string | null;
  readonly status: number;
}

const askReasons = {
  'saas-not-json': (saas: SaasStatus) => `${describeAnswerer(saas)} did not return JSON. ${checkUrl}`,
  'saas-knows-no-contract': (saas: SaasStatus) =>
    `${describeAnswerer(saas)} returned ${saas.status}: the SaaS does not know this buyer's contract. Check that the buyer has signed up, and that the URL in mp-verify.yaml is right.`,
  'saas-refuses-credentials': (saas: SaasStatus) =>
    `${describeAnswerer(saas)} returned ${saas.status}: it did not accept the credentials. Check saas.contract-api.headers in mp-verify.yaml and the variables used there.`,
  'saas-fails': (saas: SaasStatus) =>
    `${describeAnswerer(saas)} returned ${saas.status}. Check the logs of the SaaS, then check again.`,
  'saas-other-status': (saas: SaasStatus) => `${describeAnswerer(saas)} returned ${saas.status}. ${checkUrl}`,
  'saas-unanswered': ({ why }: Pick<WebFailure, 'kind' | 'origin' | 'why'>) =>
    `Could not call the contract API of the SaaS. ${why} ${checkUrl}`,
} satisfies ReasonTable;

const reasons = {
  ...askReasons,
  ...buyerReasons,
  ...compareReasons,
  ...coverageReasons,
  ...fieldReasons,
  'not-configured': () =>
    'mp-verify.yaml configures no contract API (saas.contract-api), so mp-verify cannot check what the SaaS shows.',
  'usage-based': () => 'The product is usage-based, so AWS grants no plan or quantity to compare the SaaS with.',
  'nothing-granted': ({ buyer, ended }: { readonly buyer: string; readonly ended: string | null }) =>
    `AWS currently grants buyer ${buyer} nothing${ended === null ? '' : ` (the last contract ended ${utcMinute(ended)})`}, so there is nothing to compare the SaaS with.`,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

/** Compares the contract that the SaaS shows with what AWS grants at that moment. */
export const saasContract = defineCheck({
  summary: 'the SaaS shows the contract that AWS grants (needs saas.contract-api in mp-verify.yaml)',
  fields: {},
  needsBuyer: true,
  waits: true,
  observes: 'SaaS',
  callsContractApi: true,
  confirms: true,
  reasons,
  async observe(_, context): Promise<Observation> {
    const { settings, granted: earlier } = context;
    const api = settings.contractApi;
    const { product } = await context.target();
    if (isUsageBased(product)) return { status: 'not-applicable', ...because('usage-based') };
    if (api === null) return { status: 'not-applicable', ...because('not-configured') };
    const found = await readGrants(context);
    if (isObservation(found)) return found;
    const { rows, at } = found;
    const granted = granting(rows);
    const seen = granting(earlier ?? []);
    const observation =
      granted.length > 0 ? await compared(granted, at, api, context) : nothingGranted(rows, seen.length > 0, context);
    return earlier === null ? observation : withChanges(observation, seen, granted);
  },
});

async function compared(
  granted: readonly EntitlementRow[],
  at: Date | null,
  api: ContractApi,
  context: CheckContext,
): Promise<Observation> {
  const { product } = await context.target();
  const others = granted.filter(({ dimension }) => !product.dimensions.some(({ key }) => key === dimension));
  const names: PlanNames = {
    plans: api.plans,
    dimensions: [
      ...product.dimensions,
      ...others.map(({ dimension, plan }) => ({ key: dimension, name: plan ?? dimension })),
    ],
  };
  const comparison: Comparison = {
    fields: comparedFields(api),
    list: api.items !== null,
    perLicence: api.url.includes(`\${licence}`),
    plans: product.dimensions.filter(isBought).length + others.length,
  };
  const atBaseline = context.baseline?.entitlements ?? [];
  const baseline = grantedBefore(atBaseline, granted, at);
  const contracts = comparedContracts(granted, baseline);
  const wrong = notComparable(contracts, comparison);
  if (wrong) return { status: 'error', final: true, ...wrong };
  const observation = comparison.perLicence
    ? await compareEachLicense(contracts, api, comparison, names, context)
    : await compareAllLicenses(contracts, granted, api, comparison, names, context);
  if (observation.status !== 'pass') return observation;
  const unproven =
    (context.granted && findUndoneChange(granted, granting(context.granted), atBaseline, at)) ??
    notProven(contracts, granted, baseline, comparison);
  return unproven ? { ...observation, status: 'error', final: true, ...unproven } : observation;
}

/** Asks the SaaS for each license. Every answer must be right. */
async function compareEachLicense(
  contracts: readonly ComparedContract[],
  api: ContractApi,
  comparison: Comparison,
  names: PlanNames,
  context: CheckContext,
): Promise<Observation> {
  const observations: Observation[] = [];
  for (const { licence, rows } of contracts) {
    if (licence === null)
      throw new CouldNotCheck(
        'no-licence',
        `AWS returned no license for what it grants, but the URL of the contract API contains \${licence}.`,
        `Use \${buyer} in saas.contract-api.url of mp-verify.yaml instead.`,
      );
    const observation = await ask(licence, api, context, (read) => compareContract(read, rows, comparison, names));
    const named =
      contracts.length > 1
        ? { ...observation, reason: `${licence}: ${observation.reason}`, values: { ...observation.values, licence } }
        : observation;
    if (observation.status !== 'pass') return named;
    observations.push(named);
  }
  const [first, ...others] = observations;
  if (!first) throw new Error('no license was compared');
  return { ...first, reason: [first, ...others].map(({ reason }) => reason).join(' ') };
}

/**
 * Sends one request for all licenses. A list must show everything that AWS grants; a single contract, the one that was
 * bought or changed.
 */
async function compareAllLicenses(
  contracts: readonly ComparedContract[],
  granted: readonly EntitlementRow[],
  api: ContractApi,
  comparison: Comparison,
  names: PlanNames,
  context: CheckContext,
): Promise<Observation> {
  const rows = contracts.flatMap((contract) => contract.rows);
  const expected = comparison.list ? granted : rows;
  return ask('', api, context, (read) => {
    const observation = compareContract(read, expected, comparison, names);
    if (observation.status !== 'fail') return observation;
    const alike = granted.filter((row) => comparison.list || rows.some(({ dimension }) => dimension === row.dimension));
    const isSum = sumByDimension(alike).some(
      (sums) => compareContract(read, sums, comparison, names).status === 'pass',
    );
    if (isSum) return { status: 'error', final: true, ...severalLicenses(alike) };
    if (rows.length === expected.length) return observation;
    // The SaaS may omit unchanged contracts because it shows only the newest one.
    const isRight = compareContract(read, rows, comparison, names).status === 'pass';
    return isRight ? { status: 'error', final: true, ...severalLicenses(granted) } : observation;
  });
}

async function ask(
  licence: string,
  api: ContractApi,
  context: CheckContext,
  compare: (read: ReadContract) => Observation,
): Promise<Observation> {
  const { product } = await context.target();
  const about = { buyer: context.buyer ?? '', licence, 'product.code': productCode(product) };
  const answer = await askSaas(api, about, context);
  if ('none' in answer) return answer.none;
  const read = await readContract(api, answer.data);
  const [first = {}, ...others] = read.shown;
  const contracts = [first, ...others].slice(0, 20).map(asReported);
  const [contract = asReported({})] = contracts;
  return { ...compare(read), output: { kind: 'saas-contract', contract, ...(others.length > 0 ? { contracts } : {}) } };
}

/**
 * Judges that AWS grants nothing. Waiting does not restore what was granted before, but a first grant may still arrive.
 */
function nothingGranted(rows: readonly EntitlementRow[], wasGranted: boolean, { buyer }: CheckContext): Observation {
  const ends = rows.filter(({ active }) => !active).map(({ expirationDate }) => expirationDate ?? '');
  const ended = ends.sort().at(-1) ?? null;
  return { status: 'error', final: wasGranted, ...because('nothing-granted', { buyer: buyer ?? '', ended }) };
}

/** Adds what has changed since an earlier step, because the operator has read what that step found. */
function withChanges(
  observation: Observation,
  seen: readonly EntitlementRow[],
  granted: readonly EntitlementRow[],
): Observation {
  const words = (rows: readonly EntitlementRow[]) =>
    listed(rows)
      .map((row, i) => `${row} until ${utcMinute(rows[i]?.expirationDate ?? 'further notice')}`)
      .sort();
  const [before, now] = [words(seen), words(granted)];
  if (before.join() === now.join()) return observation;
  const remark = `What AWS grants has changed since an earlier step: ${before.join(', ') || 'nothing'} then, ${now.join(', ') || 'nothing'} now.`;
  return { ...observation, ...withRemark(observation, remark, { grantedBefore: before, grantedNow: now }) };
}

/** Whether AWS grants the dimension, as it does for those bought in advance. */
function isBought({ types }: Dimension): boolean {
  return types.length === 0 || types.includes('Entitled');
}

/** The data of the contract API, or the result if there is nothing to compare. */
type SaasAnswer = { readonly data: unknown } | { readonly none: Observation };

/** Sends one GET to the contract API. */
async function askSaas({ url, headers }: ContractApi, values: ApiValues, context: CheckContext): Promise<SaasAnswer> {
  const filled = url.replace(/\$\{(buyer|licence|product\.code)\}/g, (_, name: keyof ApiValues) =>
    encodeURIComponent(values[name]),
  );
  const asked = {
    method: 'GET',
    url: filled,
    headers: { accept: 'application/json', ...headers },
    allowLoopback: mayAskLoopback(context),
  } as const;
  const answer = await context.web.request(asked, context.signal);
  if (answer.status === null) return { none: unanswered(answer) };
  if (answer.status >= 200 && answer.status < 300 && answer.status !== 204) {
    try {
      return { data: JSON.parse(answer.body) };
    } catch {
      return { none: { status: 'error', final: true, ...because('saas-not-json', answered(filled, answer)) } };
    }
  }
  return { none: otherStatus(answered(filled, answer)) };
}

function otherStatus(saas: SaasStatus): Observation {
  const { status } = saas;
  if (status === 204 || status === 404) return { status: 'fail', ...because('saas-knows-no-contract', saas) };
  if (status === 401 || status === 403)
    return { status: 'error', final: true, ...because('saas-refuses-credentials', saas) };
  if (status >= 500 || status === 429) return { status: 'error', ...because('saas-fails', saas) };
  return { status: 'error', ...because('saas-other-status', saas) };
}

function unanswered({ kind, origin, why }: WebFailure): Observation {
  const lasting = kind !== 'network' && kind !== 'timeout';
  return { status: 'error', ...because('saas-unanswered', { kind, origin, why }), final: lasting };
}

function answered(asked: string, { url, status }: Exclude<WebAnswer, WebFailure>): SaasStatus {
  const [from, origin] = [new URL(asked).origin, new URL(url).origin];
  return { origin, redirectedFrom: from === origin ? null : from, status };
}

/** Names who answered. A redirect to another origin drops the credentials, which operators may not expect. */
function describeAnswerer({ origin, redirectedFrom }: SaasStatus): string {
  return redirectedFrom === null
    ? `The contract API at ${origin}`
    : `${origin}, to which ${redirectedFrom} redirected without the credentials,`;
}
