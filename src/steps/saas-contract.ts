import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import { CouldNotTell } from '../errors.ts';
import type { ContractApi } from '../ports/settings.ts';
import { askReasons, askSaas } from './ask-saas.ts';
import { defineCheck, type Look, type LookContext } from './check-kind.ts';
import { compareContract, compareReasons } from './compare-contract.ts';
import { type ComparedContract, comparedContracts } from './compared-contracts.ts';
import type { PlanNames } from './contract-fields.ts';
import { readContract } from './read-contract.ts';
import { isUsageBased } from './usage-based.ts';

const reasons = {
  ...askReasons,
  ...compareReasons,
  'not-configured': () =>
    'mp-verify.yaml names no contract API of the SaaS (saas.contract-api), so the program can not look into it.',
  'usage-based': () => 'The product is usage-based, so AWS grants no plan and quantity to compare the SaaS with.',
  'nothing-granted': ({ buyer }: { readonly buyer: string | null }) =>
    `${buyer === null ? 'What AWS grants was not seen in this walk' : `AWS grants buyer ${buyer} nothing`}, so there is nothing to compare the SaaS with. It takes a step with "check: entitlements" before this one that finds a contract.`,
  'several-licences': ({ licences }: { readonly licences: readonly string[] }) =>
    `The buyer has ${licences.length} licences (${licences.join(', ')}), and the SaaS shows what AWS grants under one of them. Put \${licence} into saas.contract-api.url of mp-verify.yaml, so that it can be asked for each.`,
} satisfies ReasonTable;

const because = reasonsOf(reasons);

/** The SaaS's own view of the contract, compared with what AWS grants. */
export const saasContract = defineCheck({
  summary: 'the SaaS shows the contract that AWS grants (needs saas.contract-api in mp-verify.yaml)',
  fields: {},
  needsBuyer: true,
  waits: true,
  reasons,
  async look(_, context): Promise<Look> {
    const { settings, buyer, granted, baseline, now } = context;
    const api = settings.contractApi;
    if (api === null)
      return {
        status: 'not-applicable',
        ...because('not-configured'),
      };
    if (buyer === null) throw new CouldNotTell('no-buyer', 'This check needs a buyer.', 'Name one with --buyer ID.');
    const { product } = await context.target();
    if (isUsageBased(product))
      return {
        status: 'not-applicable',
        ...because('usage-based'),
      };
    if (granted === null || granted.length === 0)
      return {
        status: 'error',
        final: true,
        ...because('nothing-granted', { buyer: granted === null ? null : buyer }),
      };
    const names = { plans: api.plans, dimensions: product.dimensions };
    const contracts = comparedContracts(granted, baseline?.entitlements ?? null, now());
    return api.url.includes(`\${licence}`)
      ? eachLicence(contracts, api, buyer, names, context)
      : allLicences(contracts, api, buyer, names, context);
  },
});

/** The SaaS is asked for each licence, and must be right about every one. */
async function eachLicence(
  contracts: readonly ComparedContract[],
  api: ContractApi,
  buyer: string,
  names: PlanNames,
  context: LookContext,
): Promise<Look> {
  const looks: Look[] = [];
  for (const contract of contracts) {
    const { licence } = contract;
    if (licence === null)
      throw new CouldNotTell(
        'no-licence',
        `AWS names no licence for what it grants, and the URL of the contract API holds \${licence}.`,
        `Use \${buyer} in saas.contract-api.url of mp-verify.yaml instead.`,
      );
    const look = await ask({ buyer, licence }, api, context, (read) => compareContract(read, contract, names));
    const named =
      contracts.length > 1
        ? { ...look, reason: `${licence}: ${look.reason}`, values: { ...look.values, licence } }
        : look;
    if (look.status !== 'pass') return named;
    looks.push(named);
  }
  const [first, ...others] = looks;
  if (!first) throw new Error('no licence was compared');
  return { ...first, reason: [first, ...others].map(({ reason }) => reason).join(' ') };
}

/** One answer for all: it passes where it is right about every licence, so that an older one never stands for a newer. */
async function allLicences(
  contracts: readonly ComparedContract[],
  api: ContractApi,
  buyer: string,
  names: PlanNames,
  context: LookContext,
): Promise<Look> {
  return ask({ buyer, licence: '' }, api, context, (read) => {
    const looks = contracts.map((contract) => compareContract(read, contract, names));
    const other = looks.find(({ status }) => status !== 'pass');
    const right = looks.find(({ status }) => status === 'pass');
    if (!right || !other) {
      const look = other ?? right;
      if (!look) throw new Error('no licence was compared');
      return look;
    }
    return {
      status: 'error',
      final: true,
      ...because('several-licences', { licences: contracts.map(({ licence }) => licence ?? '-') }),
    };
  });
}

async function ask(
  values: Parameters<typeof askSaas>[1],
  api: ContractApi,
  context: LookContext,
  compare: (read: Awaited<ReturnType<typeof readContract>>) => Look,
): Promise<Look> {
  const answer = await askSaas(api, values, context);
  if ('none' in answer) return answer.none;
  const read = await readContract(api, answer.data);
  return { ...compare(read), output: { kind: 'saas-contract', contract: read.contract } };
}
