import { printedCommand } from '../checklist/printed-command.ts';
import { type Configured, loadConfig } from '../config/load-config.ts';
import type { DoctorCheck, DoctorStatus } from '../doctor/doctor-check.ts';
import { type Examination, examine } from '../doctor/examine.ts';
import { iamPolicy } from '../doctor/permissions.ts';
import type { Outcome } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { actions, assumeStatement, iamStatement, policyHolder } from '../ports/marketplace.ts';
import { storeStatements } from '../ports/storage.ts';
import { type ConnectionOptions, openConnection } from '../run/connection.ts';
import { block } from '../text/block.ts';
import { someOf } from '../text/counts.ts';
import { jsonText, shellWord } from '../text/safe.ts';
import { marks, type Style, type Styles } from '../text/styles.ts';

export interface DoctorOptions extends ConnectionOptions {
  readonly policy?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/**
 * Checks whether mp-verify can check the use cases, and prints what is missing. With --policy, prints the IAM policy
 * instead.
 */
export async function doctor(options: DoctorOptions, host: Host): Promise<Outcome> {
  const config = await loadFirst(options, host);
  if (options.policy) return printPolicy(config, host);
  const terminal = await host.openTerminal(options);
  const session = await openConnection(config.options, host, terminal, config.assertProduct);
  const body = 'Checking network, credentials, product and permissions';
  const progress = terminal.progress(() => block(terminal.styles(), { lead: '… ', leadStyle: 'accent', body }));
  try {
    const examination = await examine(session, withOthers(config), host);
    progress.stop();
    const { account, checks, missing, ok } = examination;
    if (options.json) {
      const shown = checks.map(({ name, status, detail, hint, neededFor }) => {
        return { name, status, detail: [detail, hint].filter(Boolean).join(' '), neededFor };
      });
      const policy = missing.length === 0 ? null : iamPolicy(iamStatement(missing));
      host.stdout.write(jsonText({ ok, account, checks: shown, policy }));
    } else {
      host.stdout.write(examinationText(host.stdout.styles(options.color), examination, firstRun(config.options)));
    }
    return ok ? 'pass' : 'error';
  } finally {
    progress.stop();
    await session.close();
  }
}

/** Reads the configuration. If it has several products and none is named, takes the first one of the usual account. */
async function loadFirst(options: DoctorOptions, host: Host): Promise<Configured<DoctorOptions>> {
  const config = await loadConfig(options, host);
  if (config.options.product !== undefined) return config;
  const first = config.accounts.find(({ account }) => account === config.account) ?? config.accounts[0];
  return first ? loadConfig({ ...options, product: first.product }, host) : config;
}

/** Names the accounts of the file that are not checked, with a product to check each. */
function withOthers({ inUse, account, accounts }: Configured<DoctorOptions>): string | null {
  const others = accounts
    .filter((each) => each.account !== account)
    .map((each) => `${each.account ?? 'no account'} (--product ${shellWord(each.product)})`);
  if (inUse === null || others.length === 0) return inUse;
  return `${inUse}; accounts not checked: ${someOf(others, 3)}`;
}

/** Prints the whole policy, with a statement for the credentials that assume the roles of the file. */
async function printPolicy({ roles, options }: Configured<DoctorOptions>, host: Host): Promise<Outcome> {
  const arns = [...new Set(roles.map(({ arn }) => arn))];
  const [only] = arns;
  const assume = only === undefined ? [] : [{ Sid: 'AssumeRole', ...assumeStatement(arns.length > 1 ? arns : only) }];
  const store = host.shared ? storeStatements(host.shared.url) : [];
  host.stdout.write(jsonText(iamPolicy(iamStatement(actions), ...assume, ...store)));
  if (only !== undefined) {
    const terminal = await host.openTerminal({ input: false, color: options.color });
    const body =
      arns.length > 1
        ? `Each of the ${arns.length} roles needs the first statement. The credentials that assume them need the statement AssumeRole.`
        : `The role ${only} needs the first statement. The credentials that assume it need the statement AssumeRole.`;
    terminal.write(block(terminal.styles(), { body }));
  }
  return 'pass';
}

/** Returns the first run to make, with the flags of this command, except names that would need quotes. */
function firstRun({ sandbox, profile, product }: DoctorOptions): string {
  const plain = (flag: string, value: string | undefined) =>
    value !== undefined && /^[\w.-]+$/.test(value) ? [`${flag} ${value}`] : [];
  const flags = [...(sandbox ? ['--sandbox'] : []), ...plain('--profile', profile), ...plain('--product', product)];
  return [printedCommand('run new-signup'), ...flags].join(' ');
}

const statusMarks = {
  pass: marks.pass,
  warning: { symbol: '~', word: 'warning', style: 'warn' },
  fail: marks.fail,
  error: marks.error,
} as const satisfies Record<DoctorStatus, { readonly symbol: string; readonly word: string; readonly style: Style }>;

/** Prints the checks, a statement that adds what is missing, and what to do next. */
export function examinationText(styles: Styles, examination: Examination, firstRun: string): string {
  const { checks, missing, arn, sandbox, ok } = examination;
  const title = { body: 'Can mp-verify check the use cases?', style: 'bold' } as const;
  const next = nextSteps(examination, firstRun);
  const groups = grouped(checks);
  const margin = Math.max(...groups.map((group) => leadOf(group).length));
  return [
    block(styles, sandbox ? { ...title, right: 'SANDBOX, not AWS', rightStyle: 'warn' } : title),
    '\n',
    ...groups.map((group) => checkLines(styles, group, margin)),
    missing.length === 0 ? '' : statement(styles, missing, arn),
    '\n',
    verdict(styles, ok),
    ...next.map((body, i) => {
      const lead = next.length > 1 ? `  ${i + 1}. ` : '  ';
      // On one line, however long, so that it can be copied.
      return body === firstRun ? `${lead}${body}\n` : block(styles, { lead, body });
    }),
  ].join('');
}

/** Neighboring checks with the same finding. */
type Group = readonly [DoctorCheck, ...DoctorCheck[]];

function grouped(checks: readonly DoctorCheck[]): readonly Group[] {
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

function checkLines(styles: Styles, group: Group, margin: number): string {
  const [{ status, detail }] = group;
  const indent = ' '.repeat(margin);
  const aside = (body: string) => block(styles, { lead: indent, body, style: 'dim' });
  const lines = group.map(({ name, neededFor }, i) => {
    const lead = i === 0 ? leadOf(group).padEnd(margin) : indent;
    const right = status === 'error' ? '' : (neededFor ?? (status === 'pass' ? detail : ''));
    // The name of an action must not be broken.
    const fits = margin + name.length + 2 + right.length <= styles.columns;
    const line = block(styles, { lead, leadStyle: statusMarks[status].style, body: name, right: fits ? right : '' });
    return fits ? line : line + aside(right);
  });
  return [...lines, status === 'pass' ? '' : block(styles, { lead: indent, body: detail })].join('');
}

function statement(styles: Styles, missing: readonly string[], arn: string | null): string {
  const holder = arn === null ? 'these credentials' : policyHolder(arn);
  return [
    '\n',
    block(styles, { body: `Add this statement to a policy of ${holder}:`, style: 'bold' }),
    // Neither wrapped nor indented, so that it can be pasted.
    `${JSON.stringify(iamStatement(missing), null, 2)}\n`,
  ].join('');
}

function verdict(styles: Styles, ok: boolean): string {
  const { symbol, style } = ok ? marks.pass : marks.fail;
  const body = ok ? 'mp-verify can check the use cases. Next:' : 'mp-verify cannot check the use cases yet. Next:';
  return block(styles, { lead: `${symbol} `, leadStyle: style, body, style: 'bold' });
}

function nextSteps({ checks, missing, ok }: Examination, firstRun: string): readonly string[] {
  return [
    ...new Set(checks.flatMap(({ hint }) => hint ?? [])),
    ...(missing.length === 0
      ? []
      : [ok ? 'Add the statement above, for more checks (optional).' : 'Add the statement above.']),
    ok ? firstRun : 'Run mp-verify doctor again.',
  ];
}
