import stringWidth from 'string-width';
import type { Look, Style } from './look.ts';
import { safe } from './safe.ts';
import { wrap } from './wrap.ts';

export interface Block {
  /** Stands before the first line; the others are indented by its width. */
  readonly lead?: string;
  readonly leadStyle?: Style;
  readonly body: string;
  readonly style?: Style;
  /** At the right edge of the first line, or below where there is no room. */
  readonly right?: string;
  readonly rightStyle?: Style;
}

/**
 * Lines of text for a screen, the one way in which foreign text gets there: all of it is made safe, wrapped to the
 * columns and only then painted.
 */
export function block(look: Look, { lead = '', body, right = '', ...styles }: Block): string {
  const indent = Math.min(stringWidth(lead), Math.floor(look.columns / 2));
  const width = Math.max(look.columns - indent, 10);
  const edge = safe(right);
  const words = safe(body);
  const room = width - stringWidth(edge) - 2;
  const beside = edge !== '' && room >= Math.min(stringWidth(words), 24);
  const [first = '', ...rest] = beside ? firstThenRest(words, room, width) : wrap(words, width);

  const gap = ' '.repeat(Math.max(width - stringWidth(first) - stringWidth(edge), 2));
  const lines = [
    look.paint[styles.leadStyle ?? 'plain'](safe(lead)) +
      painted(look, first, styles.style) +
      (beside ? gap + painted(look, edge, styles.rightStyle ?? 'dim') : ''),
    ...rest.map((line) => ' '.repeat(indent) + painted(look, line, styles.style)),
  ];
  if (edge !== '' && !beside) {
    for (const line of wrap(edge, width))
      lines.push(' '.repeat(indent) + painted(look, line, styles.rightStyle ?? 'dim'));
  }
  return `${lines.join('\n')}\n`;
}

function painted(look: Look, text: string, style: Style = 'plain'): string {
  return text === '' ? '' : look.paint[style](text);
}

/** The first line leaves room at the right, the lines below it need not. */
function firstThenRest(words: string, room: number, width: number): readonly string[] {
  const [first = '', ...others] = wrap(words, room);
  return others.length === 0 ? [first] : [first, ...wrap(others.join(' '), width)];
}
