import type { EntitlementRow, Facts } from '../checklist/model.ts';
import { type ReasonTable, reasonsOf } from '../checklist/reasons.ts';
import type { Look } from './check-kind.ts';
import type { ComparedContract } from './compared-contracts.ts';
import { contractFields, type PlanNames } from './contract-fields.ts';
import type { ReadContract } from './read-contract.ts';

export const compareReasons = {
  'saas-agrees': ({ words }: { readonly words: string }) => words,
  'saas-differs': ({ words }: { readonly words: string }) => `${words}.`,
  'saas-shows-nothing': ({ granted }: { readonly granted: string }) =>
    `The SaaS answers, but shows no contract; AWS grants ${granted}.`,
  'plan-not-configured': ({ granted }: { readonly granted: string }) =>
    `AWS grants ${granted} under one licence, and mp-verify.yaml does not say where the SaaS names the plan. Add saas.contract-api.plan.`,
  'nothing-to-compare': () =>
    'mp-verify.yaml does not say what to compare. Add saas.contract-api.plan, quantity or end-date.',
  'accounts-unknown': () =>
    'The SaaS does not say how many accounts it has for this buyer. Check saas.contract-api.accounts in mp-verify.yaml.',
  'other-accounts': ({ accounts }: { readonly accounts: number }) =>
    `The SaaS has ${accounts} accounts for this buyer: expected 1.`,
  'end-date-unreadable': ({ value }: { readonly value: string | null }) =>
    `The SaaS gives the end date "${value}", which can't be read as a date. Let saas.contract-api.end-date find one like 2026-12-23, or seconds since 1970.`,
  'saas-shows-unchanged': ({ plan, changed }: { readonly plan: string | null; readonly changed: string }) =>
    `The SaaS speaks of ${plan}, which has not changed. What has changed is ${changed}.`,
  'plan-unknown': ({ plan }: { readonly plan: string | null }) =>
    `The SaaS shows the plan "${plan}", which is neither key nor name of a dimension. Say in mp-verify.yaml (saas.contract-api.plans) what it stands for.`,
} satisfies ReasonTable;

const because = reasonsOf(compareReasons);

/** Is what the SaaS says what AWS grants under this licence? Pure. `error` where neither yes nor no would be sure. */
export function compareContract(read: ReadContract, { rows, beside }: ComparedContract, names: PlanNames): Look {
  if (read.plan === undefined && rows.length + beside.length > 1)
    return {
      status: 'error',
      final: true,
      ...because('plan-not-configured', { granted: listed([...rows, ...beside]) }),
    };
  const shown = contractFields.map((field) => field.shown(read));
  if (shown.every((value) => value === undefined))
    return { status: 'error', final: true, ...because('nothing-to-compare') };
  // An answer without a contract must not pass for a contract without an end.
  if (shown.every((value) => value === undefined || value === null))
    return {
      ...differing(read, rows, names),
      ...because('saas-shows-nothing', { granted: listed(rows) }),
    };
  if (read.accounts === null) return { status: 'error', ...because('accounts-unknown') };
  if (read.accounts !== undefined && read.accounts !== 1)
    return {
      status: 'fail',
      // One account too many stays; one too few may yet be made.
      final: read.accounts > 1,
      ...because('other-accounts', { accounts: read.accounts }),
      expected: { accounts: 1 },
      actual: { accounts: read.accounts },
    };
  const same = (row: EntitlementRow) => contractFields.every((field) => field.same(read, row, names));
  const found = rows.find(same);
  if (found) {
    const others = rows.filter((row) => row !== found);
    return { status: 'pass', ...because('saas-agrees', { words: passReason(read, others) }) };
  }
  const { plan, endDate, contract } = read;
  if (typeof endDate === 'string')
    return { status: 'error', ...because('end-date-unreadable', { value: contract.endDate }) };
  if (beside.some(same))
    return { status: 'error', ...because('saas-shows-unchanged', { plan: contract.plan, changed: listed(rows) }) };
  if (plan && Object.keys(names.plans).length === 0 && !isDimension(plan, names))
    return { status: 'error', ...because('plan-unknown', { plan: contract.plan }) };
  return differing(read, rows, names);
}

/** Set beside the row whose plan it is, or the first. */
function differing(read: ReadContract, rows: readonly EntitlementRow[], names: PlanNames): Look {
  const [planField] = contractFields;
  const row = rows.find((each) => planField?.same(read, each, names)) ?? rows[0];
  if (!row) throw new Error('a licence was compared that grants nothing');
  const asked = contractFields.map((field) => ({
    name: field.name,
    granted: field.granted(row),
    shown: field.shown(read),
    same: field.same(read, row, names),
  }));
  const facts = (of: (field: (typeof asked)[number]) => Facts[string]): Facts =>
    Object.fromEntries(asked.filter(({ shown }) => shown !== undefined).map((field) => [field.name, of(field)]));
  return {
    status: 'fail',
    ...because('saas-differs', {
      words: asked
        .filter((field) => !field.same)
        .map(({ name, granted, shown }) => `${name}: expected ${granted ?? 'none'}, the SaaS shows ${shown ?? 'none'}`)
        .join('; '),
    }),
    expected: facts(({ granted }) => granted),
    // What is the same in other words stands there in AWS's.
    actual: facts(({ same, granted, shown }) => (same ? granted : (shown ?? null))),
  };
}

function passReason(read: ReadContract, others: readonly EntitlementRow[]): string {
  const said = contractFields.map((field) => ({ name: field.name, shown: field.shown(read) }));
  const asked = said.filter(({ shown }) => shown !== undefined);
  const unasked = said.filter(({ shown }) => shown === undefined).map(({ name }) => name);
  return [
    `The SaaS shows ${asked.map(({ name, shown }) => `${name} ${shown ?? 'none'}`).join(', ')}, as AWS grants it.`,
    ...(unasked.length > 0 ? [`Not compared: ${unasked.join(', ')}.`] : []),
    ...(others.length > 0 ? [`AWS also grants ${listed(others)}, of which the SaaS does not speak.`] : []),
  ].join(' ');
}

function isDimension(plan: string, { dimensions }: PlanNames): boolean {
  return dimensions.some(({ key, name }) => key === plan || name === plan);
}

function listed(rows: readonly EntitlementRow[]): string {
  return rows.map(({ dimension, value }) => `${dimension} ${value}`).join(', ');
}
