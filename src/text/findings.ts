import { licenceId } from '../checklist/entitlement-rows.ts';
import type { EntitlementRow, Facts, Output } from '../checklist/model.ts';
import type { StepReport } from '../checklist/report-document.ts';
import { utcMinute } from '../checklist/utc-minute.ts';
import { block } from './block.ts';
import { agreementWords, offerWords, saasWords } from './finding-words.ts';
import type { Look } from './look.ts';
import { table } from './table.ts';

/** What a check found, below its line or beside the step that compares it. */
export function findings(look: Look, output: Output | NonNullable<StepReport['output']>, indent: number): string {
  const line = (body: string) => block(look, { lead: ' '.repeat(indent), body });
  switch (output.kind) {
    case 'product':
      return line(output.product.url ?? output.product.purchaseUrl);
    case 'entitlements':
      return output.entitlements.length === 0 ? '' : entitlementTable(look, output.entitlements, indent);
    case 'agreements':
      return output.agreements.map((agreement) => line(agreementWords(agreement))).join('');
    case 'offer':
      return offerWords(output.offer).map(line).join('');
    case 'saas-contract':
      return (output.contracts ?? [output.contract]).map((contract) => line(saasWords(contract))).join('');
  }
}

export function entitlementTable(look: Look, rows: readonly EntitlementRow[], indent = 0): string {
  const columns = [
    { title: 'licence' },
    { title: 'plan' },
    { title: 'quantity', align: 'right' as const },
    { title: 'ends' },
  ];
  return table(look, columns, rows.map(entitlementCells), indent);
}

/** Licence, plan, quantity and end as words. */
export function entitlementCells(row: EntitlementRow): readonly string[] {
  const ends = row.expirationDate === null ? 'no end' : utcMinute(row.expirationDate);
  return [
    shortLicence(row.licenseArn),
    row.plan === null || row.plan === row.dimension ? row.dimension : `${row.plan} (${row.dimension})`,
    String(row.value ?? '-'),
    row.active ? ends : `${ends}, expired`,
  ];
}

function shortLicence(arn: string | null): string {
  const id = licenceId(arn);
  return id === null ? '-' : id.length > 12 ? id.slice(0, 12) : id;
}

/** Expected and actual side by side, a cross where they differ. */
export function comparison(look: Look, expected: Facts, actual: Facts, indent: number): string {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  const rows = names.map((name) => {
    const [want, have] = [String(expected[name] ?? '-'), String(actual[name] ?? '-')];
    return [want === have ? ' ' : '✗', name, want, have];
  });
  return table(look, [{ title: ' ' }, { title: '' }, { title: 'expected' }, { title: 'actual' }], rows, indent);
}
