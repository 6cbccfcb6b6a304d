import { utcMinute } from '../checklist/reasons.ts';
import type { Caller } from '../ports/marketplace.ts';
import type { Target } from '../product/target.ts';
import { type Attempt, areUnusable, check, type DoctorCheck } from './doctor-check.ts';

/** A walk of a use case takes longer than this. */
const soon = 15 * 60_000;

export function credentialsCheck({ answer, trouble }: Attempt<Caller>, now: Date): DoctorCheck {
  if (!answer) return check('credentials', areUnusable(trouble) ? 'fail' : 'error', trouble.message, trouble.hint);
  const { credentials, credentialsExpire: end } = answer;
  if (end === null) return check('credentials', 'pass', `${credentials}, without an end`);
  const words = `${credentials}, until ${utcMinute(end.toISOString())}`;
  return end.getTime() - now.getTime() > soon
    ? check('credentials', 'pass', words)
    : check('credentials', 'warning', `${words}: that is soon.`, 'Renew them before a walk, which takes longer.');
}

export function accountCheck({ answer }: Attempt<Caller>): DoctorCheck {
  return answer
    ? check('account', 'pass', `${answer.accountId}, ${answer.arn}`)
    : check('account', 'error', 'Not known, because AWS did not say whose the credentials are.');
}

/** What the trouble with a product means, where it is more than "could not look". */
const productStatus: Readonly<Record<string, 'fail' | 'warning'>> = {
  'wrong-account': 'fail',
  'no-product': 'fail',
  'unknown-product': 'fail',
  // Each of them is the account's own; a run has to be told which one.
  'ambiguous-product': 'warning',
};

/** `refused`: a permission is missing, and what to do about it is said there. */
export function productCheck(caller: Caller | null, target: Attempt<Target> | null, refused: boolean): DoctorCheck {
  if (caller === null || target === null) {
    return check('product', 'error', 'Not looked for, because the account is not known.');
  }
  if (!target.answer) {
    const { code, message, hint } = target.trouble;
    const words = code === 'unknown-product' ? `${message} You are signed in to account ${caller.accountId}.` : message;
    return check('product', productStatus[code] ?? 'error', words, refused && code === 'access-denied' ? null : hint);
  }
  const { title, id, code, visibility } = target.answer.product;
  const words = `${title} (${[id, visibility].filter(Boolean).join(', ')})`;
  if (code !== null) return check('product', 'pass', `${words}, owned by this account`);
  return check(
    'product',
    'fail',
    `AWS names no product code for ${words}, so its entitlements can't be asked for.`,
    'Finish creating the product in the AWS Marketplace Management Portal.',
  );
}
