import { onTestFinished } from 'vitest';
import { type LocalSandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.ts';

const start = Date.UTC(2026, 10, 23, 9, 0, 0);
export const buyers = { newcomer: '444455556666', user: '555566667777', customer: '666677778888' };
export const notes = '/marketplace/pp/prodview-sandboxnotes1';

/** A sandbox that ends with the test, with its clock, and a browser that asks it. */
export async function openPages(options: LocalSandboxOptions = {}) {
  const clock = { now: start };
  const sandbox = await startSandbox({ now: () => clock.now, delayMs: 0, ...options });
  onTestFinished(sandbox.close);
  return { ...sandbox, clock, browser: browser(sandbox.url) };
}

/** A page as a test sees it. */
export interface Seen {
  readonly status: number;
  /** Where the redirects have led. */
  readonly path: string;
  readonly source: string;
  /** Its visible words, on one line. */
  readonly text: string;
  readonly h1: string;
  readonly forms: readonly SeenForm[];
}

interface SeenForm {
  readonly action: string;
  readonly button: string;
  readonly fields: Readonly<Record<string, string>>;
}

export type Browser = ReturnType<typeof browser>;

/** Keeps cookies, follows redirects, fills in forms: what a person does without scripts. */
export function browser(url: string) {
  const jar = new Map<string, { readonly value: string; readonly path: string }>();

  async function request(address: string, init: RequestInit = {}): Promise<Seen> {
    const target = new URL(address, url);
    const sent = [...jar].filter(([, { path }]) => target.pathname.startsWith(path));
    const cookie = sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const answer = await fetch(target, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = '', path = '/'] = /^([^=]+)=([^;]*).*?Path=([^;]+)/i.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, { value, path });
    }
    const location = answer.headers.get('location');
    if (location !== null) return request(new URL(location, target).href);
    return seen(answer.status, target, await answer.text());
  }

  const post = (address: string, fields: Readonly<Record<string, string>>, origin = url) =>
    request(address, { method: 'POST', body: new URLSearchParams(fields), headers: { origin } });

  /** Fills in the form with that button, and presses it. */
  async function submit(page: Seen, button: string, fields: Readonly<Record<string, string>> = {}): Promise<Seen> {
    const form = page.forms.find((each) => each.button === button);
    if (form === undefined) throw new Error(`no button "${button}" on: ${page.text}`);
    const unknown = Object.keys(fields).find((name) => !Object.hasOwn(form.fields, name));
    if (unknown !== undefined) throw new Error(`no field "${unknown}" in the form "${button}"`);
    return post(form.action, { ...form.fields, ...fields });
  }

  return { open: (address: string) => request(address), post, submit, cookies: jar };
}

/** Buys, sets up and signs up, then signs in: the whole of new-signup. */
export async function signUp(browser: Browser, email = 'aiko@gmail.com'): Promise<Seen> {
  const bought = await browser.submit(await browser.open(notes), 'Create contract', { quantity: '7' });
  const form = await browser.submit(bought, 'Set up your account');
  const made = await browser.submit(form, 'Sign up', { email, password: 'correct horse' });
  return browser.submit(made, 'Sign in', { email, password: 'correct horse' });
}

export async function signIn(browser: Browser, email: string, password = 'sandbox-only'): Promise<Seen> {
  return browser.submit(await browser.open('/saas/sign-in'), 'Sign in', { email, password });
}

export async function switchTo(browser: Browser, buyer: string, path = '/marketplace'): Promise<Seen> {
  return browser.submit(await browser.open(path), 'Switch', { buyer });
}

/** The value beside a name in a list of details; a list of them where there are several. */
export function detail(page: Seen, name: string): string | undefined {
  const found = new RegExp(`<dt>${name}</dt><dd><bdi>(.*?)</bdi></dd>`).exec(page.source);
  return found?.[1] && words(found[1]);
}

function seen(status: number, target: URL, source: string): Seen {
  const body = /<body[^>]*>([\s\S]*)<\/body>/.exec(source)?.[1] ?? source;
  const h1 = words(/<h1>([\s\S]*?)<\/h1>/.exec(source)?.[1] ?? '');
  const forms = [...source.matchAll(/<form method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].map(
    ([, action = '', inner = '']) => ({
      action: words(action),
      button: words(/<button[^>]*>([\s\S]*?)<\/button>/.exec(inner)?.[1] ?? ''),
      fields: fieldsOf(inner),
    }),
  );
  return { status, path: `${target.pathname}${target.search}`, source, text: words(body), h1, forms };
}

function fieldsOf(form: string): Record<string, string> {
  const attribute = (tag: string, name: string) => words(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const inputs = [...form.matchAll(/<input\b[^>]*>/g)].map(([tag]) => [
    attribute(tag, 'name'),
    attribute(tag, 'value'),
  ]);
  const selects = [...form.matchAll(/<select\b[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g)].map(
    ([, name = '', options = '']) => {
      const tags = [...options.matchAll(/<option\b[^>]*>/g)].map(([tag]) => tag);
      return [name, attribute(tags.find((tag) => / selected/.test(tag)) ?? tags[0] ?? '', 'value')];
    },
  );
  return Object.fromEntries([...inputs, ...selects]);
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function words(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '')
    .replace(/\s+/g, ' ')
    .trim();
}
