import { loadConfig } from '../config/load-config.ts';
import { examinationText } from '../doctor/examination-text.ts';
import { examine } from '../doctor/examine.ts';
import { iamPolicy } from '../doctor/iam-policy.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { actions } from '../ports/marketplace.ts';
import type { ColorMode } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import { jsonText } from '../text/safe.ts';
import { openSession, type SessionOptions } from './session.ts';

export interface DoctorOptions extends SessionOptions {
  readonly policy?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly input: boolean;
  readonly color: ColorMode;
}

/** Says whether the use cases can be checked, what is missing, and the statement that adds it; with --policy the whole policy. */
export async function doctor(options: DoctorOptions, host: Host): Promise<Outcome> {
  if (options.policy) {
    host.stdout.write(jsonText(iamPolicy(actions)));
    return 'pass';
  }
  const terminal = await host.openTerminal(options);
  const session = await openSession((await loadConfig(options, host)).options, host, terminal);
  const body = 'Asking AWS: network, credentials, product, permissions';
  const progress = terminal.progress(() => block(terminal.styles(), { lead: '… ', leadStyle: 'accent', body }));
  try {
    const examination = await examine(session, host);
    progress.stop();
    const { account, checks, missing, ok } = examination;
    if (options.json) {
      const shown = checks.map(({ name, status, detail, hint, neededFor }) => {
        return { name, status, detail: [detail, hint].filter(Boolean).join(' '), neededFor };
      });
      const policy = missing.length === 0 ? null : iamPolicy(missing);
      host.stdout.write(jsonText({ ok, account, checks: shown, policy }));
    } else {
      host.stdout.write(examinationText(host.stdout.styles(options.color), examination, firstWalk(options)));
    }
    return ok ? 'pass' : 'error';
  } finally {
    progress.stop();
    await session.close();
  }
}

/** The command to go on with; a value that a shell would take apart is left to the operator. */
function firstWalk({ sandbox, profile, product }: DoctorOptions): string {
  const plain = (flag: string, value: string | undefined) =>
    value !== undefined && /^[\w.-]+$/.test(value) ? [`${flag} ${value}`] : [];
  const flags = [...(sandbox ? ['--sandbox'] : []), ...plain('--profile', profile), ...plain('--product', product)];
  return ['mp-verify run new-signup', ...flags].join(' ');
}
