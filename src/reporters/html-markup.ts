import { html as escaping, raw } from 'hono/html';
import { safe } from '../text/safe.ts';

/** Markup in which every value is escaped. */
export type Markup = ReturnType<typeof escaping>;
type MarkupValue = string | number | Markup | readonly MarkupValue[];

/** A template of HTML. Texts among the values have no effect: neither as markup nor by control or bidirectional characters. */
export function html(parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return escaping(parts, ...values.map(shown));
}

function shown(value: MarkupValue): unknown {
  if (typeof value === 'string') return safe(value);
  return Array.isArray(value) ? value.map(shown) : value;
}

/** A text of several lines, for `<pre>`. */
export function preformatted(text: string): Markup {
  // The first newline in a `<pre>` is not shown.
  return html`<pre>${text.split('\n').map((line) => html`\n${line}`)}</pre>`;
}

/** Our own text, as it is. */
export function trusted(text: string): Markup {
  return raw(text);
}

/** A status or verdict: its word, symbol and colour. */
export function mark({ symbol, word, style }: { symbol: string; word: string; style: string }): Markup {
  return html`<span class="mark ${style}"><span aria-hidden="true">${symbol}</span> ${word}</span>`;
}
