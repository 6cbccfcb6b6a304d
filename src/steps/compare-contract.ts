import type { EntitlementRow, Facts } from '../checklist/model.ts';
import type { Look } from './check-kind.ts';
import type { ComparedContract } from './compared-contracts.ts';
import { contractFields, type PlanNames } from './contract-fields.ts';
import type { ReadContract } from './read-contract.ts';

/** Is what the SaaS says what AWS grants under this licence? Pure. `error` where neither yes nor no would be sure. */
export function compareContract(read: ReadContract, { rows, beside }: ComparedContract, names: PlanNames): Look {
  if (read.plan === undefined && rows.length + beside.length > 1)
    return unclear(
      `AWS grants ${listed([...rows, ...beside])} under one licence, and mp-verify.yaml does not say where the SaaS names the plan. Add saas.contract-api.plan.`,
      { final: true },
    );
  const shown = contractFields.map((field) => field.shown(read));
  if (shown.every((value) => value === undefined))
    return unclear('mp-verify.yaml does not say what to compare. Add saas.contract-api.plan, quantity or end-date.', {
      final: true,
    });
  // An answer without a contract must not pass for a contract without an end.
  if (shown.every((value) => value === undefined || value === null))
    return {
      ...differing(read, rows, names),
      reason: `The SaaS answers, but shows no contract; AWS grants ${listed(rows)}.`,
    };
  if (read.accounts === null)
    return unclear(
      'The SaaS does not say how many accounts it has for this buyer. Check saas.contract-api.accounts in mp-verify.yaml.',
    );
  if (read.accounts !== undefined && read.accounts !== 1)
    return {
      status: 'fail',
      // One account too many stays; one too few may yet be made.
      final: read.accounts > 1,
      reason: `The SaaS has ${read.accounts} accounts for this buyer: expected 1.`,
      expected: { accounts: 1 },
      actual: { accounts: read.accounts },
    };
  const same = (row: EntitlementRow) => contractFields.every((field) => field.same(read, row, names));
  const found = rows.find(same);
  if (found) {
    const others = rows.filter((row) => row !== found);
    return { status: 'pass', reason: passReason(read, others) };
  }
  const { plan, endDate, contract } = read;
  if (typeof endDate === 'string')
    return unclear(
      `The SaaS gives the end date "${contract.endDate}", which can't be read as a date. Let saas.contract-api.end-date find one like 2026-12-23, or seconds since 1970.`,
    );
  if (beside.some(same))
    return unclear(`The SaaS speaks of ${contract.plan}, which has not changed. What has changed is ${listed(rows)}.`);
  if (plan && Object.keys(names.plans).length === 0 && !isDimension(plan, names))
    return unclear(
      `The SaaS shows the plan "${contract.plan}", which is neither key nor name of a dimension. Say in mp-verify.yaml (saas.contract-api.plans) what it stands for.`,
    );
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
    reason: `${asked
      .filter((field) => !field.same)
      .map(({ name, granted, shown }) => `${name}: expected ${granted ?? 'none'}, the SaaS shows ${shown ?? 'none'}`)
      .join('; ')}.`,
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

function unclear(reason: string, settled: { readonly final?: boolean } = {}): Look {
  return { status: 'error', reason, ...settled };
}
