import { block } from '../text/block.ts';
import { marks, type Style, type Styles } from '../text/styles.ts';
import type { DoctorCheck, DoctorStatus } from './doctor-check.ts';
import type { Examination } from './examine.ts';
import { iamStatement } from './iam-policy.ts';
import { policyHolder } from './policy-holder.ts';

const statusMarks = {
  pass: marks.pass,
  warning: { symbol: '~', word: 'warning', style: 'warn' },
  fail: marks.fail,
  error: marks.error,
} as const satisfies Record<DoctorStatus, { readonly symbol: string; readonly word: string; readonly style: Style }>;

/** The checks, the statement that adds what is missing, ready to paste, and what to do next. */
export function examinationText(look: Styles, examination: Examination, firstWalk: string): string {
  const { checks, missing, arn, sandbox, ok } = examination;
  const title = { body: 'Can the use cases be checked?', style: 'bold' } as const;
  const next = nextSteps(examination, firstWalk);
  const groups = together(checks);
  const margin = Math.max(...groups.map((group) => leadOf(group).length));
  return [
    block(look, sandbox ? { ...title, right: 'SANDBOX, not AWS', rightStyle: 'warn' } : title),
    '\n',
    ...groups.map((group) => checkLines(look, group, margin)),
    missing.length === 0 ? '' : statement(look, missing, arn),
    '\n',
    verdict(look, ok),
    ...next.map((body, i) => block(look, { lead: next.length > 1 ? `  ${i + 1}. ` : '  ', body })),
  ].join('');
}

/** Neighbours of which the same is to be said. */
type Group = readonly [DoctorCheck, ...DoctorCheck[]];

function together(checks: readonly DoctorCheck[]): readonly Group[] {
  const groups: [DoctorCheck, ...DoctorCheck[]][] = [];
  for (const check of checks) {
    const group = groups.at(-1);
    const [head] = group ?? [];
    if (check.status !== 'pass' && head?.status === check.status && head.detail === check.detail) group?.push(check);
    else groups.push([check]);
  }
  return groups;
}

function leadOf([{ status }]: Group): string {
  const { symbol, word } = statusMarks[status];
  return `${symbol} ${word}  `;
}

function checkLines(look: Styles, group: Group, margin: number): string {
  const [{ status, detail }] = group;
  const indent = ' '.repeat(margin);
  const aside = (body: string) => block(look, { lead: indent, body, style: 'dim' });
  const lines = group.map(({ name, neededFor }, i) => {
    const lead = i === 0 ? leadOf(group).padEnd(margin) : indent;
    const right = status === 'error' ? '' : (neededFor ?? (status === 'pass' ? detail : ''));
    // The name of an action must not be cut.
    const fits = margin + name.length + 2 + right.length <= look.columns;
    const line = block(look, { lead, leadStyle: statusMarks[status].style, body: name, right: fits ? right : '' });
    return fits ? line : line + aside(right);
  });
  return [...lines, status === 'pass' ? '' : block(look, { lead: indent, body: detail })].join('');
}

function statement(look: Styles, missing: readonly string[], arn: string | null): string {
  const holder = arn === null ? 'these credentials' : policyHolder(arn);
  return [
    '\n',
    block(look, { body: `Add this statement to a policy of ${holder}:`, style: 'bold' }),
    // Not wrapped, not indented: it is to be pasted.
    `${JSON.stringify(iamStatement(missing), null, 2)}\n`,
  ].join('');
}

function verdict(look: Styles, ok: boolean): string {
  const { symbol, style } = ok ? marks.pass : marks.fail;
  const body = ok ? 'The use cases can be checked. Next:' : "The use cases can't be checked yet. What to do next:";
  return block(look, { lead: `${symbol} `, leadStyle: style, body, style: 'bold' });
}

function nextSteps({ checks, missing, ok }: Examination, firstWalk: string): readonly string[] {
  return [
    ...new Set(checks.flatMap(({ hint }) => hint ?? [])),
    ...(missing.length === 0
      ? []
      : [ok ? 'Add the statement above, to see more (optional).' : 'Add the statement above.']),
    ok ? firstWalk : 'Run mp-verify doctor again.',
  ];
}
