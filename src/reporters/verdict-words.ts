import type { Status } from '../checklist/model.ts';
import type { ChecklistReport, Report, Seen } from '../checklist/report-document.ts';
import { utcMinute } from '../checklist/utc-minute.ts';
import { sandboxPage } from '../text/sandbox-address.ts';

const words = {
  pass: 'pass',
  fail: 'fail',
  error: 'could not check',
  skip: 'skipped',
  pending: 'pending',
  'not-applicable': 'does not apply',
} as const satisfies Record<Status, string>;

/** The address of the product page for people to open: of a sandbox its own. Null where it is not known. */
export function pageOf({ run, target: { product } }: Report): string | null {
  const url = product?.url ?? null;
  return run.sandbox ? sandboxPage(url, run.endpoint) : url;
}

/** `9 pass, 1 fail` */
export function tallyWords({ tally, ...of }: Report | ChecklistReport): string {
  const steps = 'steps' in of ? of.steps : of.checklists.flatMap((each) => each.steps);
  const unset = steps.filter(({ code, status }) => status === 'not-applicable' && code === 'not-configured').length;
  const counts = Object.entries(words).map(([status, word]) => {
    const count = tally[status as Status] - (status === 'not-applicable' ? unset : 0);
    return count > 0 ? `${count} ${word}` : '';
  });
  return [...counts, unset > 0 ? `${unset} not configured` : ''].filter(Boolean).join(', ');
}

/** How much the program saw and how much rests on a person's word. */
export function seenWords({ byProgram, byPerson, rehearsed, disagreed }: Seen): readonly string[] {
  return [
    `seen by the program: ${byProgram} ${byProgram === 1 ? 'step' : 'steps'}`,
    `on a person's word: ${byPerson}`,
    ...(rehearsed > 0 ? [`rehearsed: ${rehearsed}`] : []),
    `disagreed: ${disagreed}`,
  ];
}

/** When somebody sat down to walk, who they say they are, and who AWS says was asking. */
export function sittingWords({ startedAt, operator, arn }: Report['run']['sittings'][number]): string {
  return [utcMinute(startedAt), operator, arn].filter(Boolean).join(', ');
}

/** What was run, in a few words: the use case's title, or how many. */
export function subject({ checklists }: Report): string {
  const [only] = checklists;
  return checklists.length === 1 && only ? only.title : `${checklists.length} checklists`;
}

/** The steps that a reader must know of, with their place: those that keep the run from passing, and advisory failures. */
export function openSteps({ checklists }: Report) {
  return checklists.flatMap((checklist) =>
    checklist.steps.flatMap((step, index) =>
      step.status === 'pass' || step.status === 'not-applicable' ? [] : [{ checklist, step, number: index + 1 }],
    ),
  );
}

/** Of a run that has not come to its end; empty of any other. */
export function endWords({ run }: Report): string {
  if (run.interrupted) return 'stopped before its end';
  return run.walkingNow ? 'walking now' : '';
}
