import { html } from 'hono/html';
import type { CallLog, LoggedCall } from '../call-log.ts';
import { hasUnreadPage } from '../hints.ts';
import { type Html, layout, secondText } from './layout.ts';
import { subSite } from './site.ts';

/** The page of API calls, under `/sandbox`: who called, what, and the answer. */
export function callPages(calls: CallLog) {
  const { app } = subSite('shop', '/marketplace', () => '');
  app.get('/calls', (context) =>
    context.html(layout('shop', { title: 'Calls to the APIs', at: '/sandbox/calls', body: callsPage(calls.all()) })),
  );
  return app;
}

const columns = ['Time', 'Who', 'API and operation', 'About', 'Answer'] as const;

function callsPage(all: readonly LoggedCall[]): Html {
  return html`<p>API calls to this sandbox, newest first. It keeps the last 500. Reload the page to see new calls.</p>
<section class="card" aria-label="Calls">
${
  all.length === 0
    ? html`<p>No calls yet. Start your SaaS with the variables that <code>mp-verify sandbox</code> prints.</p>`
    : html`<table class="stack calls"><caption class="hint">Calls, newest first</caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${all.map((call) => row(call, hasUnreadPage(call, all))).reverse()}</tbody></table>`
}
</section>`;
}

function row(call: LoggedCall, unread: boolean): Html {
  const next = call.facts?.kind === 'entitlements' ? call.facts.nextPage : null;
  const answer = unread && next !== null ? `${call.answer}; page ${next} was never requested` : call.answer;
  const cells = [secondText(call.at), call.who, call.action, call.about, answer];
  return html`<tr>${cells.map((cell, i) => html`<td data-label="${columns[i]}"><bdi>${cell}</bdi></td>`)}</tr>`;
}
