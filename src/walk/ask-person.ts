import type { Claimed } from '../checklist/entries.ts';
import { utcMinute } from '../checklist/reasons.ts';
import { redact } from '../checklist/redact.ts';
import { endedAt } from '../checklist/report-document.ts';
import { claimReason } from '../checklist/walk-reasons.ts';
import { UserError } from '../errors.ts';
import { block } from '../text/block.ts';
import { isWebAddress } from '../text/safe.ts';
import { actor, type Practice, stepLines } from '../text/step-lines.ts';
import { marks, plainPaint } from '../text/styles.ts';
import { outcome, type Place, type StepOutcome, type WalkContext } from './context.ts';
import type { FilledStep } from './filled-step.ts';
import type { Claim } from './judge.ts';
import type { BackgroundCheck } from './observe.ts';
import { askKey } from './questions.ts';

/** Shows a manual step and asks for the operator's judgment. An earlier answer may stay. */
export async function askPerson(
  step: FilledStep,
  place: Place,
  context: WalkContext,
  background: BackgroundCheck | null,
): Promise<Claim | StepOutcome> {
  const { terminal } = context;
  const { buyer } = place.planned;
  terminal.write(question(step, place, context));
  const link = linkOf(step, place, context);
  const open = link === null ? {} : { o: 'open' };
  const before = earlierAnswer(place, context);
  if (before !== null)
    terminal.write(block(terminal.styles(), { lead: '  before  ', leadStyle: 'dim', body: before.words }));
  terminal.write(notedBefore(place, context));
  const keep = before?.counts ? { k: 'keep that answer' } : {};
  const keys = { p: 'pass', f: 'fail', s: 'skip', n: 'note', c: 'copy', ...open, ...keep };
  for (;;) {
    const key = await askKey(keys, place, context, background?.status);
    if (typeof key !== 'string') return key;
    if (key === 'k') {
      const at = context.host.clock.now().toISOString();
      return outcome({ type: 'kept', checklist: place.planned.checklist.id, step: step.id, at });
    }
    if (key === 'p') return { status: 'pass', reason: null, by: 'operator' };
    if (key === 'f' || key === 's') {
      const reason = await terminal.line({ message: key === 'f' ? 'What is wrong?' : 'Why skip this step?' });
      if (reason !== null)
        return { status: key === 'f' ? 'fail' : 'skip', reason: redact(reason).text, by: 'operator' };
    }
    if (key === 'c') await copy(forColleague(step, place.planned.checklist.title, buyer), context);
    if (key === 'o' && link !== null) await openLink(link, context);
  }
}

function question(step: FilledStep, place: Place, { terminal, practice, marketplace }: WalkContext): string {
  const styles = terminal.styles();
  const { checklist, buyer } = place.planned;
  const lead = `? ${place.number}/${checklist.steps.length}  `;
  const title = block(styles, {
    lead,
    leadStyle: 'accent',
    body: step.title,
    style: 'bold',
    right: actor(step.who, buyer),
  });
  return `\n${title}${stepLines(styles, step, practice && practiceWords(step, buyer, practice, marketplace.endpoint))}`;
}

/** Returns what `o` opens: the link of the step, or its page in the sandbox. */
function linkOf(step: FilledStep, { planned }: Place, { practice }: WalkContext): string | null {
  if (step.open !== null && isWebAddress(step.open)) return step.open;
  const part = practice && step.sandbox && planned.buyer !== null ? practice(step.sandbox, planned.buyer) : null;
  return part && 'paste' in part && isWebAddress(part.paste) ? part.paste : null;
}

function practiceWords(
  { sandbox }: FilledStep,
  buyer: string | null,
  practice: NonNullable<WalkContext['practice']>,
  endpoint: string | null,
): Practice {
  return sandbox && buyer !== null
    ? practice(sandbox, buyer)
    : { words: `pages: ${endpoint}/marketplace. If this step does not need them, press p.` };
}

function forColleague(step: FilledStep, useCase: string, buyer: string | null): string {
  const plain = { columns: 80, paint: plainPaint };
  const title = block(plain, { body: `${step.title} (${useCase})`, right: actor(step.who, buyer) });
  return `\n${title}${stepLines(plain, step)}\n`;
}

/** Prints the step, and copies it where the platform has a tool for it. */
async function copy(text: string, { host, terminal }: WalkContext): Promise<void> {
  terminal.write(text);
  const tool = await host.copyText(text.trim());
  const body =
    tool === null ? 'printed above; no clipboard tool worked' : `printed above, and on the clipboard (${tool})`;
  terminal.write(block(terminal.styles(), { lead: '  copy    ', leadStyle: 'dim', body }));
}

async function openLink(url: string, { host, terminal }: WalkContext): Promise<void> {
  try {
    await host.openLink(url);
    terminal.write(block(terminal.styles(), { lead: '  opened  ', leadStyle: 'dim', body: url }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    terminal.write(block(terminal.styles(), { lead: '  ! ', body: error.message, style: 'warn' }));
  }
}

/** Returns the earlier answer to a step that is asked again. `counts` if it is still the result. */
function earlierAnswer(
  { step: { id: step }, planned: { checklist } }: Place,
  { run }: WalkContext,
): { readonly words: string; readonly counts: boolean } | null {
  const { current, stale, claims } = run.results(checklist.id);
  const claim = claims.get(step);
  if (claim) return { words: claimReason(claim).reason, counts: false };
  const attempt = run.attempts(checklist.id, step).at(-1);
  if (!attempt) return null;
  const who = attempt.operator === null ? '' : `, ${attempt.operator}`;
  const words = `${marks[attempt.status].word}${who}, ${utcMinute(endedAt(attempt))}`;
  const reason = attempt.reason === null ? '' : `: ${attempt.reason}`;
  const counts = current.get(step) === attempt;
  return { words: counts ? `${words}${reason}` : `${words}. ${stale.get(step)?.reason ?? ''}`.trim(), counts };
}

/** Returns the notes and files of the step so far. They stay, whatever the next result. */
function notedBefore({ step: { id: step }, planned }: Place, { run, terminal }: WalkContext): string {
  const row = (label: string, body: string) =>
    block(terminal.styles(), { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body });
  return run
    .about(planned.checklist.id, step)
    .flatMap((entry) => {
      if (entry.type === 'note') return entry.text.split('\n').map((line) => row('note', line));
      return entry.type === 'evidence' ? [row('file', entry.name)] : [];
    })
    .join('');
}

/**
 * Returns an answer from an earlier sitting whose check has not finished; null if the operator must be asked. In the
 * same sitting the operator is asked again: someone who comes back to a step wants to answer.
 */
export function earlierClaim({ step, planned }: Place, { run }: WalkContext): Claimed | null {
  const claim = run.results(planned.checklist.id).claims.get(step.id);
  return claim && !run.isNew(claim) ? claim : null;
}

/** Says that the earlier answer is kept while the check continues. */
export function earlierClaimLines(claim: Claimed, { step, number, planned }: Place, context: WalkContext): string {
  const styles = context.terminal.styles();
  const lead = `… ${number}/${planned.checklist.steps.length}  `;
  return (
    `\n${block(styles, { lead, leadStyle: 'accent', body: step.title, style: 'bold' })}` +
    block(styles, { lead: '  before  ', leadStyle: 'dim', body: `${claimReason(claim).reason} Checking again now.` })
  );
}
