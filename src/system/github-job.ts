import { appendFile, stat } from 'node:fs/promises';
import type { GithubJob } from '../ports/host.ts';
import { cannotWrite } from './disk.ts';

/** GitHub drops a job summary that is larger: 1 MiB. */
const maxSummaryBytes = 1024 * 1024;

type Writes = Pick<NodeJS.WriteStream, 'write'>;

/**
 * The job of GitHub Actions that runs the program; null elsewhere. From then on only `command` can write a workflow command:
 * whatever else goes to either stream is disarmed, whichever part of the program writes it. `::stop-commands::` would not do,
 * because the runner reads two streams, in no certain order, and a killed program would leave commands off for its whole step.
 */
export function openGithubJob(
  env: Readonly<Record<string, string | undefined>>,
  stdout: Writes,
  stderr: Writes,
): GithubJob | null {
  if (env.GITHUB_ACTIONS !== 'true') return null;
  const print = stderr.write.bind(stderr);
  disarm(stdout);
  disarm(stderr);
  const summary = env.GITHUB_STEP_SUMMARY || null;
  return {
    workspace: env.GITHUB_WORKSPACE || null,
    command: (line) => void print(`${line}\n`),
    async appendSummary(make) {
      if (summary === null) return;
      try {
        // Other commands of the same step may have written to it.
        const used = await stat(summary).then(
          ({ size }) => size,
          () => 0,
        );
        await appendFile(summary, make(maxSummaryBytes - used - 1));
      } catch (error) {
        throw cannotWrite(summary, error, 'Without a job summary: --no-github');
      }
    },
  };
}

function disarm(stream: Writes): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
  stream.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? withoutCommands(chunk) : chunk, ...rest);
}

/**
 * Text that the runner reads no command in. It takes a line for one that starts with `::`, after spaces, or that has `##[`
 * anywhere. https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs The escapes are those of JSON, so
 * that a JSON document stays the same document.
 */
export function withoutCommands(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colors start with it
  return text.replace(/^((?:[^\S\n\r]|\x1b\[[\d;]*m)*)::/gm, '$1\\u003a:').replaceAll('##[', '##\\u005b');
}
