import { html } from 'hono/html';
import type { CallLog, LoggedCall } from '../call-log.ts';
import { isLeftOff } from '../hints.ts';
import { type Html, layout, secondText } from './layout.ts';
import { subSite } from './site.ts';

/** What the sandbox was asked, below `/sandbox`: who, what, and the answer. */
export function callPages(calls: CallLog) {
  const { app } = subSite('shop', '/marketplace', () => '');
  app.get('/calls', (context) =>
    context.html(layout('shop', { title: 'Calls to the APIs', at: '/sandbox/calls', body: callsPage(calls.all()) })),
  );
  return app;
}

const columns = ['Time', 'Who', 'API and operation', 'About', 'Answer'] as const;

function callsPage(all: readonly LoggedCall[]): Html {
  return html`<p>What programs asked this sandbox as AWS Marketplace, newest first. The last 500 calls are kept. Reload the page to see new ones.</p>
<section class="card" aria-label="Calls">
${
  all.length === 0
    ? html`<p>No program has called yet. Start your SaaS with the variables that <code>mp-verify sandbox</code> prints.</p>`
    : html`<table class="stack calls"><caption class="hint">Calls, newest first</caption>
<thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${all.map((call) => row(call, isLeftOff(call, all))).reverse()}</tbody></table>`
}
</section>`;
}

function row(call: LoggedCall, leftOff: boolean): Html {
  const next = call.facts?.kind === 'entitlements' ? call.facts.nextPage : null;
  const answer = leftOff && next !== null ? `${call.answer}; page ${next} was never asked for` : call.answer;
  const cells = [secondText(call.at), call.who, call.action, call.about, answer];
  return html`<tr>${cells.map((cell, i) => html`<td data-label="${columns[i]}"><bdi>${cell}</bdi></td>`)}</tr>`;
}
