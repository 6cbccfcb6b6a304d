import type { Output, Who } from '../checklist/model.ts';
import { block } from './block.ts';
import { findings } from './findings.ts';
import type { Look } from './look.ts';
import { safe } from './safe.ts';

/** A manual step as it is shown: to the operator, in `show`, and as plain text for a colleague. */
export interface ManualStep {
  readonly title: string;
  readonly who: Who;
  readonly do: readonly string[];
  readonly open: string | null;
  readonly expect: string | null;
  readonly ifItFails: string | null;
  readonly show: string | null;
  readonly shown?: Output | null;
}

/** How a step is done in a sandbox: what is pasted or opened, which stays one line however long it is, or words. */
export type Practice = { readonly paste: string } | { readonly words: string };

const people = { seller: 'SELLER', buyer: 'BUYER', 'saas-user': 'SAAS USER' } as const satisfies Record<Who, string>;

export function actor(who: Who, buyer: string | null): string {
  return `who: ${people[who]}${who === 'buyer' && buyer !== null ? ` ${buyer}` : ''}`;
}

/** What to do, the link, what AWS says, what to expect. */
export function stepLines(look: Look, step: ManualStep, practice: Practice | null = null): string {
  const numbered = step.do.length > 1;
  const row = (label: string, body: string) => block(look, { lead: `  ${label.padEnd(8)}`, leadStyle: 'dim', body });
  return [
    ...step.do.map((line, i) =>
      block(look, {
        lead: `  ${(i === 0 ? 'do' : '').padEnd(8)}${numbered ? `${i + 1}. ` : ''}`,
        leadStyle: 'dim',
        body: line,
      }),
    ),
    step.open === null ? '' : row('link', step.open),
    step.shown ? row('AWS', 'says:') + findings(look, step.shown, 10) : '',
    step.show !== null && step.shown === null
      ? row('AWS', `has said nothing that could be compared (step ${step.show}).`)
      : '',
    step.expect === null ? '' : row('expect', step.expect),
    practice === null
      ? ''
      : 'paste' in practice
        ? `${look.paint.dim('  sandbox ')}${safe(practice.paste)}\n`
        : row('sandbox', practice.words),
  ].join('');
}
