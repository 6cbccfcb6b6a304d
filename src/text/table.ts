import stringWidth from 'string-width';
import { block } from './block.ts';
import { safe } from './safe.ts';
import type { Styles } from './styles.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/**
 * Aligns columns below their titles. If the table is wider than the screen, each row becomes a list of `title value`
 * lines.
 */
export function table(
  styles: Styles,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  indent = 0,
): string {
  const cells = rows.map((row) => row.map(safe));
  const widths = columns.map(({ title }, i) =>
    Math.max(stringWidth(title), ...cells.map((row) => stringWidth(row[i] ?? ''))),
  );
  const margin = ' '.repeat(indent);
  const total = indent + widths.reduce((sum, width) => sum + width + 2, -2);
  if (total > styles.columns) return stacked(styles, columns, cells, margin);

  const line = (row: readonly string[]): string =>
    margin +
    row
      .map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - stringWidth(cell));
        return columns[i]?.align === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  const head = styles.paint.dim(line(columns.map(({ title }) => title)));
  return [head, ...cells.map(line)].map((text) => `${text}\n`).join('');
}

function stacked(
  styles: Styles,
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  margin: string,
): string {
  const width = Math.max(...columns.map(({ title }) => stringWidth(title)));
  const line = (title: string, body: string) =>
    block(styles, { lead: `${margin}${title.padEnd(width)}  `, leadStyle: 'dim', body });
  return cells.map((row) => columns.map(({ title }, i) => line(title, row[i] ?? '')).join('')).join('\n');
}
