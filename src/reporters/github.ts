import type { ChecklistReport, Report, StepReport } from '../checklist/report-document.ts';
import { readYaml } from '../checklist/yaml-file.ts';
import { safe } from '../text/safe.ts';
import { isWarning, markOf } from '../text/styles.ts';
import { resultLines } from './markdown.ts';

/** GitHub shows this many annotations of a job's step, and drops the others. */
const maxAnnotations = 10;

/** A checklist of the user. */
export interface ChecklistFile {
  /** Relative to the folder of the repository. */
  readonly path: string;
  /** The YAML text. */
  readonly source: string;
}

/**
 * Workflow commands that show what failed, could not be checked, or passed with a warning, in a pull request at the line where the step starts. `files`
 * are checklists of the user, by id; a built-in checklist has no line there.
 * https://docs.github.com/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions
 */
export function annotations(report: Report, files: ReadonlyMap<string, ChecklistFile>): readonly string[] {
  const problems = report.checklists.flatMap((checklist) =>
    checklist.steps.flatMap((step, index) =>
      step.status === 'fail' || step.status === 'error' || isWarning(step) ? [{ checklist, step, index }] : [],
    ),
  );
  // First the steps that have stopped the run from passing.
  const isError = (step: StepReport) => step.required && !isWarning(step);
  const sorted = [...problems.filter(({ step }) => isError(step)), ...problems.filter(({ step }) => !isError(step))];
  const shown = sorted.length > maxAnnotations ? sorted.slice(0, maxAnnotations - 1) : sorted;
  const more = sorted.length - shown.length;
  const lineOf = stepLines(files);
  return [
    ...shown.map(({ checklist, step, index }) =>
      command(
        isError(step) ? 'error' : 'warning',
        {
          file: files.get(checklist.id)?.path,
          line: lineOf(checklist.id, index),
          title: `${markOf(step).word}${step.required ? '' : ' (advisory)'}: ${step.title}${report.run.sandbox ? ' (SANDBOX)' : ''}`,
        },
        [`Step ${index + 1} (${step.id}) of ${checklist.id}`, ...resultLines(step)],
      ),
    ),
    ...(more > 0
      ? [command('notice', {}, [`${more} more steps failed, could not be checked, or have a warning.`])]
      : []),
  ];
}

/** Finds the line where a step starts. Each file is parsed once, and only if it is asked for. */
function stepLines(files: ReadonlyMap<string, ChecklistFile>) {
  const parsed = new Map<string, ReturnType<typeof readYaml>>();
  return (checklist: string, step: number): number | undefined => {
    const file = files.get(checklist);
    if (!file) return undefined;
    const yaml = parsed.get(checklist) ?? readYaml(file.path, file.source);
    parsed.set(checklist, yaml);
    return 'place' in yaml ? yaml.place(['steps', step])?.line : undefined;
  };
}

/** A workflow command with foreign text escaped, as the toolkit of GitHub Actions does. */
function command(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number | undefined>>,
  lines: readonly string[],
): string {
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${property(safe(String(value)))}`],
  );
  const message = lines.flatMap((line) => line.split('\n')).map(safe);
  return `::${[name, given.join(',')].filter(Boolean).join(' ')}::${data(message.join('\n'))}`;
}

/**
 * The Markdown report for a job summary, of at most `maxBytes`: GitHub drops a larger one as a whole. Steps that have passed
 * are cut first, and each section says how many of its steps are not shown.
 */
export function jobSummary(report: Report, markdown: string, maxBytes: number): string {
  if (Buffer.byteLength(markdown) <= maxBytes) return markdown;
  const [head = '', ...texts] = markdown.split(/^(?=## )/m);
  const note = [
    '> [!WARNING]',
    '> GitHub limits the size of a job summary, so some of this report is not shown. To keep all of it: `--report markdown=FILE`',
    '',
    '',
  ].join('\n');
  let left = maxBytes - Buffer.byteLength(note) - Buffer.byteLength(head);
  if (left < 0) return Buffer.byteLength(note) <= maxBytes ? note : '';
  const sections = report.checklists.flatMap((checklist, index) => sectionOf(checklist, texts[index] ?? ''));
  // The headings first: each has a verdict.
  const headed = sections.filter((section) => {
    left -= section.headBytes;
    return left >= 0;
  });
  left = Math.max(left, 0);
  const shown = new Set<SummaryRow>();
  const rows = headed.flatMap((section) => section.rows);
  for (const row of [...rows.filter(({ passed }) => !passed), ...rows.filter(({ passed }) => passed)]) {
    const bytes = Buffer.byteLength(row.text);
    if (bytes > left) continue;
    left -= bytes;
    shown.add(row);
  }
  return [note, head, ...headed.map((section) => cut(section, shown))].join('');
}

interface Section {
  readonly head: string;
  /** With its note that steps are not shown. */
  readonly headBytes: number;
  readonly rows: readonly SummaryRow[];
}

/** A step. */
interface SummaryRow {
  readonly text: string;
  readonly passed: boolean;
}

function sectionOf({ steps }: ChecklistReport, text: string): readonly Section[] {
  const lines = text.split(/(?<=\n)/);
  const table = lines.findIndex((line) => line.startsWith('|---'));
  if (table < 0) return [];
  const head = lines.slice(0, table + 1).join('');
  const rows = lines.slice(table + 1, table + 1 + steps.length);
  return [
    {
      head,
      headBytes: Buffer.byteLength(head + notShown(steps.length)),
      rows: rows.map((row, index) => ({ text: row, passed: isGood(steps[index]) })),
    },
  ];
}

function isGood(step: StepReport | undefined): boolean {
  return (step?.status === 'pass' && !isWarning(step)) || step?.status === 'not-applicable';
}

function cut({ head, rows }: Section, shown: ReadonlySet<SummaryRow>): string {
  const kept = rows.filter((row) => shown.has(row));
  const missing = rows.length - kept.length;
  return [head, ...kept.map(({ text }) => text), missing > 0 ? notShown(missing) : '\n'].join('');
}

function notShown(steps: number): string {
  return `\n${steps} ${steps === 1 ? 'step is' : 'steps are'} not shown.\n\n`;
}
