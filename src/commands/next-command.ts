import type { Confirmation } from '../checklist/confirmations.ts';
import { resumeCommand } from '../checklist/report.ts';

/** What brings a use case on. Null where it has passed and nothing is left open. */
export function nextCommand(
  { checklist, state, run, unfinished }: Confirmation,
  product: string | null,
): string | null {
  if (unfinished !== null) return resumeCommand(unfinished);
  if (state === 'pass') return null;
  if (state === 'fail' && run !== null) return resumeCommand(run);
  return `mp-verify run ${checklist}${product === null ? '' : ` --product ${product}`}`;
}
