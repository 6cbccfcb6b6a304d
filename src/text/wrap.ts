import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();
const address = /^\(?https?:\/\//;

/**
 * Words of `text` in lines of at most `width` columns, the first of at most `firstWidth`. A web address is never cut,
 * because a cut one can't be opened: it may stick out. Any other word that is too long is.
 */
export function wrap(text: string, width: number, firstWidth = width): readonly string[] {
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
    const pieces = address.test(word) ? [word] : cut(word, room(), width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

function cut(word: string, firstWidth: number, width: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && stringWidth(piece + segment) > (pieces.length === 0 ? firstWidth : width)) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}
