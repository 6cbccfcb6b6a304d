import { html } from 'hono/html';

/** Markup in which every value is escaped. */
export type Html = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Path of the page, for the navigation to mark as current. */
  readonly at?: string;
}

interface Site {
  readonly name: string;
  readonly className: string;
  readonly links: readonly (readonly [path: string, text: string])[];
  readonly footer: string;
}

const sites = {
  shop: {
    name: 'Sandbox Marketplace',
    className: 'shop',
    links: [
      ['/marketplace', 'Products'],
      ['/marketplace/contracts', 'Your contracts'],
      ['/marketplace/management/products/saas', "The seller's products"],
    ],
    footer: 'Part of the mp-verify sandbox. It is not AWS.',
  },
  saas: {
    name: 'Acme, a sample SaaS',
    className: 'saas',
    links: [
      ['/saas/sign-in', 'Sign in'],
      ['/saas/contract', 'Your contract'],
    ],
    footer: 'Need help? Write to support@acme.example (a sample address: do not expect a reply).',
  },
} as const satisfies Record<string, Site>;

/** Renders a whole page: one h1, landmarks, and a banner that says that this is a sandbox. */
export function layout(site: keyof typeof sites, { title, body, at }: Page): Html {
  const { name, className, links, footer } = sites[site];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - ${name} (sandbox)</title>
<link rel="stylesheet" href="/sandbox/style.css">
<link rel="icon" href="data:,">
</head>
<body class="${className}">
<a class="skip" href="#main">Skip to the content</a>
<aside class="sandbox" aria-label="Sandbox">This is a sandbox on your machine. Nothing costs money, and everything is deleted when it stops. <a href="/sandbox/calls">API calls</a></aside>
<header><div class="bar">
<p>${name}</p>
<nav aria-label="Main"><ul>${links.map(
    ([path, text]) => html`<li><a href="${path}"${path === at ? html` aria-current="page"` : ''}>${text}</a></li>`,
  )}</ul></nav>
</div></header>
<main id="main" tabindex="-1">
<h1><bdi>${title}</bdi></h1>
${body}
</main>
<footer>${footer}</footer>
</body>
</html>`;
}

/** Renders a message: what happened, or what is wrong. */
export function statusBox(kind: 'done' | 'wait' | 'error', words: string | Html): Html {
  return html`<div class="status ${kind}" role="${kind === 'error' ? 'alert' : 'status'}"><p>${words}</p></div>`;
}

/** Renders a list of names and values. Null values are omitted. */
export function details(rows: Readonly<Record<string, string | number | Html | null>>): Html {
  const shown = Object.entries(rows).filter(([, value]) => value !== null);
  return html`<dl>${shown.map(([name, value]) => html`<dt>${name}</dt><dd><bdi>${value}</bdi></dd>`)}</dl>`;
}

/** Formats epoch ms as `2026-12-23 09:00 UTC`. */
export function timeText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Formats the time of day of epoch ms as `09:44:13 UTC`. */
export function secondText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(11, 19)} UTC`;
}

/** `1 month`, `12 months`. */
export function monthsText(months: number): string {
  return `${months} ${months === 1 ? 'month' : 'months'}`;
}
