import { notAws } from './explain.ts';

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** So many empty pages one after the other are no answer of AWS's. */
const mostEmptyPages = 100;

/** All items of a paged answer. An empty page may carry a token; a token that comes twice would never end. */
export async function readPages<Item>(
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
    if (tokens.has(page.next)) throw notAws(host, null, 'it gives the same page token for ever');
    if (empty > mostEmptyPages) throw notAws(host, null, `it gives empty pages for ever`);
    tokens.add(page.next);
    token = page.next;
  }
}

/** A member that should be a list; the SDK hands on what came. */
export function listed<Item>(items: readonly Item[], misshapen: () => Error): readonly Item[] {
  if (!Array.isArray(items)) throw misshapen();
  return items;
}

/** As `listed`, of groups of members and nothing else. */
export function objects<Item>(items: readonly Item[], misshapen: () => Error): readonly Item[] {
  if (listed(items, misshapen).some((item) => typeof item !== 'object' || item === null)) throw misshapen();
  return items;
}
