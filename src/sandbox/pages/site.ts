import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { SandboxWorld } from '../world.ts';
import { type Html, layout, statusBox } from './layout.ts';

export interface PagesOptions {
  readonly world: SandboxWorld;
  /** Epoch ms. */
  readonly now: () => number;
  readonly delayMs: number;
}

/**
 * An app that shows errors as pages of the site, which say what is wrong and link to `home`. Each shows `aside`. Call
 * `catchAll` after the last route.
 */
export function subSite(site: Parameters<typeof layout>[0], home: string, aside: (context: Context) => Html | '') {
  const app = new Hono();
  const crashed = { shop: 'The sandbox failed, which is a bug in mp-verify', saas: 'The sample SaaS crashed' }[site];
  app.use(async ({ header }, next) => {
    await next();
    header('cache-control', 'no-store');
    header('content-security-policy', "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'");
    // A stricter policy would send "Set up your account" to other sites with the origin "null". AWS's page sends its
    // origin.
    header('referrer-policy', 'strict-origin-when-cross-origin');
    header('x-content-type-options', 'nosniff');
  });
  const wrong = (context: Context, status: ContentfulStatusCode, title: string, words: string) =>
    context.html(
      layout(site, {
        title,
        body: html`${statusBox('error', words)}<p><a href="${home}">Start over</a></p>${aside(context)}`,
      }),
      status,
    );
  app.onError((error, context) =>
    error instanceof HTTPException
      ? wrong(context, error.status as ContentfulStatusCode, 'Something went wrong', error.message)
      : wrong(context, 500, 'Internal error', `${crashed}: ${error.message}`),
  );
  const catchAll = () =>
    app.all('*', (context) =>
      context.req.method === 'GET'
        ? wrong(context, 404, 'Page not found', 'The sandbox has no page at this address.')
        : wrong(context, 405, 'Something went wrong', 'This page does not accept forms. Open it in a browser instead.'),
    );
  return { app, catchAll };
}

/** Returns the fields of a posted form. Throws `HTTPException` if the body is not a form or a field is repeated. */
export async function readForm({ req }: Context): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.header('content-type') ?? '')) {
    const message = 'This address accepts only forms (application/x-www-form-urlencoded). Use the button on the page.';
    throw new HTTPException(415, { message });
  }
  const form = new URLSearchParams(await req.text());
  const twice = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (twice === undefined) return form;
  const message = `${JSON.stringify(twice)} is specified more than once. Go back and submit the form on the page.`;
  throw new HTTPException(400, { message });
}
