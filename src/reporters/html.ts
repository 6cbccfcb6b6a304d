import { utcMinute } from '../checklist/reasons.ts';
import type { ChecklistReport, Report, StepReport } from '../checklist/report-document.ts';
import { countWords } from '../text/counts.ts';
import { isWebAddress } from '../text/safe.ts';
import { isWarning, verdictMarks } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import { html, type Markup, mark } from './html-markup.ts';
import { htmlPage } from './html-page.ts';
import { checklistSection, comparisonTable, stepId } from './html-steps.ts';
import {
  endWords,
  followingCommand,
  pageOf,
  type Reporter,
  type ReportMaterial,
  type ResumeWay,
  reportTitle,
  sittingWords,
  tallyWords,
  waysToResume,
} from './report-words.ts';

/** A page: the result on the first screen, every step below. */
export const htmlReport: Reporter = (report, material) => {
  const { target, checklists } = report;
  return reportPage(report, material, {
    title: reportTitle(report),
    kind: `AWS Marketplace integration${target.product ? ` of ${target.product.title}` : ''}`,
    sentence: sentence(report),
    facts: facts(report),
    main: html`
<nav aria-label="Checklists"><ul class="tiles">${checklists.map(tile)}</ul></nav>
${problems(report, 'fail', 'What failed')}
${problems(report, 'error', 'What mp-verify could not check')}${problems(report, 'warning', 'What passed with a warning')}
${unfinished(report)}
${next(report)}
${onAPersonsWord(report)}
${notConfigured(report)}
${checklists.map((checklist, index) => checklistSection(checklist, index, material))}
`,
  });
};

type FactRow = readonly [name: string, value: string | Markup | null];

interface PageParts {
  readonly title: string;
  /** What was confirmed. */
  readonly kind: string;
  /** Follows the verdict. */
  readonly sentence: string;
  /** Stand before those that every run has. */
  readonly facts: readonly FactRow[];
  readonly main: Markup;
  /** What only this kind of page needs beside the style sheet. */
  readonly ownStyle?: string;
}

/** Returns the page of a run: its verdict, facts, and the main part. */
export function reportPage(
  { run, tool, verdict }: Pick<Report, 'run' | 'tool' | 'verdict'>,
  { now, evidence }: ReportMaterial,
  { title, kind, sentence, facts, main, ownStyle = '' }: PageParts,
): string {
  const { symbol, word } = verdictMarks[verdict];
  const place = placeWords({ run });
  const rows = [...facts, ...runFacts(run, now)];
  return htmlPage(
    `${word}${place === null ? '' : ` (${place})`}: ${title}, ${run.id}`,
    `${verdict}${place === null ? '' : ' not-aws'}`,
    html`${place === null ? '' : html`<aside class="banner" aria-label="Not AWS"><strong>${place}.</strong> Nothing in this report was confirmed on AWS Marketplace.</aside>`}
<header>
<p class="kind">${kind}</p>
<h1><span class="verdict ${verdict}"><span aria-hidden="true">${symbol}</span> ${word}${run.sandbox ? ' in a SANDBOX' : ''}<span class="colon">:</span></span> <span class="sentence">${sentence}</span></h1>
<dl class="facts">${rows.map(([name, value]) => (value === null || value === '' ? '' : html`<div><dt>${name}</dt><dd>${value}</dd></div>`))}</dl>
</header>
<main>${main}</main>
<footer>${tool.name} ${tool.version}. This file loads nothing and runs no script. ${
      evidence === null
        ? 'It is redacted: IDs and names are placeholders, and notes and attached files are not included.'
        : 'It holds account ids, names and attached files: share it as such.'
    }</footer>`,
    ownStyle,
  );
}

/** Where a run was made that was not made on AWS; null for AWS. */
function placeWords({ run }: Pick<Report, 'run'>): string | null {
  if (run.sandbox) return 'SANDBOX, not AWS';
  return run.endpoint === null ? null : 'Not AWS';
}

/** `7 of 12 steps seen by mp-verify, 4 vouched for by kim, 1 rehearsed.` */
function sentence(report: Report): string {
  const { seen, tally } = report;
  const total = Object.values(tally).reduce((sum, count) => sum + count, 0);
  const people = [...new Set(wordOfPerson(report).map(({ step }) => step.operator ?? 'the operator'))];
  const confirmed = [
    `${seen.byProgram} of ${countWords(total, 'step')} seen by mp-verify`,
    seen.byPerson > 0 ? `${seen.byPerson} vouched for by ${people.join(' and ')}` : '',
    seen.rehearsed > 0 ? `${seen.rehearsed} rehearsed` : '',
    seen.disagreed > 0 ? `${seen.disagreed} where a person and mp-verify disagreed` : '',
  ];
  const others = [
    tally.fail > 0 ? `${tally.fail} failed` : '',
    tallyWords({ ...report, tally: { ...tally, pass: 0, fail: 0 } }),
    endWords(report),
  ];
  return `${[confirmed, others]
    .map((parts) => parts.filter(Boolean).join(', '))
    .filter(Boolean)
    .join('; ')}.`;
}

function facts(report: Report): readonly FactRow[] {
  const { run, target } = report;
  const page = pageOf(report);
  return [
    [
      'Product',
      [target.product?.title ?? 'unknown', target.product?.id, target.product?.visibility].filter(Boolean).join(', '),
    ],
    ['Product page', page !== null && isWebAddress(page) ? html`<a href="${page}" rel="noreferrer">${page}</a>` : page],
    ['AWS account', target.accountId ?? 'unknown'],
    ['Signed in as', onlyCaller(run)],
  ];
}

/** The caller of all sittings; null if there are several. */
function onlyCaller({ sittings }: Report['run']): string | null {
  const callers = [...new Set(sittings.flatMap(({ arn }) => arn ?? []))];
  return callers.length === 1 ? (callers[0] ?? null) : null;
}

function runFacts(run: Report['run'], now: Date): readonly FactRow[] {
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const isNamed = onlyCaller(run) !== null;
  return [
    ['Environment', environment(run)],
    [
      'Run',
      [
        run.id,
        ...(run.walkingNow ? ['walking now'] : [`ended ${utcMinute(run.endedAt)}`, `took ${roughly(tookMs)}`]),
      ].join(', '),
    ],
    ['Report made', `${utcMinute(now.toISOString())}, ${age(now.getTime() - Date.parse(run.endedAt))}`],
    [
      run.sittings.length > 1 ? 'Sessions' : 'Session',
      html`${lines(run.sittings.map((sitting) => sittingWords(isNamed ? { ...sitting, arn: null } : sitting)))}`,
    ],
    ['Accepted changes', run.acceptedChanges?.join(', ') ?? null],
  ];
}

function environment(run: Report['run']): string | Markup {
  if (run.sandbox) return html`<strong class="warn">SANDBOX, not AWS</strong> ${run.endpoint ?? ''}`;
  return run.endpoint === null ? 'AWS' : html`<strong class="warn">Not AWS</strong> ${run.endpoint}`;
}

/** How old the run was when the report was made. */
function age(ms: number): string {
  if (ms < -5 * 60_000) return 'dated before the run ended: a clock was wrong';
  return ms < 60_000 ? 'as the run ended' : `${roughly(ms)} after the run ended`;
}

function lines(texts: readonly string[]): readonly (string | Markup)[] {
  return texts.map((text, index) => (index === 0 ? text : html`<br>${text}`));
}

function tile(checklist: ChecklistReport, index: number): Markup {
  const { title, verdict } = checklist;
  return html`
<li><a class="tile ${verdict}" href="#c${index + 1}">${mark(verdictMarks[verdict])} <span class="name">${title}</span> <span class="soft">${tallyWords(checklist)}</span></a></li>`;
}

function next(report: Report): Markup | '' {
  const following = followingCommand(report);
  return nextPart(
    following === null
      ? waysToResume(report)
      : [{ ...following, does: following.isOnAws ? 'continues on AWS' : 'runs the next checklist' }],
  );
}

/** What to run next. */
export function nextPart(ways: readonly ResumeWay[]): Markup | '' {
  if (ways.length === 0) return '';
  return html`<section class="part" aria-labelledby="next"><h2 id="next">Next</h2>
<ul class="plain">${ways.map(
    ({ command, does }) => html`
<li><code>${command}</code> <span class="soft">${does}</span></li>`,
  )}</ul></section>`;
}

interface Found {
  readonly step: StepReport;
  readonly id: string;
  /** `New sign-up, step 4`, or `Step 4` where there is one checklist. */
  readonly place: string;
}

function find({ checklists }: Report, matches: (step: StepReport) => boolean): readonly Found[] {
  return checklists.flatMap(({ title, steps }, checklist) =>
    steps.flatMap((step, index) => {
      const place = checklists.length > 1 ? `${title}, step ${index + 1}` : `Step ${index + 1}`;
      return matches(step) ? [{ step, id: stepId(checklist, index), place }] : [];
    }),
  );
}

function problems(report: Report, kind: 'fail' | 'error' | 'warning', heading: string): Markup | '' {
  const found = find(report, (step) => (kind === 'warning' ? isWarning(step) : step.status === kind));
  if (found.length === 0) return '';
  return html`<section class="part" aria-labelledby="${kind}"><h2 id="${kind}">${heading}</h2>${found.map(
    ({ step, id, place }) => html`
<div class="problem"><h3><a href="#${id}">${place}: ${step.title}</a>${step.required ? '' : ' (advisory)'}</h3>
<p>${step.reason ?? 'No reason was given.'}</p>
${comparisonTable(step, `Expected and actual of ${step.title}`)}</div>`,
  )}</section>`;
}

/** Steps without a result. Those with the same reason stand together. */
function unfinished(report: Report): Markup | '' {
  const groups = new Map<string, Found[]>();
  for (const found of find(report, ({ status }) => status === 'pending' || status === 'skip')) {
    const reason = found.step.reason ?? 'No reason was given.';
    const group = groups.get(reason);
    if (group) group.push(found);
    else groups.set(reason, [found]);
  }
  if (groups.size === 0) return '';
  return html`<section class="part" aria-labelledby="unfinished"><h2 id="unfinished">What is not finished</h2>${[
    ...groups,
  ].map(
    ([reason, found]) => html`
<p>${reason}</p>${names(found)}`,
  )}</section>`;
}

function wordOfPerson(report: Report): readonly Found[] {
  return find(
    report,
    ({ by, status }) => (by === 'operator' || by === 'answers') && (status === 'pass' || status === 'fail'),
  );
}

function onAPersonsWord(report: Report): Markup | '' {
  const found = wordOfPerson(report);
  if (found.length === 0) return '';
  return html`<section class="part" aria-labelledby="word"><h2 id="word">On a person's word</h2>
<p class="soft">mp-verify did not see these steps itself.</p>${names(found, ({ operator, by }) =>
    [operator, by === 'answers' ? 'answers file' : null].filter(Boolean).join(', '),
  )}</section>`;
}

function notConfigured(report: Report): Markup | '' {
  const found = find(report, ({ status, code }) => status === 'not-applicable' && code === 'not-configured');
  if (found.length === 0) return '';
  return html`<section class="part" aria-labelledby="unset"><h2 id="unset">What was not configured</h2>${names(
    found,
    ({ reason }) => reason ?? '',
  )}</section>`;
}

function names(found: readonly Found[], beside: (step: StepReport) => string = () => ''): Markup {
  return html`<ul class="names">${found.map(
    ({ step, id, place }) =>
      html`
<li><a href="#${id}">${place}: ${step.title}</a>${step.required ? '' : ' (advisory)'} <span class="soft">${beside(step)}</span></li>`,
  )}</ul>`;
}
