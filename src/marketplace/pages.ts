import { notAws } from './explain.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null | undefined;
}

/** So many empty pages one after the other are no answer of AWS's. */
const mostEmptyPages = 100;

/** All items of a paged answer. An empty page may carry a token; a token that comes twice would never end. */
export async function readPages<Item>(
  call: string,
  host: string,
  read: (token: string | undefined) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  for (let empty = 0; ; ) {
    const page = await read(token);
    empty = page.items.length === 0 ? empty + 1 : 0;
    for (const item of page.items) items.push(item);
    if (!page.next) return items;
    if (tokens.has(page.next)) throw notAws(host, null, `${call} gives the same page token for ever (NextToken)`);
    if (empty > mostEmptyPages) throw notAws(host, null, `${call} gives empty pages for ever`);
    tokens.add(page.next);
    token = page.next;
  }
}
