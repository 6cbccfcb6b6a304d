import type { Confirmation, Confirmations, LeftOut } from '../checklist/confirmations.ts';
import { seenWords } from '../reporters/report-words.ts';
import { block } from '../text/block.ts';
import type { Styles } from '../text/styles.ts';
import { roughly } from '../text/times.ts';
import { confirmationIndent, confirmationLine } from './confirmation-lines.ts';
import { nextCommand } from './next-command.ts';

/** Every product with its three use cases, then what was left out. */
export function statusText(
  look: Styles,
  { products, leftOut }: Confirmations,
  said: string | null,
  maxAge: number,
  now: Date,
): string {
  const several = products.length > 1;
  const parts = products.map(({ title, productId, accountId, useCases }) => {
    const head = block(look, { body: title, style: 'bold', right: `${productId}  ${accountId}` });
    const named = several ? productId : null;
    return head + useCases.map((each) => useCaseText(look, each, named, maxAge, now)).join('');
  });
  const which = said === null ? '' : ` for ${said}`;
  const nothing = [
    block(look, { body: `Nothing is confirmed${which} yet: no run on AWS is known. Begin with:` }),
    // To be copied: it stays on one line.
    `  ${look.paint.accent('mp-verify run new-signup')}\n`,
  ].join('');
  return [...(parts.length === 0 ? [nothing] : parts), ...leftOutText(look, leftOut)].join('\n');
}

function useCaseText(look: Styles, useCase: Confirmation, product: string | null, maxAge: number, now: Date): string {
  const { state, run, seen, unfinished } = useCase;
  const more = (body: string) => block(look, { lead: confirmationIndent, body, style: 'dim' });
  const command = nextCommand(useCase, product);
  return [
    confirmationLine(look, useCase, now),
    run === null ? '' : more(run) + more(seenWords(seen).join('   ')),
    state === 'too-old' ? more(`It may be ${roughly(maxAge)} old at most.`) : '',
    unfinished === null ? '' : more(`${unfinished} is newer, and not finished.`),
    // To be copied: it stays on one line.
    command === null ? '' : `${confirmationIndent}${look.paint.accent(command)}\n`,
  ].join('');
}

/** Grouped by the reason: a sandbox may have seen many runs. */
function leftOutText(look: Styles, leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return [];
  const reasons = new Map<string, Map<string, readonly string[]>>();
  for (const { run, checklist, reason } of leftOut) {
    const runs = reasons.get(reason) ?? new Map<string, readonly string[]>();
    reasons.set(reason, runs.set(run, [...(runs.get(run) ?? []), checklist]));
  }
  const named = ([run, checklists]: readonly [string, readonly string[]]) =>
    run.replace(/-\d+$/, '') === checklists.join() ? run : `${run} (${checklists.join(', ')})`;
  const lines = [...reasons].map(([reason, runs]) =>
    block(look, { lead: '  ', body: `${[...runs].map(named).join(', ')}: ${reason}`, style: 'dim' }),
  );
  return [[block(look, { body: 'Left out, because it does not count:' }), ...lines].join('')];
}
