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
import { packageFolder } from './package-folder.ts';
import type { Host, Program } from './ports/host.ts';
import { sandboxPort } from './sandbox/sandbox-port.ts';
import { localStorage, type StorageMaterial, sharedStorage } from './storage.ts';
import { files, writeReport } from './system/files.ts';
import { openGithubJob } from './system/github-job.ts';
import { isLostOutput, lostOutput, type Outputs, watchOutputs, withoutOutput } from './system/outputs.ts';
import { operatorName, stateFolder } from './system/this-machine.ts';
import { paintFor } from './terminal/paint.ts';
import { wrapUncut } from './text/block.ts';
import { jsonText, safe } from './text/safe.ts';

const signals: readonly StopSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** Runs the program and returns its exit code. Only this function uses `process`. */
export async function main(process: NodeJS.Process): Promise<number> {
  // If a promise never settles, Node exits with this code. It must not be success.
  process.exitCode = exitCode('bug');
  // The SDK would print this warning in the middle of a run.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  ensureHome(process.env);

  const stopping = new AbortController();
  let closeTerminal = () => {};
  const stop = (signal: StopSignal) => {
    // The first signal stops the command in order, the second at once. A closed terminal sends SIGHUP twice.
    if (!stopping.signal.aborted || signal === 'SIGHUP') return stopping.abort(new Interrupted(signal));
    closeTerminal();
    process.emit('exit', exitCode(signal));
    process.off(signal, stop);
    // `process.exit` would wait for blocked threads. Shells report the same code for a signal.
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, stop);

  const githubJob = openGithubJob(process.env, process.stdout, process.stderr);
  let toPrintRun: string | null = null;
  // Without its output the command cannot usefully continue.
  const outputs = watchOutputs(process.stdout, process.stderr, (error) =>
    stopping.abort(lostOutput(error, toPrintRun)),
  );
  const fail = (error: unknown) => {
    closeTerminal();
    const { stdout, stderr } = failureText(
      error,
      process.argv.includes('--json') && !outputs.used,
      process.stderr.isTTY ? process.stderr.columns : null,
    );
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
    githubJob,
    onTerminal(close) {
      closeTerminal = close;
    },
    onRun(toPrint) {
      toPrintRun = toPrint;
    },
  });
  let outcome: Outcome;
  try {
    outcome = await buildCli(host)(process.argv.slice(2));
  } catch (thrown) {
    const error = missingFile(thrown) ?? thrown;
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
  if (lost.stdout) process.stderr.write(`error: ${lostOutput(lost.stdout, toPrintRun).message}\n`);
  return exitCode(lost.stdout || lost.stderr ? withoutOutput(outcome) : outcome);
}

/** Without HOME, a user without a name has no home folder. Docker gives such a user this one. */
function ensureHome(env: NodeJS.ProcessEnv): void {
  try {
    homedir();
  } catch {
    env.HOME = '/';
  }
}

/** The program loads its files when it needs them, so an update can remove one first. Null for any other error. */
export function missingFile(error: unknown): CouldNotCheck | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) return null;
  const what = error.message.replace(/ imported from .*/s, '');
  return new CouldNotCheck(
    'cannot-read',
    `${what}. mp-verify was probably updated or removed while it ran.`,
    'What a run has saved is kept: resume it. If this happens again, install mp-verify again.',
  );
}

interface Lifetime {
  readonly signal: AbortSignal;
  readonly outputs: Outputs;
  readonly githubJob: Host['githubJob'];
  stop(signal: StopSignal): void;
  /** Receives a function that restores the terminal. */
  onTerminal(close: () => void): void;
  /** Receives the command that prints the run, for each run that the command adds to. */
  onRun(toPrint: string): void;
}

/** The real host. Imports what is slow to load on first use. */
async function realHost(
  process: NodeJS.Process,
  { signal, outputs, githubJob, stop, onTerminal, onRun }: Lifetime,
): Promise<Program> {
  const { env, stdout, stderr } = process;
  const { version } = JSON.parse(await readFile(new URL('package.json', packageFolder), 'utf8')) as {
    readonly version: string;
  };
  const folder = stateFolder(env, process.platform, homedir());
  const found = async () => (await import('./store/found-pages.ts')).foundPages(folder);
  const clock: Host['clock'] = {
    now: () => new Date(),
    sleep: (ms, stopped) =>
      setTimeout(ms, undefined, { signal: stopped }).catch(() => {
        throw stopped.reason;
      }),
  };
  /** One set for the whole process, because AWS's quotas count all its requests. */
  let pacing: Pacers | null = null;
  const pacers = async () => {
    pacing ??= (await import('./marketplace/pacer.ts')).pacers(clock);
    return pacing;
  };
  const storage: StorageMaterial = {
    ...{ folder, env, clock, operator: operatorName, onRun },
    onWait: (words) => stderr.write(`${safe(words)}\n`),
    pid: process.pid,
    signal: (pid) => process.kill(pid, 0),
    async keysOf(credentials) {
      const { keysFor } = await import('./marketplace/connect.ts');
      return keysFor({ ...credentials, endpointUrl: null, keys: null, signal }, env, await pacers());
    },
  };
  return {
    version,
    nodeVersion: process.versions.node,
    clock,
    signal,
    githubJob,
    stdout: {
      isTerminal: outputs.isTerminal,
      write: outputs.write,
      styles: (color) => ({ columns: Math.max(stdout.columns || 80, 20), paint: paintFor(stdout, color, env) }),
    },
    async openTerminal(options) {
      const { openTerminal } = await import('./terminal/open-terminal.ts');
      const terminal = await openTerminal({ stdin: process.stdin, stderr, env, signal, stop }, options);
      onTerminal(() => terminal.close());
      return terminal;
    },
    env: (name) => env[name] || null,
    absolute: (path) => resolve(path.replace(/^~(?=[/\\])/, homedir())),
    files: { ...files, write: (path, text) => writeReport(path, text, signal) },
    profiles: async () => (await import('./marketplace/credentials.ts')).profileNames(),
    operator: operatorName,
    copyText: async (text) => {
      const { clipboardTools, copyText } = await import('./system/clipboard.ts');
      return copyText(text, clipboardTools(process.platform, env));
    },
    openLink: async (url) => (await import('./system/browser.ts')).openLink(url),
    openFile: async (path) => (await import('./system/browser.ts')).openFile(path),
    openStore: (location) => (location === null ? localStorage(storage) : sharedStorage(location, storage)),
    foundPages: {
      recall: async (...args) => (await found()).recall(...args),
      remember: async (...args) => (await found()).remember(...args),
    },
    async connect(options) {
      const { connect } = await import('./marketplace/connect.ts');
      return connect({ ...options, signal }, env, await pacers());
    },
    sandbox: sandboxPort(signal),
    web: { request: async (...args) => (await import('./http/request.ts')).request(...args) },
  };
}

/**
 * Returns what a command prints if it ends without a result: text on stderr, and with `--json` a document on stdout.
 * `columns` is the width of the terminal, or null for a file or pipe.
 */
export function failureText(
  error: unknown,
  json: boolean,
  columns: number | null,
): { readonly stdout: string; readonly stderr: string } {
  const { code, message, hint } = describeError(error);
  const wrapped = (text: string) => wrapUncut(safe(text), columns === null ? Number.POSITIVE_INFINITY : columns - 2);
  const lines =
    code === 'bug' && error instanceof Error
      ? (error.stack ?? '').split('\n').map(safe)
      : // Errors in files have no heading, so that editors find their positions.
        error instanceof InvalidFiles
        ? message.split('\n').map(safe)
        : wrapped(`error: ${message}`).map((line, i) => (i === 0 ? line : `  ${line}`));
  if (hint !== null) lines.push(...wrapped(hint).map((line) => `  ${line}`));
  return {
    stdout: json ? jsonText({ schemaVersion: 1, error: { code, message, hint } }) : '',
    stderr: lines.map((line) => `${line}\n`).join(''),
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
