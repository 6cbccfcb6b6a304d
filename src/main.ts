import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InvalidFiles } from './checklist/problems.ts';
import { buildCli } from './cli.ts';
import {
  CouldNotCheck,
  errorOutcome,
  exitCode,
  Interrupted,
  type Outcome,
  type StopSignal,
  UserError,
} from './errors.ts';
import type { Pacers } from './marketplace/pacer.ts';
import type { Host } from './ports/host.ts';
import type { OpenRun, Runs } from './ports/runs.ts';
import { sandboxPort } from './sandbox/sandbox-port.ts';
import { files } from './system/files.ts';
import { isLostOutput, lostOutput, type Outputs, watchOutputs, withoutOutput } from './system/outputs.ts';
import { writeReport } from './system/report-file.ts';
import { stateFolder } from './system/this-machine.ts';
import { paintFor } from './terminal/open-terminal.ts';
import { jsonText, safe } from './text/safe.ts';

const signals: readonly StopSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** From the process to its exit code. The only place that knows `process`. */
export async function main(process: NodeJS.Process): Promise<number> {
  // If a promise never settles, Node ends the process with this code: it must not be success.
  process.exitCode = exitCode('bug');
  // The SDK would print this warning in the middle of a run.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

  const stopping = new AbortController();
  let closeTerminal = () => {};
  const stop = (signal: StopSignal) => {
    // The first signal ends the command in order, the second at once. A closed terminal sends SIGHUP twice.
    if (!stopping.signal.aborted || signal === 'SIGHUP') return stopping.abort(new Interrupted(signal));
    closeTerminal();
    process.emit('exit', exitCode(signal));
    process.off(signal, stop);
    // `process.exit` would wait for blocked threads; shells report a signal with the same code.
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, stop);

  let openedRun: string | null = null;
  // Without its output there is no point in continuing.
  const outputs = watchOutputs(process.stdout, process.stderr, (error) => stopping.abort(lostOutput(error, openedRun)));
  const fail = (error: unknown) => {
    closeTerminal();
    const { stdout, stderr } = failureText(error, process.argv.includes('--json') && !outputs.used);
    process.stderr.write(stderr);
    if (stdout !== '') outputs.write(stdout);
  };
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit(exitCode('bug'));
  });

  const host = await realHost(process, {
    signal: stopping.signal,
    stop,
    outputs,
    onTerminal(close) {
      closeTerminal = close;
    },
    onRun(id) {
      openedRun = id;
    },
  });
  let outcome: Outcome;
  try {
    outcome = await buildCli(host)(process.argv.slice(2));
  } catch (error) {
    outcome = errorOutcome(error);
    // Lost output is reported below, once.
    if (!isLostOutput(error)) fail(error);
  } finally {
    closeTerminal();
    for (const signal of signals) process.off(signal, stop);
    // Pending timers and requests must not keep the process alive.
    stopping.abort(new Error('the command has ended'));
  }
  const lost = await outputs.flush();
  if (lost.stdout) process.stderr.write(`error: ${lostOutput(lost.stdout, openedRun).message}\n`);
  return exitCode(lost.stdout || lost.stderr ? withoutOutput(outcome) : outcome);
}

interface Lifetime {
  readonly signal: AbortSignal;
  readonly outputs: Outputs;
  stop(signal: StopSignal): void;
  /** Called with a function that restores the terminal. */
  onTerminal(close: () => void): void;
  /** Called with the id of each run that the command adds to. */
  onRun(id: string): void;
}

/** The real host. Anything slow to load is imported when it is first used. */
async function realHost(
  process: NodeJS.Process,
  { signal, outputs, stop, onTerminal, onRun }: Lifetime,
): Promise<Host> {
  const { env, stdin, stdout, stderr } = process;
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  const folder = stateFolder(env, process.platform, homedir());
  const pages = async () => (await import('./store/product-pages.ts')).productPages(folder);
  const clock: Host['clock'] = {
    now: () => new Date(),
    sleep: (ms, stopped) =>
      setTimeout(ms, undefined, { signal: stopped }).catch(() => {
        throw stopped.reason;
      }),
  };
  /** One for the whole process: AWS's quotas count all of its requests. */
  let pacing: Pacers | null = null;
  return {
    version,
    nodeVersion: process.versions.node,
    clock,
    signal,
    stdout: {
      isTerminal: outputs.isTerminal,
      write: outputs.write,
      styles: (color) => ({ columns: Math.max(stdout.columns || 80, 20), paint: paintFor(stdout, color, env) }),
    },
    async openTerminal(options) {
      const { openTerminal } = await import('./terminal/open-terminal.ts');
      const terminal = await openTerminal({ stdin, stderr, env, signal, stop }, options);
      onTerminal(() => terminal.close());
      return terminal;
    },
    env: (name) => env[name] || null,
    absolute: (path) => resolve(path.replace(/^~(?=[/\\])/, homedir())),
    files: { ...files, write: (path, text) => writeReport(path, text, signal) },
    profiles: async () => (await import('./marketplace/credentials.ts')).profileNames(),
    operator: async () => (await import('./system/this-machine.ts')).operatorName(),
    openLink: async (url) => (await import('./system/this-machine.ts')).openLink(url),
    openFile: async (path) => (await import('./system/this-machine.ts')).openFile(path),
    runs: lazyRuns(folder, process, onRun),
    productPages: {
      recall: async (...args) => (await pages()).recall(...args),
      remember: async (...args) => (await pages()).remember(...args),
    },
    async connect(options) {
      const [{ connect }, { pacers }] = await Promise.all([
        import('./marketplace/connect.ts'),
        import('./marketplace/pacer.ts'),
      ]);
      pacing ??= pacers(clock);
      return connect({ ...options, signal }, env, pacing);
    },
    sandbox: sandboxPort(signal),
    web: { request: async (...args) => (await import('./http/request.ts')).request(...args) },
  };
}

/** The run store, which brings zod. `onRun` is called with the id of each run that is opened. */
function lazyRuns(folder: string, process: NodeJS.Process, onRun: (id: string) => void): Runs {
  const store = async () => {
    const { thisMachine } = await import('./store/lock.ts');
    const { runStore } = await import('./store/run-store.ts');
    return runStore(
      folder,
      thisMachine(process.pid, (pid) => process.kill(pid, 0)),
    );
  };
  const opened = (run: OpenRun) => {
    onRun(run.record.id);
    return run;
  };
  return {
    ids: async () => (await store()).ids(),
    read: async (id) => (await store()).read(id),
    inspect: async (id) => (await store()).inspect(id),
    readFile: async (id, file) => (await store()).readFile(id, file),
    create: async (base, record) => opened(await (await store()).create(base, record)),
    open: async (id) => opened(await (await store()).open(id)),
    inUse: async (id) => (await store()).inUse(id),
    remove: async (id) => (await store()).remove(id),
  };
}

/** What a command that ended without a result prints: people read stderr; with `--json` programs read stdout. */
export function failureText(error: unknown, json: boolean): { readonly stdout: string; readonly stderr: string } {
  const { code, message, hint } = describeError(error);
  const lines =
    code === 'bug' && error instanceof Error
      ? (error.stack ?? '').split('\n')
      : // Errors in files have no heading, so that editors find their positions.
        error instanceof InvalidFiles
        ? message.split('\n')
        : [`error: ${message}`];
  if (hint !== null) lines.push(`  ${hint}`);
  return {
    stdout: json ? jsonText({ schemaVersion: 1, error: { code, message, hint } }) : '',
    stderr: lines.map((line) => `${safe(line)}\n`).join(''),
  };
}

function describeError(error: unknown): {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
} {
  if (error instanceof UserError || error instanceof CouldNotCheck || error instanceof Interrupted) return error;
  return {
    code: 'bug',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a bug in mp-verify. Please report it with the lines above.',
  };
}
