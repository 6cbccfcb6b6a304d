import type { Check, Step } from '../checklist/model.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Look } from '../checks/check-kind.ts';
import { block } from '../text/block.ts';
import { askKey } from './ask-key.ts';
import type { Leave, Place, WalkContext } from './context.ts';
import { kindOf } from './kind-of.ts';

/** A look that leaves traces in the seller's system needs the operator's leave; the others just go. */
export async function askFirst(
  step: Step,
  check: Check,
  place: Place,
  context: WalkContext,
): Promise<'go' | Leave | Look> {
  const { terminal } = context;
  const what = kindOf(check).asksFirst?.(check.fields) ?? null;
  if (what === null) return 'go';
  if (!terminal.interactive) {
    return { status: 'skip', ...because('needs-permission') };
  }
  const look = terminal.styles();
  const lead = `? ${place.number}/${place.planned.checklist.steps.length}  `;
  terminal.write(`\n${block(look, { lead, leadStyle: 'accent', body: step.title, style: 'bold' })}`);
  terminal.write(block(look, { lead: '  asks    ', leadStyle: 'dim', body: what }));
  const key = await askKey({ y: 'yes, do it', s: 'skip' }, step.id, place, context);
  if (key === 'quit' || key === 'back') return key;
  return key === 'y' ? 'go' : { status: 'skip', ...because('not-allowed') };
}
