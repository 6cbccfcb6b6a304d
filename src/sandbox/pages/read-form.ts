import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** The fields of a form that a page has posted. Throws `HTTPException` where the body is no form, or a field comes twice. */
export async function readForm({ req }: Context): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.header('content-type') ?? '')) {
    const message = 'This address takes a form (application/x-www-form-urlencoded). Use the button of the page.';
    throw new HTTPException(415, { message });
  }
  const form = new URLSearchParams(await req.text());
  const twice = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (twice === undefined) return form;
  const message = `${JSON.stringify(twice)} is given more than once. Go back, and send the form of the page.`;
  throw new HTTPException(400, { message });
}
