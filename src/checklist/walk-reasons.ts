import type { By, Claimed, Result, Status } from './model.ts';
import { type FullReason, type ReasonTable, reasonsOf, utcMinute } from './reasons.ts';

/** A step of a checklist, as reasons name it. */
interface StepName {
  /** Counts from 1. */
  readonly number: number;
  readonly title: string;
}

/** A result that no longer counts, and the step whose change made it so. */
interface Past {
  readonly was: Result['status'] | 'claimed-pass' | 'claimed-fail';
}

/** The walk's own reasons: why a step has no result, why its newest one no longer counts, and whose word a result is. */
export const walkReasons = {
  'not-reached': () => 'This step was not reached.',
  'stopped-before': ({ number, title, status }: StepName & { readonly status: Status }) =>
    `Not reached, because step ${number} (${title}) ${statusWords[status]}.`,
  'needs-person': () => 'This step needs a person. Run it on a terminal, or answer it with --answers FILE.',
  'cannot-rehearse': () =>
    'This step needs a person: without "sandbox:" it cannot be rehearsed. Run it on a terminal, or answer it with --answers FILE.',
  'operator-quit': ({ number, title, checklist }: StepName & { readonly checklist: string | null }) =>
    `The operator ended the run at step ${number} (${title})${checklist === null ? '' : ` of ${checklist}`}.`,
  'operator-went-back': ({ number, title }: StepName) => `The operator went back at step ${number} (${title}).`,
  interrupted: ({ signal }: { readonly signal: string }) =>
    `The run was stopped (${signal}) before this step had a result.`,
  claimed: ({ status, by, operator, words, at }: ClaimValues) => {
    const who = by === 'rehearsal' ? 'The rehearsal' : (operator ?? 'The operator');
    const why = words === null ? '' : `: ${words.replace(/[.。]$/, '')}`;
    return `${who} said ${status} at ${utcMinute(at)}${why}. What the program sees was not known yet.`;
  },

  'other-target': ({ was, changed }: Past & { readonly changed: readonly string[] }) =>
    `${pastWords[was]}, but the run was resumed with another ${changed.join(', ')}.`,
  'other-buyer': ({ was, buyer }: Past & { readonly buyer: string }) =>
    `${pastWords[was]}, but the test buyer is ${buyer} now.`,
  'checklist-changed': ({ was, number }: Past & { readonly number: number }) =>
    `${pastWords[was]}, but the checklist was changed from step ${number} on.`,
  'checklist-accepted': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but the checklist was changed at step ${number} (${title}).`,
  'new-sandbox': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but the sandbox is a new one, which is checked again from step ${number} (${title}).`,
  reopened: ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but the operator reopened the checklist at step ${number} (${title}).`,
  'answered-again': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but step ${number} (${title}) was answered again.`,
  'taken-again': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but step ${number} (${title}) was taken again after it.`,
  'checked-again': () => 'It could not be checked before, and is checked again.',

  'operator-said': ({ words }: { readonly words: string }) => words,
  'answers-file-said': ({ words }: { readonly words: string }) => words,
  'rehearsal-said': ({ words }: { readonly words: string }) => words,
  'not-allowed': () => 'The operator did not allow it.',
  'check-removed': () =>
    'The check of this step failed before, and mp-verify.yaml no longer configures it (saas.contract-api). Put the setting back, or start a new run.',
  'needs-permission': () =>
    'This check leaves traces in your system, so it asks first, and there was no terminal to ask on. Run this step on a terminal.',
  'earlier-contract': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} already has a contract; the operator says that it is the purchase to confirm, made before this run.`,
  'contract-beside': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} already has a contract; the operator buys another one beside it (concurrent agreements).`,
} satisfies ReasonTable;

export const because = reasonsOf(walkReasons);

/** What was said of a step that the program has not checked to the end. */
export function claimReason({ status, reason, by, operator, at }: Claimed): FullReason {
  return because('claimed', { status, by, operator, words: reason, at });
}

interface ClaimValues {
  readonly status: 'pass' | 'fail';
  readonly by: By;
  readonly operator: string | null;
  /** What is wrong, in the operator's words. */
  readonly words: string | null;
  readonly at: string;
}

const statusWords = {
  pass: 'passed',
  fail: 'failed',
  error: 'could not be checked',
  skip: 'was skipped',
  pending: 'is pending',
  'not-applicable': 'does not apply',
} as const satisfies Record<Status, string>;

const pastWords = {
  pass: 'It passed',
  fail: 'It failed',
  error: 'It could not be checked',
  skip: 'It was skipped',
  'not-applicable': 'It did not apply',
  'claimed-pass': 'It was said to pass',
  'claimed-fail': 'It was said to fail',
} as const satisfies Record<Past['was'], string>;
