import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildCli, failureText } from './cli.ts';
import { errorOutcome, exitCode, Interrupted, type Outcome, type StopSignal } from './errors.ts';
import type { Pacers } from './marketplace/pacer.ts';
import type { Host, TerminalOptions } from './ports/host.ts';
import type { OpenRun, Runs } from './ports/runs.ts';
import { sandboxPort } from './sandbox/sandbox-port.ts';
import { files } from './system/files.ts';
import { isLostOutput, lostOutput, type Outputs, watchOutputs, withoutOutput } from './system/outputs.ts';
import { writeReport } from './system/report-file.ts';
import { stateFolder } from './system/this-machine.ts';
import { paintFor } from './terminal/paint.ts';

const signals: readonly StopSignal[] = ['SIGHUP', 'SIGINT', 'SIGTERM'];

/** The process in, the exit code out. The only place that knows `process`. */
export async function main(process: NodeJS.Process): Promise<number> {
  // A promise that is never settled ends the process: it must not look like success.
  process.exitCode = exitCode('bug');
  // The SDK would print it in the middle of the walk.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

  const stopping = new AbortController();
  const stop = (signal: StopSignal) => {
    // The second time the operator means it; a terminal that is closed says so in two ways.
    if (stopping.signal.aborted && signal !== 'SIGHUP') return leave(signal);
    stopping.abort(new Interrupted(signal));
  };
  // By the signal itself, which shells report as the same code: `process.exit` waits for threads that wait for the system.
  const leave = (signal: StopSignal) => {
    close();
    process.emit('exit', exitCode(signal));
    process.off(signal, stop);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, stop);
  let close = () => {};
  let walked: string | null = null;
  const lostBy = (error: Error) => lostOutput(error, walked);
  // What only goes on so that somebody reads it need not go on.
  const outputs = watchOutputs(process.stdout, process.stderr, (error) => stopping.abort(lostBy(error)));
  const fail = (error: unknown) => {
    close();
    const { stdout, stderr } = failureText(error, process.argv.includes('--json') && !outputs.used);
    process.stderr.write(stderr);
    if (stdout !== '') outputs.write(stdout);
  };
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit(exitCode('bug'));
  });

  const real = await realHost(process, stopping.signal, stop, outputs, (id) => {
    walked = id;
  });
  close = real.close;
  let outcome: Outcome;
  try {
    outcome = await buildCli(real.host)(process.argv.slice(2));
  } catch (error) {
    outcome = errorOutcome(error);
    // What was lost is said last, and once.
    if (!isLostOutput(error)) fail(error);
  } finally {
    close();
    for (const signal of signals) process.off(signal, stop);
    // Whatever still waits for a clock or for AWS must not keep the process from ending.
    stopping.abort(new Error('the command has ended'));
  }
  const lost = await outputs.flush();
  if (lost.stdout) process.stderr.write(`error: ${lostBy(lost.stdout).message}\n`);
  return exitCode(lost.stdout || lost.stderr ? withoutOutput(outcome) : outcome);
}

async function realHost(
  process: NodeJS.Process,
  signal: AbortSignal,
  stop: (signal: StopSignal) => void,
  outputs: Outputs,
  opened: (run: string) => void,
): Promise<{ host: Host; close(): void }> {
  const { env, stdin, stdout, stderr } = process;
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  const folder = stateFolder(env, process.platform, homedir());
  let terminal: { close(): void } | null = null;
  /** Of the whole process. */
  let paced: Pacers | null = null;
  const host: Host = {
    version,
    nodeVersion: process.versions.node,
    signal,
    files: { ...files, write: (path, text) => writeReport(path, text, signal) },
    env: (name) => env[name] || null,
    profiles: async () => (await import('./marketplace/credentials.ts')).profileNames(),
    operator: async () => (await import('./system/this-machine.ts')).operatorName(),
    absolute: (path) => resolve(path.replace(/^~(?=[/\\])/, homedir())),
    runs: lazyRuns(folder, process, opened),
    clock: {
      now: () => new Date(),
      sleep: (ms, stopped) =>
        setTimeout(ms, undefined, { signal: stopped }).catch(() => {
          throw stopped.reason;
        }),
    },
    stdout: {
      isTerminal: outputs.isTerminal,
      write: outputs.write,
      styles: (color) => ({ columns: Math.max(stdout.columns || 80, 20), paint: paintFor(stdout, color, env) }),
    },
    web: {
      request: async (...args) => (await import('./http/request.ts')).request(...args),
    },
    productPages: {
      recall: async (...args) => (await import('./store/product-pages.ts')).productPages(folder).recall(...args),
      remember: async (...args) => (await import('./store/product-pages.ts')).productPages(folder).remember(...args),
    },
    async openTerminal(options: TerminalOptions) {
      const { openTerminal } = await import('./terminal/open-terminal.ts');
      const opened = await openTerminal({ stdin, stderr, env, signal, stop }, options);
      terminal = opened;
      return opened;
    },
    async connect(options) {
      const [{ connect }, { pacers }] = await Promise.all([
        import('./marketplace/connect.ts'),
        import('./marketplace/pacer.ts'),
      ]);
      paced ??= pacers(host.clock);
      return connect({ ...options, signal }, env, paced);
    },
    sandbox: sandboxPort(signal),
    openLink: async (url) => (await import('./system/this-machine.ts')).openLink(url),
  };
  return { host, close: () => terminal?.close() };
}

/** Loaded with the first run that is asked for: it brings zod. `opened` hears of each that is added to. */
function lazyRuns(folder: string, process: NodeJS.Process, opened: (run: string) => void): Runs {
  const store = async () => {
    const [{ runStore }, { thisMachine }] = await Promise.all([
      import('./store/run-store.ts'),
      import('./store/lock.ts'),
    ]);
    return runStore(
      folder,
      thisMachine(process.pid, (pid) => process.kill(pid, 0)),
    );
  };
  const telling = (run: OpenRun) => {
    opened(run.record.id);
    return run;
  };
  return {
    ids: async () => (await store()).ids(),
    read: async (id) => (await store()).read(id),
    inspect: async (id) => (await store()).inspect(id),
    create: async (base, record) => telling(await (await store()).create(base, record)),
    open: async (id) => telling(await (await store()).open(id)),
    inUse: async (id) => (await store()).inUse(id),
    remove: async (id) => (await store()).remove(id),
  };
}
