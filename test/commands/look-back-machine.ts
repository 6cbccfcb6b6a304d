import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildCli } from '../../src/cli.ts';
import type { Program } from '../../src/ports/host.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { files } from '../../src/system/files.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type Move, scriptTerminal } from '../support/script-terminal.ts';
import { tempRuns } from '../support/temp-runs.ts';
import { keepWalk, type Walk } from '../support/walked-run.ts';

/** The command line in this process, with the real store and real files, on 23 November 2026; AWS is out of reach. */
export async function openMachine() {
  const folder = await mkdtemp(join(tmpdir(), 'mp-verify-look-back-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const runs = await tempRuns();
  const clock = fakeClock();
  const within = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  const unexpected = (what: string) => async () => Promise.reject(new Error(`nobody asks for ${what} here`));
  return {
    folder,
    runs,
    keep: (walk: Walk) => keepWalk(runs, walk),
    write: (name: string, text: string) => writeFile(within(name), text),
    /** Makes a run unreadable: its second line is no longer what was written. */
    damage: async (id: string) => {
      const path = join(runs.folder, 'runs', id, 'results.jsonl');
      const lines = new TextDecoder().decode(await files.read(path, 1_000_000)).split('\n');
      await writeFile(
        path,
        lines.map((line, i) => (i === 1 ? line.replace('111122223333', '111122223334') : line)).join('\n'),
      );
    },
    /** A command, to its end; without moves nobody is at the terminal. */
    async run(args: readonly string[], moves: readonly Move[] | null = null, columns = 80) {
      const printed: string[] = [];
      const look = { columns, paint: plainPaint };
      const terminal = scriptTerminal(moves, look);
      const host: Program = {
        githubJob: null,
        version: '0.1.0',
        nodeVersion: '20.19.0',
        signal: new AbortController().signal,
        clock,
        openStore: () => ({
          runs,
          productPages: { recall: unexpected('pages'), remember: unexpected('pages') },
          shared: null,
        }),
        files: {
          ...files,
          read: (path, most) => files.read(within(path), most),
          exists: (path) => files.exists(within(path)),
          ownership: (path) => files.ownership(within(path)),
          write: (path, text) => files.write(within(path), text),
          checkWritable: (path) => files.checkWritable(within(path)),
        },
        stdout: { isTerminal: false, write: (text) => void printed.push(text), styles: () => look },
        env: () => null,
        profiles: async () => [],
        operator: async () => null,
        absolute: within,
        openTerminal: async () => terminal,
        connect: unexpected('AWS'),
        sandbox: { ...sandboxPort(new AbortController().signal), start: unexpected('a sandbox') },
        web: { request: unexpected('web pages') },
        foundPages: { recall: unexpected('pages'), remember: unexpected('pages') },
        copyText: unexpected('the clipboard'),
        openLink: unexpected('browsers'),
        openFile: unexpected('browsers'),
      };
      const outcome = await buildCli(host)(args).catch((error: unknown) => error as Error);
      return { outcome, stdout: printed.join(''), stderr: terminal.written(), questions: terminal.questions };
    },
  };
}
