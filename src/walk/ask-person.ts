import { redact } from '../checklist/redact.ts';
import { UserError } from '../errors.ts';
import { block } from '../text/block.ts';
import { isWebAddress } from '../text/safe.ts';
import { actor, type Practice, stepLines } from '../text/step-lines.ts';
import { plainPaint } from '../text/styles.ts';
import { askKey } from './ask-key.ts';
import type { Leave, Place, WalkContext } from './context.ts';
import { earlierAnswer, notedBefore } from './earlier-answer.ts';
import type { FilledStep } from './filled-step.ts';
import type { Watch } from './watch.ts';

export interface Claim {
  readonly status: 'pass' | 'fail' | 'skip';
  readonly reason: string | null;
}

/** Shows a manual step and takes the operator's judgement; `keep` lets an earlier answer stand. */
export async function askPerson(
  step: FilledStep,
  place: Place,
  context: WalkContext,
  watched: Watch | null,
): Promise<Claim | 'keep' | Leave> {
  const { terminal } = context;
  const { buyer } = place.planned;
  terminal.write(question(step, place, context));
  const link = linkOf(step, place, context);
  const open = link === null ? {} : { o: 'open' };
  const before = earlierAnswer(step.id, place, context);
  if (before !== null)
    terminal.write(block(terminal.look(), { lead: '  before  ', leadStyle: 'dim', body: before.words }));
  terminal.write(notedBefore(step.id, place, context));
  const keep = before?.counts ? { k: 'keep that answer' } : {};
  const keys = { p: 'pass', f: 'fail', s: 'skip', n: 'note', c: 'copy', ...open, ...keep };
  for (;;) {
    const key = await askKey(keys, step.id, place, context, watched?.status);
    if (key === 'quit' || key === 'back') return key;
    if (key === 'k') return 'keep';
    if (key === 'p') return { status: 'pass', reason: null };
    if (key === 'f' || key === 's') {
      const reason = await terminal.line({ message: key === 'f' ? 'What is wrong?' : 'Why is it skipped?' });
      if (reason !== null) return { status: key === 'f' ? 'fail' : 'skip', reason: redact(reason).text };
    }
    if (key === 'c') terminal.write(forColleague(step, place.planned.checklist.title, buyer));
    if (key === 'o' && link !== null) await openLink(link, context);
  }
}

function question(step: FilledStep, place: Place, { terminal, practice, marketplace }: WalkContext): string {
  const look = terminal.look();
  const { checklist, buyer } = place.planned;
  const lead = `? ${place.number}/${checklist.steps.length}  `;
  const title = block(look, {
    lead,
    leadStyle: 'accent',
    body: step.title,
    style: 'bold',
    right: actor(step.who, buyer),
  });
  return `\n${title}${stepLines(look, step, practice && practiceWords(step, buyer, practice, marketplace.endpoint))}`;
}

/** What `o` opens: the step's own link, else its page in the sandbox. */
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
    : { words: `its pages are ${endpoint}/marketplace; where they have no part in this, p goes on.` };
}

function forColleague(step: FilledStep, useCase: string, buyer: string | null): string {
  const plain = { columns: 80, paint: plainPaint };
  const title = block(plain, { body: `${step.title} (${useCase})`, right: actor(step.who, buyer) });
  return `\n${title}${stepLines(plain, step)}\n`;
}

async function openLink(url: string, { host, terminal }: WalkContext): Promise<void> {
  try {
    await host.openLink(url);
    terminal.write(block(terminal.look(), { lead: '  opened  ', leadStyle: 'dim', body: url }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    terminal.write(block(terminal.look(), { lead: '  ! ', body: error.message, style: 'warn' }));
  }
}
