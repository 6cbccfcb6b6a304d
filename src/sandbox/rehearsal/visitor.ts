import { CookieJar } from 'tough-cookie';
import { loadPage } from '../load-page.ts';

/** The parts of a page that the rehearsal reads. */
export interface VisitedPage {
  readonly status: number;
  /** Path after the redirects. */
  readonly path: string;
  readonly source: string;
  /** The text of its main part, on one line. */
  readonly text: string;
}

/** A page did not answer: connection refused or lost, or no answer within 30 s. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor({ origin, pathname }: URL) {
    super(`${origin}${pathname} did not respond.`);
  }
}

export interface SeenForm {
  readonly action: string;
  readonly button: string;
  /** Fields that are submitted unchanged. */
  readonly fields: Readonly<Record<string, string>>;
  /** The options of each list, by the name of the list. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

export type Visitor = ReturnType<typeof openVisitor>;

/** A small browser for the pages of the sandbox: keeps cookies, follows redirects, submits forms. */
export function openVisitor(url: string, signal: AbortSignal) {
  const jar = new CookieJar();

  async function request(address: string, form: URLSearchParams | null = null, hops = 10): Promise<VisitedPage> {
    const target = new URL(address, url);
    const cookie = jar.getCookieStringSync(target.href);
    const headers = { origin: url, ...(cookie === '' ? {} : { cookie }) };
    const answer = await load(target, { headers, form }, signal);
    for (const line of answer.headers['set-cookie'] ?? []) jar.setCookieSync(line, target.href, { ignoreError: true });
    const { location } = answer.headers;
    if (location !== undefined && hops > 0) return request(new URL(location, target).href, null, hops - 1);
    const source = answer.body;
    const [, main = source] = /<main[^>]*>([\s\S]*)<\/main>/.exec(source) ?? [];
    return { status: answer.status, path: target.pathname, source, text: words(main) };
  }

  return {
    open: (address: string) => request(address),
    /** Fills in and submits the form with that button; null if the page has no such button. */
    async submit(
      page: VisitedPage,
      button: string,
      fields: Readonly<Record<string, string>> = {},
    ): Promise<VisitedPage | null> {
      const form = formOf(page, button);
      if (form === null) return null;
      return request(form.action, new URLSearchParams({ ...form.fields, ...fields }));
    },
  };
}

/** Rejects with `NoAnswer`, or with the reason of `stop` if that is aborted. */
async function load(target: URL, asked: Omit<Parameters<typeof loadPage>[1], 'signal'>, stop: AbortSignal) {
  try {
    return await loadPage(target, { ...asked, signal: AbortSignal.any([stop, AbortSignal.timeout(30_000)]) });
  } catch {
    stop.throwIfAborted();
    throw new NoAnswer(target);
  }
}

/** Returns the elements with that tag, in order. They must not be nested. */
export function sectionsOf(
  { source }: Pick<VisitedPage, 'source'>,
  tag: string,
): readonly Pick<VisitedPage, 'source' | 'text'>[] {
  const found = source.matchAll(new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}>`, 'g'));
  return [...found].map(([, inner = '']) => ({ source: inner, text: words(inner) }));
}

/** Finds the form with that button, or null. */
export function formOf(page: VisitedPage, button: string): SeenForm | null {
  return formsOf(page).find((each) => each.button === button) ?? null;
}

/** Finds the first value with that name in the page's lists of details, or null. */
export function detailOf(page: Pick<VisitedPage, 'source'>, name: string): string | null {
  return detailsOf(page, name)[0] ?? null;
}

/** Returns every value with that name, in order. */
export function detailsOf({ source }: Pick<VisitedPage, 'source'>, name: string): readonly string[] {
  const found = source.matchAll(new RegExp(`<dt>${name}</dt><dd><bdi>(.*?)</bdi></dd>`, 'g'));
  return [...found].map(([, value = '']) => words(value));
}

function formsOf({ source }: VisitedPage): readonly SeenForm[] {
  const forms = source.matchAll(/<form method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g);
  return [...forms].map(([, action = '', inner = '']) => ({
    action: words(action),
    button: words(/<button[^>]*>([\s\S]*?)<\/button>/.exec(inner)?.[1] ?? ''),
    fields: Object.fromEntries([...inputsOf(inner), ...listsOf(inner).map(({ name, chosen }) => [name, chosen])]),
    lists: Object.fromEntries(listsOf(inner).map(({ name, values }) => [name, values])),
  }));
}

function inputsOf(form: string): readonly (readonly [string, string])[] {
  return [...form.matchAll(/<input\b[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]);
}

function listsOf(form: string) {
  const lists = form.matchAll(/<select\b[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g);
  return [...lists].map(([, name = '', options = '']) => {
    const tags = [...options.matchAll(/<option\b[^>]*>/g)].map(([tag]) => tag);
    const chosen = tags.find((tag) => / selected/.test(tag)) ?? tags[0] ?? '';
    return { name, chosen: attribute(chosen, 'value'), values: tags.map((tag) => attribute(tag, 'value')) };
  });
}

function attribute(tag: string, name: string): string {
  return words(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function words(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
