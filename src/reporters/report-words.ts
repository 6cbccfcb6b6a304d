import type { Status } from '../checklist/model.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { utcMinute } from '../checklist/reasons.ts';
import type { ChecklistReport, EvidenceReport, Report, Seen, StepReport } from '../checklist/report-document.ts';
import { countWords } from '../text/counts.ts';
import { sandboxPage } from '../text/sandbox-address.ts';
import { isWarning, type Styles } from '../text/styles.ts';

/** The instructions of a manual step, with every `${…}` replaced. */
export interface Instructions {
  readonly do: readonly string[];
  readonly expect: string | null;
}

/** What a format needs besides the document. */
export interface ReportMaterial {
  readonly styles: Styles;
  /** When the report is created. */
  readonly now: Date;
  /** Instructions of manual steps, by `CHECKLIST/STEP`. Only for formats that show evidence. */
  readonly instructions: ReadonlyMap<string, Instructions>;
  /**
   * The content of attached files by sha256, without those that are large, missing or changed. Only for formats that
   * show it. Null if the report is redacted: it shows none.
   */
  readonly evidence: ReadonlyMap<string, Uint8Array> | null;
}

/** Formats the report of a run. Counts and verdicts come from `buildReport`. */
export type Reporter = (report: Report, material: ReportMaterial) => string;

const statusWords = {
  pass: 'pass',
  fail: 'fail',
  error: 'could not check',
  skip: 'skipped',
  pending: 'pending',
  'not-applicable': 'does not apply',
} as const satisfies Record<Status, string>;

/** Returns the product page that people can open: in a sandbox, its page. Null if unknown. */
export function pageOf({ run, target: { product } }: Report): string | null {
  const url = product?.url ?? null;
  return run.sandbox ? sandboxPage(url, run.endpoint) : url;
}

/** `9 pass, 1 fail` */
export function tallyWords({ tally, ...of }: Report | ChecklistReport): string {
  const steps = 'steps' in of ? of.steps : of.checklists.flatMap((each) => each.steps);
  const unset = steps.filter(({ code, status }) => status === 'not-applicable' && code === 'not-configured').length;
  const warnings = steps.filter(isWarning).length;
  const counts = Object.entries(statusWords).map(([status, word]) => {
    const count = tally[status as Status] - (status === 'not-applicable' ? unset : 0);
    if (status === 'pass' && count > 0 && warnings > 0) return `${count} pass (${warnings} with a warning)`;
    return count > 0 ? `${count} ${count > 1 && status === 'not-applicable' ? 'do not apply' : word}` : '';
  });
  return [...counts, unset > 0 ? `${unset} not configured` : ''].filter(Boolean).join(', ');
}

/** Says how many steps the program saw, and how many rest on a person's word. */
export function seenWords({ byProgram, byPerson, rehearsed, disagreed }: Seen): readonly string[] {
  return [
    `seen by the program: ${countWords(byProgram, 'step')}`,
    `on a person's word: ${byPerson}`,
    ...(rehearsed > 0 ? [`rehearsed: ${rehearsed}`] : []),
    `disagreed: ${disagreed}`,
  ];
}

/**
 * Names the steps that the program did not see: those on a person's word, with the person, and those that were
 * rehearsed. Empty if it saw all.
 */
export function unseenSteps({
  checklists,
}: Report): readonly { readonly words: string; readonly steps: readonly string[] }[] {
  const named = (words: string, ...by: readonly (string | null)[]) => {
    const steps = checklists.flatMap((checklist) =>
      checklist.steps.flatMap((step, index) => {
        if (!by.includes(step.by) || (step.status !== 'pass' && step.status !== 'fail')) return [];
        const who = [step.operator ?? '', step.by === 'answers' ? 'answers file' : ''].filter(Boolean).join(', ');
        const place = checklists.length > 1 ? `${checklist.id} ${index + 1}` : `${index + 1}`;
        return [`${place} ${step.title}${who === '' ? '' : ` (${who})`}`];
      }),
    );
    return steps.length === 0 ? [] : [{ words, steps }];
  };
  return [...named("on a person's word", 'operator', 'answers'), ...named('rehearsed', 'rehearsal')];
}

/** When a sitting started, the operator's name, and the caller's ARN from AWS. */
export function sittingWords({ startedAt, operator, arn }: Report['run']['sittings'][number]): string {
  return [utcMinute(startedAt), operator, arn].filter(Boolean).join(', ');
}

/** Returns the checklist's title, or the number of checklists. */
export function reportTitle({ checklists }: Pick<Report, 'checklists'>): string {
  const [only] = checklists;
  return checklists.length === 1 && only ? only.title : `${checklists.length} checklists`;
}

/**
 * Returns the numbered steps that have not passed or passed with a warning, without those that do not apply. Steps that
 * were not reached, and repeated reasons, add nothing to the step that stopped the walk.
 */
export function stepsToRead({ checklists }: Pick<Report, 'checklists'>): readonly StepToRead[] {
  const repeated = new Set<string>();
  return checklists.flatMap((checklist) =>
    checklist.steps.flatMap((step, index) => {
      const { status, code, reason, required } = step;
      if ((status === 'pass' && !isWarning(step)) || status === 'not-applicable') return [];
      if (status === 'pending') {
        const key = JSON.stringify([checklist.id, reason, required]);
        if (repeated.has(key) || code === 'stopped-before') return [];
        repeated.add(key);
      }
      return [{ checklist, step, number: index + 1, several: checklists.length > 1 }];
    }),
  );
}

export interface StepToRead {
  readonly checklist: ChecklistReport;
  readonly step: StepReport;
  /** Counts from 1. */
  readonly number: number;
  /** Whether its run has several checklists. */
  readonly several: boolean;
}

/** `10 inspect (advisory): quantity: expected 10, the SaaS shows 1` */
export function stepWords({ checklist, step, number, several }: StepToRead): string {
  const remark = `${step.required ? '' : ' (advisory)'}${isWarning(step) ? ' (warning)' : ''}`;
  return `${several ? `${checklist.id} ` : ''}${number} ${step.id}${remark}: ${step.reason ?? step.title}`;
}

/** Describes a run that was interrupted or is in progress; otherwise empty. */
export function endWords({ run }: Pick<Report, 'run'>): string {
  if (run.interrupted) return 'interrupted';
  return run.walkingNow ? 'in progress' : '';
}

/** `contract.png, image/png, 12 KiB, sha256 1f3a…, 1 secret redacted, attached 2026-12-23 14:44 UTC` */
export function evidenceWords({ name, mediaType, bytes, sha256, redacted = 0, at }: EvidenceReport): string {
  const size = bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`;
  const secrets = redacted === 0 ? '' : `, ${countWords(redacted, 'secret')} redacted`;
  return `${name}, ${mediaType}, ${size}, sha256 ${sha256.slice(0, 12)}…${secrets}${at === undefined ? '' : `, attached ${utcMinute(at)}`}`;
}

/** The order in which a seller runs the use cases and what follows them. */
const order = ['new-signup', 'existing-user', 'contract-change', 'registration', 'before-public'];
const afterUseCases = order.slice(3);

/** The command to run after a use case has passed; null if there is none. `isOnAws`: practice in a sandbox is over. */
export function followingCommand({
  verdict,
  run,
  checklists,
}: Report): { readonly command: string; readonly isOnAws: boolean } | null {
  const last = Math.max(...checklists.map(({ id }) => order.indexOf(id)));
  const following = order[last + 1];
  if (verdict !== 'pass' || last < 0 || following === undefined) return null;
  // What follows the use cases is about AWS: nothing of it can be practiced in a sandbox.
  if (run.sandbox && afterUseCases.includes(following)) return { command: 'mp-verify doctor', isOnAws: true };
  return { command: `${printedCommand(`run ${following}`)}${run.sandbox ? ' --sandbox' : ''}`, isOnAws: false };
}

/** A command that resumes a run, and what it does. */
export interface ResumeWay {
  readonly command: string;
  readonly does: string;
}

/** Returns how to resume a run that has not passed: where it stopped and, after a failure, right after the purchase. */
export function waysToResume({ run, checklists }: Report): readonly ResumeWay[] {
  const { resume, walkingNow } = run;
  // Another process is using the run.
  if (!resume || walkingNow) return [];
  const place = firstOf(checklists, isOpen) ?? firstOf(checklists, (step) => step.required && step.status === 'skip');
  if (!place) return [{ command: resume, does: 'continues the run' }];
  const { checklist, index, step } = place;
  const several = checklists.length > 1 ? `${checklist.id}, ` : '';
  const number = `${several}step ${index + 1}`;
  const isRepeated = step.status === 'fail' || step.status === 'error';
  const here = { command: resume, does: isRepeated ? `repeats ${number}` : `continues at ${number}` };
  const earlier = step.status === 'fail' ? afterPurchase(checklist, index) : null;
  if (earlier === null) return [here];
  const name = checklists.length > 1 ? `${checklist.id}/${earlier.id}` : earlier.id;
  return [
    here,
    {
      command: `${resume} --from ${name}`,
      does: `repeats from ${several}step ${checklist.steps.indexOf(earlier) + 1}`,
    },
  ];
}

function isOpen({ status, required }: StepReport): boolean {
  return status === 'pending' || status === 'error' || (status === 'fail' && required);
}

function firstOf(checklists: readonly ChecklistReport[], matches: (step: StepReport) => boolean) {
  for (const checklist of checklists) {
    const index = checklist.steps.findIndex(matches);
    const step = checklist.steps[index];
    if (step) return { checklist, index, step };
  }
  return null;
}

/** Finds the first manual step after the buyer's last step on AWS. Starting there needs no new test account. */
function afterPurchase({ steps }: ChecklistReport, failedIndex: number): StepReport | null {
  const byHand = steps.slice(0, failedIndex).filter(({ manual }) => manual);
  const last = byHand.findLastIndex(({ who, check }) => who === 'buyer' && check !== null);
  return last < 0 ? null : (byHand[last + 1] ?? null);
}
