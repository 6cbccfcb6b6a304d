import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Report, reportDocument } from '../../src/checklist/report-document.ts';
import { buildCli } from '../../src/cli.ts';
import { errorOutcome, exitCode, type Outcome } from '../../src/errors.ts';
import { request } from '../../src/http/request.ts';
import { failureText } from '../../src/main.ts';
import { connect } from '../../src/marketplace/connect.ts';
import type { Files, Program } from '../../src/ports/host.ts';
import type { Runs } from '../../src/ports/storage.ts';
import { openRehearsal } from '../../src/sandbox/rehearsal/rehearse.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { type LocalSandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { sharedStorage } from '../../src/storage.ts';
import { foundPages } from '../../src/store/found-pages.ts';
import { files } from '../../src/system/files.ts';
import { openGithubJob } from '../../src/system/github-job.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { fastPacers } from '../support/fast-pacers.ts';
import { type Move, type ScriptTerminal, scriptTerminal } from '../support/script-terminal.ts';
import { tempRuns } from '../support/temp-runs.ts';

export interface Ended {
  /** The outcome of the command, or the error it threw. */
  readonly outcome: Outcome | Error;
  /** The exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly questions: readonly string[];
}

/**
 * The command line in this process: the real store, the real SDK, a sandbox over HTTP, a fake clock, and an operator
 * who follows a script.
 */
export async function openMachine(options: LocalSandboxOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-machine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const clock = fakeClock();
  const runs = await tempRuns();
  const sandbox = await startSandbox({ delayMs: 0, now: () => clock.now().getTime(), ...options });
  onTestFinished(sandbox.close);
  const within = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  const here: Files = {
    ...files,
    read: (path, most) => files.read(within(path), most),
    exists: (path) => files.exists(within(path)),
    ownership: (path) => files.ownership(within(path)),
    create: (path, text) => files.create(within(path), text),
    write: (path, text) => files.write(within(path), text),
    checkWritable: (path) => files.checkWritable(within(path)),
  };
  const pages = new Map<string, string>();
  let terminal: ScriptTerminal | null = null;
  const machine = {
    folder,
    clock,
    runs,
    sandbox,
    /** Tests change these, to ask another endpoint or as another account. */
    endpoint: sandbox.url as string | null,
    /** The endpoints of AWS profiles that belong to another seller. */
    endpoints: {} as Readonly<Record<string, string>>,
    keys: sandbox.seller as { readonly accessKeyId: string; readonly secretAccessKey: string },
    store: runs as Runs,
    signal: new AbortController(),
    /** Changed by tests: the environment of a job of GitHub Actions. */
    env: {} as Readonly<Record<string, string>>,
    /** Changed by tests: environment variables. */
    variables: {} as Readonly<Record<string, string>>,
    operator: 'Aiko Tanaka',
    pid: 1,
    /** The files that were opened in a browser. */
    opened: [] as string[],
    /** Stdout is the terminal on which the operator is asked. */
    isTerminal: false,
    write: (name: string, text: string | Uint8Array) => writeFile(join(folder, name), text),
    /** The colleague with the test account buys, continues to the SaaS, and signs up there. */
    async buy(buyer: string) {
      const act = openRehearsal(sandbox.url);
      for (const action of ['purchase', 'set-up', 'sign-up'] as const) await act(action, buyer);
    },
    /** Returns the progress that the terminal of the running command shows. */
    showing: () => terminal?.showing() ?? null,
    /** Runs a command to its end. Without moves, there is no operator. */
    async run(line: string | readonly string[], moves: readonly Move[] | null = null): Promise<Ended> {
      const printed: string[] = [];
      const look = { columns: 80, paint: plainPaint };
      const opened = scriptTerminal(moves, look);
      terminal = opened;
      const streams = {
        stdout: { write: (text: string) => printed.push(text) > 0 },
        stderr: {
          write(text: string) {
            opened.write(text);
            return true;
          },
        },
      };
      const { signal } = machine.signal;
      const host: Program = {
        version: '0.1.0',
        nodeVersion: '20.19.0',
        signal,
        clock: clock satisfies FakeClock,
        files: here,
        openStore: (location) =>
          location === null
            ? {
                runs: machine.store,
                productPages: {
                  recall: async () => pages,
                  remember: async (_, productId, url) => void pages.set(productId, url),
                },
                shared: null,
              }
            : sharedStorage(location, {
                ...{
                  folder,
                  clock,
                  pid: machine.pid,
                  signal: () => undefined,
                  onWait: () => undefined,
                  onRun: () => undefined,
                },
                operator: async () => machine.operator,
                keysOf: async () => async () => ({ accessKeyId: machine.operator, secretAccessKey: 'secret' }),
              }),
        foundPages: foundPages(folder),
        web: { request },
        env: (name) => machine.variables[name] ?? null,
        githubJob: openGithubJob(machine.env, streams.stdout, streams.stderr),
        profiles: async () => [],
        operator: async () => machine.operator,
        absolute: within,
        stdout: {
          isTerminal: machine.isTerminal,
          write: (text) => void streams.stdout.write(text),
          styles: () => look,
        },
        openTerminal: async ({ input }) => ({
          ...opened,
          interactive: opened.interactive && input,
          write: (text) => void streams.stderr.write(text),
        }),
        connect: (wanted) =>
          connect(
            {
              ...wanted,
              endpointUrl: wanted.endpointUrl ?? machine.endpoints[wanted.profile ?? ''] ?? machine.endpoint,
              keys: machine.keys,
              signal,
            },
            {},
            fastPacers(clock),
          ),
        sandbox: {
          ...sandboxPort(signal),
          start: (wanted) => startSandbox({ delayMs: 0, now: () => clock.now().getTime(), ...wanted }),
        },
        copyText: async () => null,
        openLink: async () => undefined,
        openFile: async (path) => void machine.opened.push(path),
      };
      const args = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
      const outcome = await buildCli(host)(args).catch((error: unknown) => error as Error);
      // Reports the error as `main` does.
      const thrown = outcome instanceof Error ? outcome : null;
      const told = thrown && failureText(thrown, args.includes('--json') && printed.length === 0, null);
      streams.stdout.write(told?.stdout ?? '');
      streams.stderr.write(told?.stderr ?? '');
      return {
        outcome,
        code: exitCode(thrown ? errorOutcome(thrown) : (outcome as Outcome)),
        stdout: printed.join(''),
        stderr: opened.written(),
        questions: opened.questions,
      };
    },
  };
  return machine;
}

/** Parses the document on stdout, and validates it against the published schema. */
export function documentOf({ stdout }: Pick<Ended, 'stdout'>): Report {
  return reportDocument.parse(JSON.parse(stdout));
}

/** Returns `product pass, buy pending` for the first checklist. */
export function stepWords({ checklists }: Report): string {
  return (checklists[0]?.steps ?? []).map(({ id, status }) => `${id} ${status}`).join(', ');
}
