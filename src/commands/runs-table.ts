import stringWidth from 'string-width';
import type { Report } from '../checklist/report-document.ts';
import { block, shorten } from '../text/block.ts';
import { type Styles, verdictMarks } from '../text/styles.ts';
import { table } from '../text/table.ts';
import { ago } from '../text/times.ts';
import { useCases } from './load-checklists.ts';

/** A row a run; on a screen that is too narrow for it, two lines a run. */
export function runsTable(look: Styles, reports: readonly Report[], inUse: ReadonlySet<string>, now: Date): string {
  const rows = reports.map((report) => ({
    id: report.run.id,
    walked: walked(report),
    product: report.target.product === null ? '' : shorten(report.target.product.title, 20),
    verdict: verdictMarks[report.verdict],
    begun: ago(now, report.run.startedAt),
    marks: marksOf(report, inUse),
  }));
  // What was walked needs no column where every id says it.
  const told = rows.every((row) => row.walked === row.id.replace(/-\d+$/, ''));
  const titles = ['run', ...(told ? [] : ['use cases']), 'product', 'verdict', 'begun', ''];
  const wide = table(
    { ...look, columns: Number.POSITIVE_INFINITY },
    titles.map((title) => ({ title })),
    rows.map(({ id, walked, product, verdict: { symbol, word }, begun, marks }) => [
      ...(told ? [id] : [id, walked]),
      ...[product, `${symbol} ${word}`, begun, marks],
    ]),
  );
  if (wide.split('\n').every((line) => stringWidth(line) <= look.columns)) return wide;
  return rows
    .map(({ id, walked, product, verdict: { symbol, word, style }, begun, marks }) => {
      const more = [told ? '' : walked, product, marks].filter(Boolean).join(', ');
      const head = block(look, { lead: `${symbol} `, leadStyle: style, body: `${id}  ${word}`, right: begun });
      return head + (more === '' ? '' : block(look, { lead: '  ', body: more, style: 'dim' }));
    })
    .join('');
}

function walked({ checklists }: Report): string {
  const ids = checklists.map(({ id }) => id);
  return ids.join() === useCases.join() ? 'use-cases' : ids.join(', ');
}

function marksOf({ run }: Report, inUse: ReadonlySet<string>): string {
  const place = run.sandbox ? 'SANDBOX' : run.endpoint === null ? '' : 'not AWS';
  return [place, inUse.has(run.id) ? 'walking now' : ''].filter(Boolean).join(', ');
}
