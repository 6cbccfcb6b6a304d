import { isAbsolute, relative } from 'node:path';
import type { AnyReport } from '../checklist/fleet-report.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { OpenRun } from '../ports/storage.ts';
import { annotations, type ChecklistFile, jobSummary } from '../reporters/github.ts';
import { warning } from '../text/block.ts';
import type { LoadedChecklist } from './checklists.ts';
import { renderReport } from './render-report.ts';

interface Shown {
  readonly checklists: readonly LoadedChecklist[];
  readonly host: Host;
  readonly terminal: Terminal;
}

/**
 * In a job of GitHub Actions: shows the report of any run in the job's summary and as annotations. They are a courtesy: what
 * cannot be written is only a warning.
 */
export async function showOnGithub(
  report: AnyReport,
  { checklists, host, terminal }: Shown,
  run: Pick<OpenRun, 'record' | 'entries'>,
): Promise<void> {
  const job = host.githubJob;
  if (job === null) return;
  const files = checklists.flatMap(({ id, from, source }): readonly (readonly [string, ChecklistFile])[] => {
    if (job.workspace === null || 'builtIn' in from) return [];
    const path = relative(job.workspace, host.absolute(from.path));
    // GitHub knows no files outside of the repository.
    return path.startsWith('..') || isAbsolute(path) ? [] : [[id, { path: path.replaceAll('\\', '/'), source }]];
  });
  for (const line of annotations(report, new Map(files))) job.command(line);
  const markdown = await renderReport('markdown', report, run, host);
  await job
    .appendSummary((maxBytes) => jobSummary(report, markdown, maxBytes))
    .catch((error: unknown) => {
      if (!(error instanceof CouldNotCheck)) throw error;
      terminal.write(warning(terminal.styles(), [error.message, error.hint].filter(Boolean).join(' ')));
    });
}
