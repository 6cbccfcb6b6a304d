import { maxShownBytes } from '../checklist/media-type.ts';
import { type Output, outputText } from '../checklist/outputs.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { type ChecklistReport, type EvidenceReport, endedAt, type StepReport } from '../checklist/report-document.ts';
import { markOf, marks, verdictMarks } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import { html, type Markup, mark, preformatted } from './html-markup.ts';
import { evidenceWords, type ReportMaterial, tallyWords } from './report-words.ts';

/** Where a step stands in the page. Both count from 0. */
export function stepId(checklist: number, step: number): string {
  return `c${checklist + 1}-s${step + 1}`;
}

/** A checklist with all of its steps. `index` counts from 0. Among very many, it is no landmark of the page. */
export function checklistSection(
  checklist: ChecklistReport,
  index: number,
  material: ReportMaterial,
  isLandmark = true,
): Markup {
  const { title, verdict, buyer, steps } = checklist;
  const id = `c${index + 1}`;
  return html`
<section class="checklist"${isLandmark ? html` aria-labelledby="${id}"` : ''}>
<h2 id="${id}">${title} ${mark(verdictMarks[verdict])}</h2>
<p class="soft">${tallyWords(checklist)}${buyer === null ? '' : `; test buyer ${buyer}`}</p>
<ol class="steps">${steps.map((step, nth) => stepItem(step, nth, index, checklist.id, material))}</ol>
</section>`;
}

function stepItem(
  step: StepReport,
  nth: number,
  checklist: number,
  checklistId: string,
  material: ReportMaterial,
): Markup {
  const asked = material.instructions.get(`${checklistId}/${step.id}`);
  const { evidence = [], attempts = [], note, reason } = step;
  const earlier = attempts.filter(({ stale }) => stale);
  const rows: readonly (readonly [string, Markup | string | null])[] = [
    ['Do', asked ? numbered(asked.do) : null],
    ['Expect', asked?.expect ?? null],
    [resultLabel(step), reason ?? wordsWithoutReason(step)],
    ['Compared', step.expected ? comparisonTable(step, `Expected and actual of ${step.title}`) : null],
    ['Found', step.output ? findings(step.output, step.title) : null],
    ['Notes', note === null ? null : html`${note.split('\n').map((line) => html`<p>${line}</p>`)}`],
    ['Earlier', earlier.length === 0 ? null : html`<ul class="plain">${earlier.map(attemptItem)}</ul>`],
    ['Evidence', evidence.length === 0 ? null : html`${evidence.map((each) => figure(each, material.evidence))}`],
  ];
  return html`
<li class="step" id="${stepId(checklist, nth)}">
<h3><span class="number">${nth + 1}</span> <span class="name">${step.title}${step.required ? '' : html` <span class="soft">(advisory)</span>`}</span> ${mark(markOf(step))}</h3>
<p class="soft">${metaWords(step)}</p>
<dl>${rows.map(([label, value]) =>
    value === null || value === ''
      ? ''
      : html`
<div><dt>${label}</dt><dd>${value}</dd></div>`,
  )}
</dl>
</li>`;
}

/** Who or what confirmed a step, when, and how long that took. */
function metaWords(step: StepReport): string {
  const { by, startedAt, durationMs, carriedOver, checkedAgainAt, attempts } = step;
  if (by === null || startedAt === null) return step.manual ? `For the ${whoWords[step.who]}` : 'For mp-verify';
  return [
    byWords(step),
    utcMinute(endedAt({ startedAt, durationMs })),
    durationMs === null || durationMs < 1_000 ? '' : `took ${roughly(durationMs)}`,
    attempts ? `attempt ${attempts.length}` : '',
    carriedOver ? 'carried over' : '',
    checkedAgainAt ? `checked again ${utcMinute(checkedAgainAt)}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

const whoWords = { seller: 'seller', buyer: 'test buyer', 'saas-user': 'user of the SaaS' } as const;

function byWords({ by, operator, status }: Pick<StepReport, 'by' | 'operator' | 'status'>): string {
  const name = operator ?? 'the operator';
  // Only a pass or a failure rests on anybody's eyes.
  const isJudged = status === 'pass' || status === 'fail';
  switch (by) {
    case null:
      return '';
    case 'check':
      return isJudged ? 'Seen by mp-verify' : '';
    case 'operator':
      return isJudged ? `On the word of ${name}` : `By ${name}`;
    case 'answers':
      return `${isJudged ? 'On the word of' : 'By'} ${name}, in an answers file`;
    case 'both':
      return `Answered by ${name}, and checked by mp-verify`;
    case 'rehearsal':
      return 'Rehearsed by mp-verify in the sandbox';
  }
}

const labels = {
  operator: 'Said',
  answers: 'Said',
  check: 'Seen',
  both: 'Said and seen',
  rehearsal: 'Rehearsed',
} as const satisfies Record<NonNullable<StepReport['by']>, string>;

function resultLabel({ by, status }: StepReport): string {
  if (by === null) return 'Why';
  return by === 'check' && status !== 'pass' && status !== 'fail' ? 'Why' : labels[by];
}

function wordsWithoutReason({ by, operator, status }: StepReport): string | null {
  if (by !== 'operator' && by !== 'answers') return null;
  return `${operator ?? 'The operator'} answered: ${marks[status].word.toLowerCase()}.`;
}

function numbered(texts: readonly string[]): Markup {
  const [only, ...more] = texts;
  return more.length === 0 ? html`${only ?? ''}` : html`<ol>${texts.map((text) => html`<li>${text}</li>`)}</ol>`;
}

function attemptItem(attempt: NonNullable<StepReport['attempts']>[number]): Markup {
  const { status, reason, note } = attempt;
  const words = [byWords(attempt), utcMinute(endedAt(attempt))].filter(Boolean).join(' · ');
  return html`
<li>${mark(marks[status])} <span class="soft">${words}</span>${[reason, note].map((text) => (text ? html`<br>${text}` : ''))}</li>`;
}

/** Expected and actual values side by side; nothing for a step that compares none. */
export function comparisonTable({ expected, actual }: StepReport, caption: string): Markup | '' {
  const names = [...new Set([...Object.keys(expected ?? {}), ...Object.keys(actual ?? {})])];
  if (names.length === 0) return '';
  return html`<table><caption class="unseen">${caption}</caption>
<thead><tr><th scope="col">Value</th><th scope="col">Expected</th><th scope="col">Actual</th></tr></thead>
<tbody>${names.map((name) => {
    const [want, have] = [String(expected?.[name] ?? '-'), String(actual?.[name] ?? '-')];
    const cell =
      want === have
        ? have
        : html`<strong class="bad"><span aria-hidden="true">✗</span> ${have}<span class="unseen"> (differs)</span></strong>`;
    return html`
<tr><th scope="row">${name}</th><td>${want}</td><td>${cell}</td></tr>`;
  })}</tbody></table>`;
}

/** What a check found; nothing for the product, which the top of the page names. */
function findings(output: Output, title: string): Markup | '' {
  const text = outputText(output);
  if ('lines' in text) return text.inHead ? '' : list(text.lines);
  const { name, columns, rows } = text;
  if (rows.length === 0) return html`No ${name}`;
  return html`<table><caption class="unseen">${capitalized(name)}: ${title}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${capitalized(column.title)}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`
<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function list(texts: readonly string[]): Markup | '' {
  return texts.length === 0 ? '' : html`<ul class="plain">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
}

/** An attached file: a picture is shown, text is folded, and anything else is named. */
function figure(evidence: EvidenceReport, contents: ReportMaterial['evidence']): Markup {
  const { name, mediaType, sha256, bytes } = evidence;
  const content = contents?.get(sha256);
  const caption = html`<figcaption class="soft">${evidenceWords(evidence)}</figcaption>`;
  if (content === undefined) {
    const why =
      contents === null
        ? 'attached files are not included in a redacted report'
        : bytes > maxShownBytes
          ? 'larger than 1 MiB'
          : 'missing, changed, or too much for one report';
    return html`<figure>${caption}<p>Not shown: ${why}.</p></figure>`;
  }
  switch (mediaType) {
    case 'image/png':
    case 'image/jpeg':
      return html`<figure><img src="data:${mediaType};base64,${base64(content)}" alt="Attached picture ${name}">${caption}</figure>`;
    case 'application/pdf':
      return html`<figure>${caption}<p><a href="data:${mediaType};base64,${base64(content)}" download="${name}">Save ${name}</a></p></figure>`;
    case 'application/json':
    case 'text/plain':
      return html`<figure>${caption}<details><summary>Show ${name}</summary>${preformatted(text(content))}</details></figure>`;
  }
}

function base64(content: Uint8Array): string {
  return Buffer.from(content).toString('base64');
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content).replaceAll('\r\n', '\n').replaceAll('\t', '    ');
}
