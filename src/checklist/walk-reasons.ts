import type { Claimed } from './entries.ts';
import type { By, Result, Status } from './model.ts';
import { type FullReason, type ReasonTable, reasonsOf, utcMinute } from './reasons.ts';

/** The step of a checklist that a reason names. */
interface StepName {
  /** Starts at 1. */
  readonly number: number;
  readonly title: string;
}

/** A result that no longer counts. */
interface Past {
  readonly was: Result['status'] | 'claimed-pass' | 'claimed-fail';
}

/** The reasons of the walk: why a step has no result, why its newest result no longer counts, and who made a result. */
export const walkReasons = {
  'not-reached': () => 'This step was not reached.',
  'stopped-before': ({ number, title, status }: StepName & { readonly status: Status }) =>
    `Not reached, because step ${number} (${title}) ${statusWords[status]}.`,
  'needs-person': () => 'This step needs a person. Run it on a terminal, or answer it with --answers FILE.',
  'cannot-rehearse': () =>
    'This step needs a person: it has no "sandbox:" field, so it cannot be rehearsed. Run it on a terminal, or answer it with --answers FILE.',
  'operator-quit': ({ number, title, checklist }: StepName & { readonly checklist: string | null }) =>
    `The operator ended the run at step ${number} (${title})${checklist === null ? '' : ` of ${checklist}`}.`,
  'product-not-reached': () => 'This product was not reached.',
  'not-checked-again': () => 'It passed before the run was resumed, but was not checked again.',
  'listed-twice': ({ id, title, twin }: { readonly id: string; readonly title: string; readonly twin: string }) =>
    `mp-verify.yaml already lists ${title} (${id}) as "${twin}". If another product is meant, name it by its ID; otherwise remove it here.`,
  'nothing-compared': () =>
    'mp-verify.yaml configures no contract API for this product, so nothing was compared with the SaaS. Add saas.contract-api, or saas: none if that is intended.',
  interrupted: ({ signal }: { readonly signal: string }) =>
    `The run was stopped (${signal}) before this step had a result.`,
  claimed: ({ status, by, operator, words, at }: ClaimValues) => {
    const who = by === 'rehearsal' ? 'The rehearsal' : (operator ?? 'The operator');
    const why = words === null ? '' : `: ${words.replace(/[.。]$/, '')}`;
    return `${who} answered ${status} at ${utcMinute(at)}${why}. The check had not finished.`;
  },

  'other-target': ({ was, changed }: Past & { readonly changed: readonly string[] }) =>
    `${pastWords[was]}, but the run was resumed with another ${changed.join(', ')}.`,
  'other-buyer': ({ was, buyer }: Past & { readonly buyer: string }) =>
    `${pastWords[was]}, but the test buyer is now ${buyer}.`,
  'checklist-changed': ({ was, number }: Past & { readonly number: number }) =>
    `${pastWords[was]}, but the checklist was changed from step ${number} on.`,
  'checklist-accepted': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but the checklist was changed at step ${number} (${title}).`,
  'new-sandbox': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but this is a new sandbox, so checks run again from step ${number} (${title}).`,
  reopened: ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but the operator reopened the checklist at step ${number} (${title}).`,
  'answered-again': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but step ${number} (${title}) was answered again.`,
  'taken-again': ({ was, number, title }: Past & StepName) =>
    `${pastWords[was]}, but step ${number} (${title}) was attempted again after it.`,
  'checked-again': () => 'mp-verify could not check it earlier, and checks it again.',

  'operator-said': ({ words }: { readonly words: string }) => words,
  'answers-file-said': ({ words }: { readonly words: string }) => words,
  'rehearsal-said': ({ words }: { readonly words: string }) => words,
  'not-allowed': () => 'The operator did not allow this check.',
  'check-removed': () =>
    'The check of this step failed before, and mp-verify.yaml no longer configures it (saas.contract-api). Restore the setting, or start a new run.',
  'needs-permission': () =>
    'This check writes to your system, so mp-verify must ask first, and there was no terminal. Run this step on a terminal.',
  'earlier-contract': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} already has a contract. The operator confirmed that it is the purchase to test, made before this run.`,
  'contract-beside': ({ buyer }: { readonly buyer: string }) =>
    `The buyer ${buyer} already has a contract. The operator is buying another one (concurrent agreements).`,
} satisfies ReasonTable;

export const because = reasonsOf(walkReasons);

/** Returns the reason of an answered step whose check has not finished. */
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
  'claimed-pass': 'It was answered pass',
  'claimed-fail': 'It was answered fail',
} as const satisfies Record<Past['was'], string>;
