import type { Context } from 'hono';

/**
 * Stands in for the registration page of the seller's SaaS until there is a sample SaaS: it is there, and it refuses every
 * `x-amzn-marketplace-token`, because the sandbox gives out none.
 */
export function registrationPage({ req, html }: Context): Response | Promise<Response> {
  return req.method === 'POST'
    ? html(page('This registration token is invalid. Start again from AWS Marketplace.'), 400)
    : html(page('Come here from AWS Marketplace, with "Set up your account".'));
}

function page(words: string): string {
  return `<!doctype html><html lang="en"><title>Sign up (sandbox)</title><h1>Sign up</h1><p>${words}</p></html>`;
}
