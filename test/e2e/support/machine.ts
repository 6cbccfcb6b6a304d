import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from 'vitest';
import { type Report, reportDocument } from '../../../src/checklist/report-document.ts';
import { type LocalSandbox, type LocalSandboxOptions, startSandbox } from '../../../src/sandbox/start-sandbox.ts';
import { type Cli, type CliLaunch, type Ended, startCli } from './cli.ts';
import type { Launch } from './launch.ts';
import { openPty, type Pty, type PtyLaunch } from './pty.ts';

type Env = Launch['env'];
type CliOptions = Partial<Pick<CliLaunch, 'stdin' | 'closed' | 'env' | 'cwd'>>;
type PtyOptions = Partial<Pick<PtyLaunch, 'cols' | 'rows' | 'env'>>;

/** A machine of its own for each test, with nothing but the built program: no credentials, no CI, an empty home. */
export interface Machine {
  readonly home: string;
  /** The program with pipes, to its end. */
  run(args: readonly string[], options?: CliOptions): Promise<Ended>;
  start(args: readonly string[], options?: CliOptions): Cli;
  /** The program on a terminal. */
  terminal(args: readonly string[], options?: PtyOptions): Pty;
  /** A line of a shell on a terminal; `mp-verify` in it is the program. */
  shell(line: string, options?: PtyOptions): Pty;
  /** A marketplace in the process of the test, and the variables that lead to it. */
  marketplace(options?: LocalSandboxOptions): Promise<LocalSandbox & { readonly env: Env }>;
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** A JSON report that the program wrote, read by its schema. */
  report(name: string): Promise<Report>;
}

export const test = base.extend('machine', async ({ onTestFinished }): Promise<Machine> => {
  const home = await mkdtemp(join(tmpdir(), 'mp-verify-e2e-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await installInto(home);

  const launch = (file: string, args: readonly string[], env: Env = {}): Launch => ({
    file,
    args,
    cwd: home,
    env: { ...bareEnv(home), ...env },
  });
  const ending = <Started extends { kill(): Promise<void> }>(started: Started): Started => {
    onTestFinished(started.kill);
    return started;
  };
  const start: Machine['start'] = (args, { env, ...options } = {}) =>
    ending(startCli({ ...launch(process.execPath, [program, ...args], env), ...options }));

  return {
    home,
    start,
    run: (args, options) => start(args, options).ended,
    terminal: (args, { env, ...size } = {}) =>
      ending(openPty({ ...size, ...launch(process.execPath, [program, ...args], env) })),
    shell: (line, { env, ...size } = {}) => ending(openPty({ ...size, ...launch('/bin/sh', ['-c', line], env) })),
    async marketplace(options = {}) {
      const sandbox = await startSandbox({ delayMs: 0, ...options });
      onTestFinished(sandbox.close);
      return { ...sandbox, env: envOf(sandbox) };
    },
    write: (name, content) => writeFile(join(home, name), content),
    report: async (name) => reportDocument.parse(JSON.parse(await readFile(join(home, name), 'utf8'))),
  };
});

const program = fileURLToPath(new URL('../../../bin/mp-verify.js', import.meta.url));

async function installInto(home: string): Promise<void> {
  const command = join(home, 'bin', 'mp-verify');
  await mkdir(join(home, 'bin'));
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(command, 0o755);
}

function bareEnv(home: string): Env {
  return {
    PATH: `${join(home, 'bin')}:${process.env.PATH ?? ''}`,
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TERM: 'xterm-256color',
    MP_VERIFY_STATE_DIR: join(home, 'state'),
    AWS_CONFIG_FILE: join(home, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function envOf({ url, seller }: LocalSandbox): Env {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: seller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: seller.secretAccessKey,
    AWS_REGION: 'us-east-1',
  };
}
