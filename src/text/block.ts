import stringWidth from 'fast-string-width';
import { safe } from './safe.ts';
import type { Style, Styles } from './styles.ts';

const address = /^\(?https?:\/\//;

export interface Block {
  /** Before the first line. The other lines are indented by its width. A narrow screen shortens its leading spaces. */
  readonly lead?: string;
  readonly leadStyle?: Style;
  readonly body: string;
  readonly style?: Style;
  /** At the right edge of the first line, or below the body if there is no room. */
  readonly right?: string;
  readonly rightStyle?: Style;
}

/**
 * Formats lines for a screen: makes them safe, wraps them, then paints them. All foreign text must pass through here.
 */
export function block(styles: Styles, { lead = '', body, right = '', ...given }: Block): string {
  const { leadStyle, style, rightStyle } = given;
  const head = shortenMargin(safe(lead), Math.floor(styles.columns / 2));
  const space = stringWidth(head);
  if (space > styles.columns / 2) {
    const heads = wrap(head.trim(), styles.columns).map((line) => `${painted(styles, line, leadStyle)}\n`);
    return heads.join('') + block(styles, { lead: '    ', body, right, ...given });
  }
  const width = styles.columns - space;
  const edge = safe(right);
  const words = safe(body);
  const room = width - stringWidth(edge) - 2;
  const beside = edge !== '' && room >= Math.min(stringWidth(words), 40);
  const [first = '', ...rest] = beside ? wrap(words, width, room) : wrap(words, width);

  const gap = ' '.repeat(Math.max(width - stringWidth(first) - stringWidth(edge), 2));
  const indent = ' '.repeat(space);
  const paintedEdge = (line: string) => painted(styles, line, rightStyle ?? 'dim');
  const below = edge === '' || beside ? [] : wrap(edge, width).map(paintedEdge);
  const lines = [
    painted(styles, head, leadStyle) + painted(styles, first, style) + (beside ? gap + paintedEdge(edge) : ''),
    ...rest.map((line) => indent + painted(styles, line, style)),
    ...below.map((line) => indent + line),
  ];
  return `${lines.join('\n')}\n`;
}

/** Drops leading spaces until the text has at most that many columns. Returns it unchanged if that is not possible. */
function shortenMargin(text: string, columns: number): string {
  const excess = Math.max(0, stringWidth(text) - columns);
  return text.startsWith(' '.repeat(excess)) ? text.slice(excess) : text;
}

/** Formats a warning for the operator. A command in it stays on one line. */
export function warning(styles: Styles, body: string): string {
  const [first = '', ...rest] = wrapUncut(safe(body), styles.columns - 2);
  const lines = [painted(styles, '! ', 'warn') + first, ...rest.map((line) => `  ${line}`)];
  return `${lines.join('\n')}\n`;
}

function painted(styles: Styles, text: string, style: Style = 'plain'): string {
  return text === '' ? '' : styles.paint[style](text);
}

/** A command in a sentence, from `: ` or `Run ` to the punctuation after it. */
const command = /(?<=: |\brun )(?:mp-verify|aws)(?: (?!\()\S*[^\s.,;:])*/gi;

/** Wraps text, except commands and words: each stays on one line, however long, so that it can be copied. */
export function wrapUncut(text: string, width: number): readonly string[] {
  const joined = text.replace(command, (words) => words.replaceAll(' ', '\u00a0'));
  return wrap(joined, width, width, /^/).map((line) => line.replaceAll('\u00a0', ' '));
}

/**
 * Wraps text into lines of at most `width` columns, the first of at most `firstWidth`. A web address is never cut,
 * because half an address cannot be opened, so it may extend beyond the edge. Other words that are too long are cut.
 */
export function wrap(text: string, width: number, firstWidth = width, uncut = address): readonly string[] {
  const lines: string[] = [];
  const room = () => (lines.length === 0 ? firstWidth : width);
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (stringWidth(joined) <= room()) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line.trimEnd());
    const pieces = uncut.test(word) ? [word] : cut(word, room(), width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function cut(word: string, firstWidth: number, width: number): readonly string[] {
  if (stringWidth(word) <= firstWidth) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes(word)) {
    if (piece !== '' && stringWidth(piece + segment) > (pieces.length === 0 ? firstWidth : width)) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}

/** Makes foreign text safe, and shortens it to that many columns: `Acme Notes for lar…` */
export function shorten(text: string, columns: number): string {
  const words = safe(text);
  if (stringWidth(words) <= columns) return words;
  let kept = '';
  for (const { segment } of graphemes(words)) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A text of a table, in a style if it has one. */
export type Cell = string | { readonly text: string; readonly style: Style };

/**
 * Aligns columns below their titles. A table that is wider than the screen is replaced by `narrow`: by default, a list
 * of `title value` lines for each row.
 */
export function table(
  styles: Styles,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  indent = 0,
  narrow?: () => string,
): string {
  const cells = rows.map((row) => row.map((cell) => safe(typeof cell === 'string' ? cell : cell.text)));
  const widths = columns.map(({ title }, i) =>
    Math.max(stringWidth(title), ...cells.map((row) => stringWidth(row[i] ?? ''))),
  );
  const margin = ' '.repeat(indent);
  const total = indent + widths.reduce((sum, width) => sum + width + 2, -2);
  if (total > styles.columns) return narrow?.() ?? stacked(styles, columns, cells, margin);

  const line = (row: readonly string[], styled: readonly Cell[] = []): string =>
    margin +
    row
      .map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - stringWidth(cell));
        const given = styled[i];
        const words = typeof given === 'object' ? painted(styles, cell, given.style) : cell;
        return columns[i]?.align === 'right' ? space + words : words + space;
      })
      .join('  ')
      .trimEnd();
  const head = styles.paint.dim(line(columns.map(({ title }) => title)));
  return [head, ...cells.map((row, i) => line(row, rows[i]))].map((text) => `${text}\n`).join('');
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

let segmenter: Intl.Segmenter | undefined;

/** Splits text into what people see as characters. Loads Unicode's rules on first use, because that is slow. */
function graphemes(text: string): Iterable<{ readonly segment: string }> {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}
