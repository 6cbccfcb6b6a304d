import type { Facts, Step, Who } from '../checklist/model.ts';
import { type Output, outputText } from '../checklist/outputs.ts';
import type { StepReport } from '../checklist/report-document.ts';
import { block, table } from './block.ts';
import { safe } from './safe.ts';
import type { Styles } from './styles.ts';

/** A manual step, as shown to the operator, by `mp-verify show`, and to a colleague. */
export interface ManualStep extends Pick<Step, 'do' | 'open' | 'expect' | 'show'> {
  readonly shown?: Output | null;
}

/** How to do a step in a sandbox: a command or URL to paste, always on one line, or an explanation. */
export type Practice = { readonly paste: string } | { readonly words: string };

const people = { seller: 'SELLER', buyer: 'BUYER', 'saas-user': 'SAAS USER' } as const satisfies Record<Who, string>;

export function actor(who: Who, buyer: string | null): string {
  return `who: ${people[who]}${who === 'buyer' && buyer !== null ? ` ${buyer}` : ''}`;
}

/** Shows what to do, the link, what AWS says, and what to expect. */
export function stepLines(styles: Styles, step: ManualStep, practice: Practice | null = null): string {
  const numbered = step.do.length > 1;
  const row = (label: string, body: string) => block(styles, { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body });
  return [
    ...step.do.map((line, i) =>
      block(styles, {
        lead: `  ${(i === 0 ? 'do' : '').padEnd(8)}${numbered ? `${i + 1}. ` : ''}`,
        leadStyle: 'dim',
        body: line,
      }),
    ),
    step.open === null ? '' : row('link', step.open),
    step.shown ? row('AWS', 'says:') + findings(styles, step.shown, 10) : '',
    step.show !== null && step.shown === null ? row('AWS', `no data yet from step ${step.show}.`) : '',
    step.expect === null ? '' : row('expect', step.expect),
    practice === null
      ? ''
      : 'paste' in practice
        ? `${styles.paint.dim('  sandbox ')}${safe(practice.paste)}\n`
        : row('sandbox', practice.words),
  ].join('');
}

/** Shows what a check found below its result, unless the reason already says it. */
export function resultFindings(
  styles: Styles,
  { status, code, output }: Pick<StepReport, 'status' | 'code'> & { readonly output?: Output | undefined },
  indent: number,
): string {
  if (!output || status === 'fail' || status === 'error' || code === 'saas-agrees') return '';
  return findings(styles, output, indent);
}

/** Shows what a check found, below its result or below the step that refers to it. */
export function findings(styles: Styles, output: Output, indent: number): string {
  const text = outputText(output);
  if ('lines' in text) return text.lines.map((body) => block(styles, { lead: ' '.repeat(indent), body })).join('');
  return text.rows.length === 0 ? '' : table(styles, text.columns, text.rows, indent);
}

/**
 * Shows expected and actual values side by side, with a cross at each difference. A narrow screen has one line for each
 * fact.
 */
export function comparison(styles: Styles, expected: Facts, actual: Facts, indent: number): string {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  const rows = names.map((name) => {
    const [want, have] = [String(expected[name] ?? '-'), String(actual[name] ?? '-')];
    return [want === have ? ' ' : '✗', name, want, have];
  });
  const columns = [{ title: ' ' }, { title: '' }, { title: 'expected' }, { title: 'actual' }];
  return table(styles, columns, rows, indent, () => {
    const lines = rows.map(([cross = '', name, want, have]) => {
      const body = `${name}: ${want === have ? want : `expected ${want}, actual ${have}`}`;
      return block(styles, { lead: `${' '.repeat(indent)}${cross} `, body });
    });
    return lines.join('');
  });
}
