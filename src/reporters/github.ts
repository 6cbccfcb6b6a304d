import { type AnyReport, type FleetReport, isFleet } from '../checklist/fleet-report.ts';
import type { ChecklistReport, Report, StepReport } from '../checklist/report-document.ts';
import { readYaml } from '../checklist/yaml-file.ts';
import { safe } from '../text/safe.ts';
import { isWarning, markOf } from '../text/styles.ts';
import { productMark, productName, sortedProducts, stepsOfProduct, whyWords } from './fleet-words.ts';
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
 * are checklists of the user, by id; a built-in checklist has no line there. Of a fleet run, each product has one.
 * https://docs.github.com/actions/writing-workflows/choosing-what-your-workflow-does/workflow-commands-for-github-actions
 */
export function annotations(report: AnyReport, files: ReadonlyMap<string, ChecklistFile>): readonly string[] {
  const problems = isFleet(report) ? productProblems(report) : stepProblems(report);
  // First what has stopped the run from passing.
  const sorted = [...problems.filter(({ isError }) => isError), ...problems.filter(({ isError }) => !isError)];
  const shown = sorted.length > maxAnnotations ? sorted.slice(0, maxAnnotations - 1) : sorted;
  const more = sorted.length - shown.length;
  const lineOf = stepLines(files);
  const place = report.run.sandbox ? ' (SANDBOX)' : '';
  return [
    ...shown.map(({ isError, title, step, lines }) =>
      command(
        isError ? 'error' : 'warning',
        {
          file: step && files.get(step.checklist)?.path,
          line: step && lineOf(step.checklist, step.index),
          title: `${title}${place}`,
        },
        lines,
      ),
    ),
    ...(more > 0
      ? [
          command('notice', {}, [
            `${more} more ${isFleet(report) ? 'products have not passed, or' : 'steps failed, could not be checked, or'} have a warning.`,
          ]),
        ]
      : []),
  ];
}

interface Problem {
  readonly isError: boolean;
  readonly title: string;
  readonly lines: readonly string[];
  /** The step that it is about. */
  readonly step: { readonly checklist: string; readonly index: number } | undefined;
}

function stepProblems({ checklists }: Report): readonly Problem[] {
  return checklists.flatMap(({ id, steps }) =>
    steps.flatMap((step, index): readonly Problem[] => {
      if (step.status !== 'fail' && step.status !== 'error' && !isWarning(step)) return [];
      return [
        {
          isError: step.required && !isWarning(step),
          title: `${markOf(step).word}${step.required ? '' : ' (advisory)'}: ${step.title}`,
          lines: [`Step ${index + 1} (${step.id}) of ${id}`, ...resultLines(step)],
          step: { checklist: id, index },
        },
      ];
    }),
  );
}

/** The worst product first. One that is waived has a warning. */
function productProblems(report: FleetReport): readonly Problem[] {
  return sortedProducts(report.products).flatMap((product): readonly Problem[] => {
    const { word } = productMark(product);
    if (word === 'pass') return [];
    const [first] = stepsOfProduct(product);
    return [
      {
        isError: product.verdict !== 'pass' && !product.waived,
        title: `${word}: ${productName(product)}`,
        lines: [[product.id, product.owner].filter(Boolean).join(', '), ...whyWords(product, report)],
        step: first && { checklist: first.checklist.id, index: first.number - 1 },
      },
    ];
  });
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
 * are cut first, and each section says how many of its steps are not shown. Of a fleet run, the worst products stay.
 */
export function jobSummary(report: AnyReport, markdown: string, maxBytes: number): string {
  if (Buffer.byteLength(markdown) <= maxBytes) return markdown;
  const note = [
    '> [!WARNING]',
    '> GitHub limits the size of a job summary, so some of this report is not shown. To keep all of it: `--report markdown=FILE`',
    '',
    '',
  ].join('\n');
  const room = maxBytes - Buffer.byteLength(note);
  if (room < 0) return '';
  return note + (isFleet(report) ? firstLines(markdown, room) : firstSections(report, markdown, room));
}

/** Returns as many whole lines as fit. The table of a fleet stands before the details, and has the worst products first. */
function firstLines(markdown: string, room: number): string {
  let left = room;
  const lines = markdown.split(/(?<=\n)/);
  const end = lines.findIndex((line) => {
    left -= Buffer.byteLength(line);
    return left < 0;
  });
  return lines.slice(0, end).join('');
}

function firstSections(report: Report, markdown: string, room: number): string {
  const [head = '', ...texts] = markdown.split(/^(?=## )/m);
  let left = room - Buffer.byteLength(head);
  if (left < 0) return '';
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
  return [head, ...headed.map((section) => cut(section, shown))].join('');
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
