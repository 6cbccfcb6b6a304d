import type { Step, Who } from '../checklist/model.ts';
import { fillIn } from '../checklist/references.ts';
import { checks } from '../checks/index.ts';
import type { Outcome } from '../errors.ts';
import type { BaseHost, ColorMode } from '../ports/host.ts';
import { loadChecklists } from '../run/checklists.ts';
import { block } from '../text/block.ts';
import { jsonText } from '../text/safe.ts';
import { actor, stepLines } from '../text/step-lines.ts';

export interface ShowOptions {
  readonly who?: Who | undefined;
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Prints a checklist, or one person's steps, as text. Unknown references are printed as words. */
export async function show(name: string, { who, json, color }: ShowOptions, host: BaseHost): Promise<Outcome> {
  const [checklist] = await loadChecklists([name], host.files);
  if (!checklist) throw new Error(`no checklist was read for ${name}`);
  const { id, title, summary, needs } = checklist;
  const steps = checklist.steps
    .map((step, i) => ({ step, number: i + 1 }))
    .filter(({ step }) => who === undefined || (step.who === who && step.do.length > 0));
  if (json) {
    const shown = steps.map(({ step }) => ({
      id: step.id,
      title: step.title,
      who: step.who,
      manual: step.do.length > 0,
      check: step.check?.kind ?? null,
      required: step.required,
    }));
    host.stdout.write(jsonText({ id, title, steps: shown }));
    return 'pass';
  }
  const styles = host.stdout.styles(color);
  const print = (text: string) => host.stdout.write(text);
  print(block(styles, { body: title, style: 'bold', right: id }));
  if (summary !== null) print(block(styles, { body: summary }));
  for (const need of needs) print(block(styles, { lead: 'needs   ', leadStyle: 'dim', body: need }));
  for (const { step, number } of steps) {
    const of = `${number}/${checklist.steps.length}  `;
    const right = step.do.length > 0 ? actor(step.who, null) : 'mp-verify checks';
    print(`\n${block(styles, { lead: of, leadStyle: 'accent', body: inWords(step.title), style: 'bold', right })}`);
    print(stepLines(styles, fillWithWords(step)));
    // A colleague does not need to know what the program checks.
    if (step.check && who === undefined)
      print(block(styles, { lead: '  check   ', leadStyle: 'dim', body: checkWords(step) }));
    if (step.ifItFails !== null)
      print(block(styles, { lead: '  fails?  ', leadStyle: 'dim', body: inWords(step.ifItFails) }));
  }
  return 'pass';
}

function fillWithWords(step: Step) {
  const { do: does, open, expect } = step;
  return { ...step, do: does.map(inWords), open: open && inWords(open), expect: expect && inWords(expect), show: null };
}

function inWords(text: string): string {
  return fillIn(text, { inputs: {} });
}

function checkWords({ check }: Step): string {
  if (!check) return '';
  const kind = Object.entries(checks).find(([name]) => name === check.kind)?.[1];
  const given = [
    ...Object.entries(check.fields),
    ...(check.within === null ? [] : [['within', `${check.within / 60_000} min`]]),
  ];
  return `${check.kind}${given.map(([key, value]) => `, ${key}: ${value}`).join('')}${kind ? ` (${kind.summary})` : ''}`;
}
