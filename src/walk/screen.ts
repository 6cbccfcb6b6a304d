import { basename } from 'node:path';
import type { Attempt } from '../checklist/entries.ts';
import type { PlannedChecklist, Step } from '../checklist/model.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { block } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import { comparison, resultFindings } from '../text/step-lines.ts';
import { bodyIndent, lead, markOf, marks, type Styles } from '../text/styles.ts';
import { clockTime, elapsed, roughly } from '../text/times.ts';
import { type HeaderFacts, type Place, sandboxOf, type WalkContext } from './context.ts';

export function checklistHeader(
  styles: Styles,
  { checklist, buyer, buyerFrom = null }: PlannedChecklist,
  shown: HeaderFacts | null,
): string {
  const facts = shown?.follows ? null : shown;
  const row = (label: string, body: string, right = '') =>
    block(styles, {
      lead: `  ${label.padEnd(8)} `,
      leadStyle: 'dim',
      body,
      right,
      rightStyle: shown?.sandbox ? 'warn' : 'dim',
    });
  const { steps } = checklist;
  const manual = steps.filter((step) => step.do.length > 0).length;
  const title = block(styles, {
    body: checklist.title,
    style: 'bold',
    right: `${countWords(steps.length, 'step')}, ${manual} by hand`,
  });
  if (shown === null) return `\n${title}`;
  return `\n${[
    title,
    facts ? targetRows(facts, row) : '',
    facts?.sandbox && facts.endpoint !== null ? row('pages', `${facts.endpoint}/marketplace`) : '',
    facts?.config ? row('config', facts.config) : '',
    facts?.saasBug ? row('saas', 'the sample SaaS', `SAAS BUG ${facts.saasBug}`) : '',
    buyer === null ? '' : row('buyer', buyerFrom === null ? buyer : `${buyer}  from ${basename(buyerFrom)}`),
    facts ? row('run', runWords(facts)) : '',
    ...checklist.needs.map((need, i) => row(i === 0 ? 'needs' : '', need)),
  ].join('')}\n`;
}

function runWords({ runId, resumed }: HeaderFacts): string {
  const since = resumed === null ? '' : `resumed, started ${utcMinute(resumed)}; `;
  return `${runId}  ${since}every answer is saved; q stops, nothing is lost`;
}

function targetRows(
  { caller, product, trouble, clockSkew = null, sandbox, endpoint }: HeaderFacts,
  row: (label: string, body: string, right?: string) => string,
): string {
  const where = sandbox ? 'SANDBOX, not AWS' : endpoint === null ? 'AWS (not a sandbox)' : `${endpoint}, not AWS`;
  const skew = clockWarning(clockSkew);
  const ends = caller?.credentialsExpire ? `, expires ${clockTime(caller.credentialsExpire)}` : '';
  return [
    row(
      'product',
      product ? [product.title, product.id, product.visibility ?? ''].join('  ').trimEnd() : 'not known yet',
      where,
    ),
    row('seller', caller ? `${caller.accountId}  ${caller.credentials}${ends}` : 'not known yet'),
    trouble === null ? '' : row('!', trouble),
    skew === null ? '' : row('!', skew),
  ].join('');
}

/** In ms. Network latency does not explain a larger difference. */
const noticedSkewMs = 5 * 60_000;

/** Returns a warning if this machine's clock is off by so much (ms); otherwise null. */
export function clockWarning(skew: number | null): string | null {
  if (skew === null || Math.abs(skew) <= noticedSkewMs) return null;
  const off = `${roughly(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} AWS's`;
  return `This machine's clock is ${off}. mp-verify uses AWS's clock to decide what has expired; the times below are this machine's. Turn on automatic time synchronization.`;
}

/** Shows a finished step: its status, who or what confirmed it, and what was found or missing. */
export function resultLines(
  styles: Styles,
  attempt: Attempt,
  { step, number, planned }: Place,
  answered: 'now' | 'before' | 'answers' = 'now',
): string {
  const mark = markOf(attempt);
  const head = lead(mark, number, planned.checklist.steps.length);
  const margin = bodyIndent(planned.checklist.steps.length);
  const more = (body: string) => block(styles, { lead: margin, body });
  const failed = attempt.status === 'fail' || attempt.status === 'error';
  const { reason, expected, actual } = attempt;
  return [
    block(styles, {
      lead: head,
      leadStyle: mark.style,
      body: step.title,
      right: wordsForAuthor(step, attempt, answered),
    }),
    reason === null ? '' : more(reason),
    failed && expected && actual ? comparison(styles, expected, actual, margin.length) : '',
    resultFindings(styles, attempt, margin.length),
    failed && step.ifItFails !== null ? more(step.ifItFails) : '',
  ].join('');
}

/** Shows a step that needs a person when no one can be asked. */
export function pendingLines(styles: Styles, reason: string, { step, number, planned }: Place): string {
  const of = planned.checklist.steps.length;
  return (
    block(styles, { lead: lead(marks.pending, number, of), leadStyle: marks.pending.style, body: step.title }) +
    block(styles, { lead: bodyIndent(of), body: reason })
  );
}

function wordsForAuthor(step: Step, attempt: Attempt, answered: 'now' | 'before' | 'answers'): string {
  const { by, operator, startedAt, durationMs, disagreed, status } = attempt;
  const ended = new Date(Date.parse(startedAt) + durationMs);
  if (by === 'rehearsal') return 'rehearsed';
  const person = {
    now: `you ${clockTime(ended)}`,
    before: `${operator ?? 'answered'} ${utcMinute(startedAt)}`,
    answers: `answers file${operator === null ? '' : `, ${operator}`}`,
  }[answered];
  if (by === 'operator' || by === 'answers') return person;
  if (by === 'both') {
    const observer = step.check?.observes ?? 'AWS';
    if (status === 'error') return `${person}, could not check ${observer}`;
    return `${person}, ${observer} ${disagreed ? 'DISAGREES' : 'agrees'}`;
  }
  return durationMs >= 2000 ? `after ${elapsed(durationMs)}` : '';
}

/** A wait for a check to pass. */
export interface Waiting {
  readonly since: Date;
  readonly until: Date;
  readonly looks: number;
  readonly next: Date;
  /** What was missing at the last observation. */
  readonly missing: string;
}

/**
 * Says what a check is waiting for, since when, until when, and when it checks next; or that it is confirming what it
 * saw. `hasKeys`: the terminal takes keys meanwhile.
 */
export function waitText(
  styles: Styles,
  place: Place,
  waiting: Waiting | 'confirming' | null,
  now: Date,
  hasKeys: boolean,
): string {
  const head = lead(
    { symbol: '…', word: waiting ? 'wait' : 'look' },
    place.number,
    place.planned.checklist.steps.length,
  );
  const title = block(styles, { lead: head, leadStyle: 'accent', body: place.step.title });
  const indent = ' '.repeat(head.length);
  if (waiting === 'confirming')
    return title + block(styles, { lead: indent, body: 'as expected: confirming with a second check', style: 'dim' });
  if (!waiting) return title;
  const { since, until, looks, next, missing } = waiting;
  const seconds = Math.max(0, Math.ceil((next.getTime() - now.getTime()) / 1000));
  const over = now.getTime() >= until.getTime();
  const when = seconds > 0 ? `next in ${seconds} s` : 'looking';
  const state = over ? `the wait ended at ${clockTime(until)}` : `${when}, until ${clockTime(until)}`;
  return [
    title,
    block(styles, {
      lead: indent,
      body: `${countWords(looks, 'look')} in ${elapsed(now.getTime() - since.getTime())}, ${state}`,
      style: 'dim',
      right: over ? '' : hasKeys ? 'q or Ctrl+C saves and quits' : 'Ctrl+C saves',
    }),
    block(styles, { lead: indent, body: missing, style: 'dim' }),
  ].join('');
}

/**
 * Explains why a person's part failed, from the calls that the SaaS made to the sandbox: lines below the result, if
 * any.
 */
export async function sandboxHints(
  { status, code }: Attempt,
  { step: { sandbox }, planned: { checklist, buyer } }: Place,
  context: WalkContext,
): Promise<string> {
  // The calls of the SaaS do not explain why the rehearsal could not do its part.
  if (status !== 'fail' && (status !== 'error' || code === 'rehearsal-said')) return '';
  const { terminal, host } = context;
  const endpoint = sandboxOf(context);
  if (endpoint === null || sandbox === null || buyer === null) return '';
  const hints = await host.sandbox.hints(endpoint, sandbox, buyer);
  const styles = terminal.styles();
  const label = `${bodyIndent(checklist.steps.length)}sandbox: `;
  return hints.map((body) => block(styles, { lead: label, leadStyle: 'dim', body })).join('');
}
