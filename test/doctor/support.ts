import { buildCli } from '../../src/cli.ts';
import type { Outcome } from '../../src/errors.ts';
import { connect } from '../../src/marketplace/connect.ts';
import type { Program, Terminal } from '../../src/ports/host.ts';
import type { SharedStore } from '../../src/ports/storage.ts';
import { defaultWorld } from '../../src/sandbox/default-world.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { useMachine as prepareMachine } from '../marketplace/support.ts';
import { fastPacers } from '../support/fast-pacers.ts';

/** Nothing that a user sees may contain this word: it is in every secret of these tests. */
export const canary = 'canary';
const { seller } = defaultWorld(0);
export const sellerId = seller.accountId;
export const sellerKeys = {
  AWS_ACCESS_KEY_ID: seller.accessKeyId,
  AWS_SECRET_ACCESS_KEY: `${canary}-secret-access-key`,
  AWS_SESSION_TOKEN: `${canary}-session-token`,
} as const;

/** The machine as the SDK sees it, with the seller's keys unless the test has others. */
export async function useMachine(
  env: Readonly<Record<string, string>> = sellerKeys,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  await prepareMachine({ env, files });
}

interface Run {
  readonly outcome: Outcome;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly nodeVersion?: string;
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** The text of mp-verify.yaml; without it, there is no such file. */
  readonly config?: string;
  /** What the operator chooses; without it nobody is there. */
  readonly choose?: string;
  readonly shared?: SharedStore;
}

/** `mp-verify doctor …` as `main` runs it, with the real SDK. Fails where a secret is shown. */
export async function doctor(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const {
    nodeVersion = '20.19.0',
    columns = 80,
    signal = new AbortController().signal,
    choose,
    config,
    shared,
  } = options;
  const out: string[] = [];
  const errors: string[] = [];
  const unexpected = (what: string) => () => Promise.reject(new Error(`doctor has no use for ${what}`));
  const terminal: Terminal = {
    interactive: choose !== undefined,
    styles: () => ({ columns, paint: plainPaint }),
    write: (line) => void errors.push(line),
    key: unexpected('keys'),
    line: unexpected('lines'),
    choose: async () => choose ?? null,
    progress: () => ({ stop: () => {} }),
    bell: () => undefined,
  };
  const host: Program = {
    githubJob: null,
    version: '0.0.0',
    nodeVersion,
    signal,
    operator: async () => null,
    absolute: (path) => path,
    openStore: () => ({
      runs: {
        index: null,
        ids: unexpected('runs'),
        read: unexpected('runs'),
        readAll: unexpected('runs'),
        inspect: unexpected('runs'),
        readFile: unexpected('runs'),
        create: unexpected('runs'),
        open: unexpected('runs'),
        inUse: unexpected('runs'),
        remove: unexpected('runs'),
      },
      productPages: { recall: unexpected('pages'), remember: unexpected('pages') },
      shared: shared ?? null,
    }),
    clock: { now: () => new Date(), sleep: unexpected('sleep') },
    stdout: { isTerminal: false, write: (line) => void out.push(line), styles: () => ({ columns, paint: plainPaint }) },
    profiles: async () => [],
    env: (name) => process.env[name] || null,
    files: {
      exists: async (path) => path === 'mp-verify.yaml' && config !== undefined,
      ownership: async () => null,
      read: async () => new TextEncoder().encode(config),
      create: unexpected('files'),
      temporary: unexpected('files'),
      write: unexpected('files'),
      checkWritable: unexpected('files'),
      builtIns: unexpected('files'),
    },
    web: { request: unexpected('web pages') },
    foundPages: { recall: unexpected('pages'), remember: unexpected('pages') },
    openTerminal: async () => terminal,
    connect: (wanted) => connect({ ...wanted, signal }, process.env, fastPacers()),
    sandbox: sandboxPort(signal),
    copyText: unexpected('the clipboard'),
    openLink: unexpected('browsers'),
    openFile: unexpected('browsers'),
  };
  const outcome = await buildCli(host)(['doctor', ...args]);
  const run = { outcome, stdout: out.join(''), stderr: errors.join('') };
  if (`${run.stdout}${run.stderr}`.includes(canary)) throw new Error(`a secret is shown: ${run.stdout}${run.stderr}`);
  return run;
}

interface Document {
  readonly ok: boolean;
  readonly account: string | null;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly neededFor: string | null;
  }[];
  readonly policy: { readonly Version: string; readonly Statement: readonly { readonly Action: readonly string[] }[] };
}

/** The document of `doctor --json`, the outcome, and the status of each check by name. */
export async function examined(args: readonly string[], options: RunOptions = {}) {
  const { outcome, stdout, stderr } = await doctor([...args, '--json'], options);
  const document = JSON.parse(stdout) as Document;
  const of = (name: string) => document.checks.find((check) => check.name === name);
  const others = (...names: readonly string[]) =>
    document.checks.filter(({ name }) => !names.includes(name)).map(({ status }) => status);
  return { outcome, stderr, document, of, others };
}
