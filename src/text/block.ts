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
  const head = safe(lead);
  const space = stringWidth(head);
  if (space > look.columns / 2) {
    const own = wrap(head.trim(), look.columns).map((line) => `${painted(look, line, styles.leadStyle)}\n`);
    return own.join('') + block(look, { lead: '    ', body, right, ...styles });
  }
  const width = look.columns - space;
  const edge = safe(right);
  const words = safe(body);
  const room = width - stringWidth(edge) - 2;
  const beside = edge !== '' && room >= Math.min(stringWidth(words), 40);
  const [first = '', ...rest] = beside ? wrap(words, width, room) : wrap(words, width);

  const gap = ' '.repeat(Math.max(width - stringWidth(first) - stringWidth(edge), 2));
  const indent = ' '.repeat(space);
  const below =
    edge === '' || beside ? [] : wrap(edge, width).map((line) => painted(look, line, styles.rightStyle ?? 'dim'));
  const lines = [
    painted(look, head, styles.leadStyle) +
      painted(look, first, styles.style) +
      (beside ? gap + painted(look, edge, styles.rightStyle ?? 'dim') : ''),
    ...rest.map((line) => indent + painted(look, line, styles.style)),
    ...below.map((line) => indent + line),
  ];
  return `${lines.join('\n')}\n`;
}

function painted(look: Look, text: string, style: Style = 'plain'): string {
  return text === '' ? '' : look.paint[style](text);
}
