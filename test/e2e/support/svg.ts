import xterm from '@xterm/headless';

/** Part of a line in one style: its first column, its text, its classes in the style sheet below. */
interface Span {
  readonly column: number;
  readonly text: string;
  readonly style: string;
}
export type Line = readonly Span[];

const cell = { width: 8.4, height: 19, font: 14 };
const padding = 16;

/** Bright on dark: the picture brings its own background, so it is readable on a light page and on a dark one. */
const styleSheet = `
  rect { fill: #0d1117; stroke: #30363d }
  text { fill: #d1d7e0; font: ${cell.font}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre }
  .bold { font-weight: bold } .dim { fill: #9198a1 }
  .c1 { fill: #ff7b72 } .c2 { fill: #56d364 } .c3 { fill: #e3b341 } .c6 { fill: #76e3ea }
`.trim();

/** The lines that a terminal shows, and those that have scrolled away, after it received `raw`. */
export async function styledLines(raw: string, cols: number): Promise<readonly Line[]> {
  const terminal = new xterm.Terminal({ cols, rows: 40, scrollback: 10_000, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(raw, resolve));
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, row) => spansOf(active.getLine(row), cols));
}

type BufferLine = ReturnType<xterm.Terminal['buffer']['active']['getLine']>;

function spansOf(line: BufferLine, cols: number): Line {
  const spans: { column: number; text: string; style: string }[] = [];
  for (let column = 0; column < cols; column++) {
    const found = line?.getCell(column);
    const text = found?.getChars() || ' ';
    const style = [
      found?.isBold() ? 'bold' : '',
      found?.isDim() ? 'dim' : '',
      found?.isFgPalette() ? `c${found.getFgColor() % 8}` : '',
    ].join(' ');
    const last = spans.at(-1);
    if (last?.style.trim() === style.trim()) last.text += text;
    else spans.push({ column, text, style: style.trim() });
  }
  return spans;
}

export function textOf(line: Line): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}

/** A picture of these lines, described by `title` for those who cannot see it. */
export function svgOf(lines: readonly Line[], cols: number, title: string): string {
  const width = Math.ceil(cols * cell.width) + 2 * padding;
  const height = lines.length * cell.height + 2 * padding;
  const rows = lines.flatMap((line, row) => {
    const y = padding + row * cell.height + cell.font;
    return line.flatMap(({ column, text, style }) => words(column, text).map((word) => drawn(word, y, style)));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${styleSheet}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

/** Split where two spaces or more stand, so that columns stay in line whatever the font. */
function words(column: number, text: string): readonly { readonly column: number; readonly text: string }[] {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map((match) => ({ column: column + match.index, text: match[0] }));
}

function drawn({ column, text }: { column: number; text: string }, y: number, style: string): string {
  const x = Number((padding + column * cell.width).toFixed(1));
  const length = Number((text.length * cell.width).toFixed(1));
  const styled = style === '' ? '' : ` class="${style}"`;
  return `<text x="${x}" y="${y}" textLength="${length}"${styled}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
