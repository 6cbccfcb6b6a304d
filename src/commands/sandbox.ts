import { parseDuration } from '../checklist/parse-checklist.ts';
import { InvalidFiles } from '../checklist/problems.ts';
import { readText } from '../config/load-config.ts';
import { Interrupted, type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { SaasBugName, SandboxCall, ScenarioFile } from '../ports/sandbox.ts';
import type { ColorMode } from '../ports/terminal.ts';
import { block } from '../text/block.ts';
import { safe } from '../text/safe.ts';
import { sandboxDocument } from './sandbox-document.ts';
import { sandboxLines } from './sandbox-lines.ts';

export interface SandboxCommandOptions {
  /** For programs, instead of lines to paste. */
  readonly json?: boolean | undefined;
  readonly port?: number | undefined;
  /** From a purchase until AWS grants it. */
  readonly delay?: string | undefined;
  /** Path of a YAML file. */
  readonly scenario?: string | undefined;
  readonly saasBug?: SaasBugName | undefined;
  readonly fulfillmentUrl?: string | undefined;
  /** The address to listen on. */
  readonly host?: string | undefined;
  readonly allowHost?: readonly string[] | undefined;
  /** Lists no calls on stderr. */
  readonly quiet?: boolean | undefined;
  readonly color?: ColorMode | undefined;
}

/** Runs a local AWS Marketplace until it is stopped, and says how to reach it. */
export async function sandbox(
  options: SandboxCommandOptions,
  host: Pick<Host, 'files' | 'openTerminal' | 'sandbox' | 'signal' | 'stdout'>,
): Promise<Outcome> {
  const { json = false, quiet = json, port, delay, scenario: path, saasBug, fulfillmentUrl } = options;
  const { host: address, allowHost: allowHosts = [], color = 'auto' } = options;
  const scenarioFile = path === undefined ? undefined : await scenarioAt(path, host.files);
  const terminal = await host.openTerminal({ input: false, color });
  const started = await host.sandbox.start({
    ...(address === undefined ? {} : { host: address }),
    ...(quiet ? {} : { onCall: (call) => terminal.write(`${callLine(call)}\n`) }),
    allowHosts,
    ...(port === undefined ? {} : { port }),
    ...(delay === undefined ? {} : { delayMs: parseDelay(delay) }),
    ...(saasBug === undefined ? {} : { saasBug }),
    ...(fulfillmentUrl === undefined ? {} : { fulfillmentUrl }),
    ...(scenarioFile === undefined ? {} : { scenarioFile }),
  });
  try {
    const lines = json
      ? [sandboxDocument(started)]
      : sandboxLines(started, { saasBug, allowHosts }, host.sandbox.practiceCommand);
    if (started.isExposed)
      terminal.write(
        block(terminal.styles(), { lead: '! ', leadStyle: 'warn', body: exposed(options.host ?? started.url) }),
      );
    host.stdout.write(lines.map((line) => `${line}\n`).join(''));
    await new Promise<void>((resolve) => {
      if (host.signal.aborted) resolve();
      else host.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    if (host.signal.reason instanceof Interrupted) return host.signal.reason.signal;
    throw host.signal.reason;
  } finally {
    await started.close();
  }
}

/** One line, however long it is. */
function callLine({ at, who, action, about, answer }: SandboxCall): string {
  const time = new Date(at).toISOString().slice(11, 19);
  return safe([`${time} UTC`, who, action, about, answer].filter((part) => part !== '').join(' | '));
}

function exposed(address: string): string {
  return `The sandbox listens on ${address}, which other machines may reach. Its keys are no secret: anyone who reaches it can use it. Leave --host out to listen on 127.0.0.1 only.`;
}

function parseDelay(value: string): number {
  const ms = parseDuration(value);
  if (ms !== null) return ms;
  throw new UserError(
    'bad-duration',
    `--delay: "${value}" is not a duration.`,
    'Give a number and a unit, as in 0s, 30s or 2m.',
  );
}

async function scenarioAt(path: string, files: Host['files']): Promise<ScenarioFile> {
  const source = await readText(path, files);
  if (typeof source !== 'string') throw new InvalidFiles([source]);
  return { path, source };
}
