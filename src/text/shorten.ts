import stringWidth from 'string-width';
import { safe } from './safe.ts';

const graphemes = new Intl.Segmenter();

/** Foreign text, made safe, in at most that many columns: `Acme Notes for lar…` */
export function shorten(text: string, columns: number): string {
  const words = safe(text);
  if (stringWidth(words) <= columns) return words;
  let kept = '';
  for (const { segment } of graphemes.segment(words)) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
