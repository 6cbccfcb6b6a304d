import { licenseId } from '../checklist/contracts.ts';
import type { Agreement, EntitlementRow, Facts, Offer, Output, SaasContract, Step, Who } from '../checklist/model.ts';
import { utcMinute } from '../checklist/reasons.ts';
import type { StepReport } from '../checklist/report-document.ts';
import { block, table } from './block.ts';
import { safe } from './safe.ts';
import type { Styles } from './styles.ts';

/** A manual step, as shown to the operator, by `mp-verify show`, and to a colleague. */
export interface ManualStep extends Pick<Step, 'do' | 'open' | 'expect' | 'show'> {
  readonly shown?: Output | null;
}

/** How to do a step in a sandbox: a command or URL to paste, always on one line, or an explanation. */
export type Practice = { readonly paste: string } | { readonly words: string };

const people = { seller: 'SELLER', buyer: 'BUYER', 'saas-user': 'SAAS USER' } as const satisfies Record<Who, string>;

export function actor(who: Who, buyer: string | null): string {
  return `who: ${people[who]}${who === 'buyer' && buyer !== null ? ` ${buyer}` : ''}`;
}

/** Shows what to do, the link, what AWS says, and what to expect. */
export function stepLines(styles: Styles, step: ManualStep, practice: Practice | null = null): string {
  const numbered = step.do.length > 1;
  const row = (label: string, body: string) => block(styles, { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body });
  return [
    ...step.do.map((line, i) =>
      block(styles, {
        lead: `  ${(i === 0 ? 'do' : '').padEnd(8)}${numbered ? `${i + 1}. ` : ''}`,
        leadStyle: 'dim',
        body: line,
      }),
    ),
    step.open === null ? '' : row('link', step.open),
    step.shown ? row('AWS', 'says:') + findings(styles, step.shown, 10) : '',
    step.show !== null && step.shown === null ? row('AWS', `no data yet from step ${step.show}.`) : '',
    step.expect === null ? '' : row('expect', step.expect),
    practice === null
      ? ''
      : 'paste' in practice
        ? `${styles.paint.dim('  sandbox ')}${safe(practice.paste)}\n`
        : row('sandbox', practice.words),
  ].join('');
}

/** Shows what a check found below its result, unless the reason already says it. */
export function resultFindings(
  styles: Styles,
  { status, code, output }: Pick<StepReport, 'status' | 'code'> & { readonly output?: Output | StepReport['output'] },
  indent: number,
): string {
  if (!output || status === 'fail' || status === 'error' || code === 'saas-agrees') return '';
  return findings(styles, output, indent);
}

/** Shows what a check found, below its result or below the step that refers to it. */
export function findings(styles: Styles, output: Output | NonNullable<StepReport['output']>, indent: number): string {
  const line = (body: string) => block(styles, { lead: ' '.repeat(indent), body });
  switch (output.kind) {
    case 'product':
      return line(output.product.url ?? output.product.purchaseUrl);
    case 'entitlements':
      return output.entitlements.length === 0 ? '' : entitlementTable(styles, output.entitlements, indent);
    case 'agreements':
      return output.agreements.map((agreement) => line(agreementWords(agreement))).join('');
    case 'offer':
      return offerWords(output.offer).map(line).join('');
    case 'saas-contract':
      return (output.contracts ?? [output.contract]).map((contract) => line(saasWords(contract))).join('');
  }
}

export function entitlementTable(styles: Styles, rows: readonly EntitlementRow[], indent = 0): string {
  const columns = [
    { title: 'license' },
    { title: 'plan' },
    { title: 'quantity', align: 'right' as const },
    { title: 'ends' },
  ];
  return table(styles, columns, rows.map(entitlementCells), indent);
}

/** Returns license, plan, quantity and end date. */
export function entitlementCells(row: EntitlementRow): readonly string[] {
  const ends = row.expirationDate === null ? 'no end' : utcMinute(row.expirationDate);
  return [
    shortLicense(row.licenseArn),
    row.plan === null || row.plan === row.dimension ? row.dimension : `${row.plan} (${row.dimension})`,
    String(row.value ?? '-'),
    row.active ? ends : `${ends}, expired`,
  ];
}

function shortLicense(arn: string | null): string {
  const id = licenseId(arn);
  return id === null ? '-' : id.length > 12 ? id.slice(0, 12) : id;
}

/**
 * Shows expected and actual values side by side, with a cross at each difference. A narrow screen has one line for each
 * fact.
 */
export function comparison(styles: Styles, expected: Facts, actual: Facts, indent: number): string {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  const rows = names.map((name) => {
    const [want, have] = [String(expected[name] ?? '-'), String(actual[name] ?? '-')];
    return [want === have ? ' ' : '✗', name, want, have];
  });
  const columns = [{ title: ' ' }, { title: '' }, { title: 'expected' }, { title: 'actual' }];
  return table(styles, columns, rows, indent, () => {
    const lines = rows.map(([cross = '', name, want, have]) => {
      const body = `${name}: ${want === have ? want : `expected ${want}, actual ${have}`}`;
      return block(styles, { lead: `${' '.repeat(indent)}${cross} `, body });
    });
    return lines.join('');
  });
}

/** `agmt-4mwg1nev: pro 10, until 2026-12-23 14:44 UTC` */
export function agreementWords({ id, dimensions, startsAt, startsLater, endsAt, status }: Agreement): string {
  const bought =
    dimensions === null
      ? 'terms unknown'
      : dimensions.map(({ key, quantity }) => `${key} ${quantity}`).join(', ') || 'usage-based';
  const start = startsLater && startsAt ? `, starts ${utcMinute(startsAt)}` : '';
  const state = status === 'ACTIVE' ? start : `, ${status.toLowerCase()}`;
  return `${id}: ${bought}${endsAt === null ? '' : `, until ${utcMinute(endsAt)}`}${state}`;
}

/** Returns a line for each price, then whether the buyer can choose a quantity. */
export function offerWords({ prices, unread = [], currency, quantityCanChange }: Offer): readonly string[] {
  const lines = prices.map(
    ({ dimension, price, duration }) =>
      `${dimension} ${price} ${currency}${duration === null ? '' : ` for ${durationWords(duration)}`}`,
  );
  const quantity =
    quantityCanChange === null ? [] : [`The buyer ${quantityCanChange ? 'can' : 'cannot'} choose the quantity.`];
  return [...lines, ...unread.map((dimension) => `${dimension}: the price could not be read`), ...quantity];
}

export function saasWords({ plan, quantity, endDate }: SaasContract): string {
  return `plan ${plan ?? '-'}, quantity ${quantity ?? '-'}, ends ${utcMinute(endDate ?? '-')}`;
}

const units = { D: 'day', W: 'week', M: 'month', Y: 'year' } as const;

/** Returns `12 months` for `P12M`. Other formats stay unchanged. */
function durationWords(duration: string): string {
  const [, count, unit] = /^P(\d+)([DWMY])$/.exec(duration) ?? [];
  if (!count || !unit) return duration;
  return `${count} ${units[unit as keyof typeof units]}${count === '1' ? '' : 's'}`;
}
