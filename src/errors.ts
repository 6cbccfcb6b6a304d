/** The outcomes of a command, and their exit codes. Scripts rely on the codes. */
const exitCodes = {
  pass: 0,
  fail: 1,
  usage: 2,
  incomplete: 3,
  error: 4,
  bug: 70,
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

/** A verdict, or how a command ended without one. */
export type Outcome = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[Outcome];
export type StopSignal = 'SIGHUP' | 'SIGINT' | 'SIGTERM';

export function exitCode(outcome: Outcome): ExitCode {
  return exitCodes[outcome];
}

/** The codes of `UserError`: `error.code` of a command that exits with 2. `checklists/README.md` explains them. */
export const userErrorCodes = [
  'usage',
  'ambiguous-product',
  'ambiguous-run',
  'ambiguous-step',
  'bad-attach',
  'bad-buyer',
  'bad-duration',
  'bad-endpoint',
  'bad-evidence',
  'bad-fulfillment-url',
  'bad-host',
  'bad-link',
  'bad-report',
  'bad-set',
  'bad-store',
  'bad-url',
  'bad-variable',
  'browser-not-seen',
  'buyer-is-seller',
  'buyer-used-up',
  'cannot-write',
  'config-gone',
  'different-checklists',
  'file-exists',
  'foreign-config',
  'input-changed',
  'invalid-file',
  'missing-buyer',
  'missing-checklist',
  'missing-input',
  'missing-variable',
  'no-browser',
  'no-fleet',
  'no-sample-saas',
  'no-sandbox',
  'not-a-sandbox',
  'not-confirmed',
  'not-saas',
  'nothing-chosen',
  'nothing-to-resume',
  'port-in-use',
  'run-changed',
  'same-checklist-twice',
  'sandbox-ended',
  'too-many-buyers',
  'unknown-checklist',
  'unknown-product',
  'unknown-run',
  'unknown-step',
  'unreadable-file',
] as const;
export type UserErrorCode = (typeof userErrorCodes)[number];

/**
 * The codes of `CouldNotCheck`: `error.code` of a command that exits with 4, and the code of a step that could not be
 * checked.
 */
export const couldNotCheckCodes = [
  'access-denied',
  'aws-error',
  'bad-answer',
  'bad-credentials',
  'cannot-delete',
  'cannot-read',
  'cannot-save',
  'cannot-write',
  'cannot-write-output',
  'clock-skew',
  'damaged-run',
  'expired-credentials',
  'lock-lost',
  'misfit-expression',
  'network',
  'newer-run',
  'no-aws-time',
  'no-baseline',
  'no-buyer',
  'no-credentials',
  'no-licence',
  'no-owner',
  'no-product',
  'no-product-code',
  'no-visibility',
  'not-aws',
  'nothing-to-see',
  'page-unknown',
  'product-gone',
  'refused',
  'role-not-assumed',
  'run-in-use',
  'throttled',
  'unreadable-run',
  'unsafe-store',
  'wrong-account',
] as const;
export type CouldNotCheckCode = (typeof couldNotCheckCodes)[number];

/** The command was wrong: a bad value, an invalid file, an ambiguous product. `hint` says what to do next. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: UserErrorCode;
  readonly hint: string | null;

  constructor(code: UserErrorCode, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

type Value = string | number | boolean | null;

/** The facts of a reason, for programs: named values or lists of values. */
export type ReasonValues = Readonly<Record<string, Value | readonly Value[]>>;

/**
 * Something could not be checked, because of credentials, permissions, the network, AWS or this machine. Never a
 * verdict about the integration. `transient`: a retry may succeed.
 */
export class CouldNotCheck extends Error {
  override readonly name = 'CouldNotCheck';
  readonly code: CouldNotCheckCode;
  readonly hint: string | null;
  readonly transient: boolean;
  /** The facts of the message for programs, such as the missing IAM action or both accounts. */
  readonly values: ReasonValues;

  constructor(
    code: CouldNotCheckCode,
    message: string,
    hint: string | null = null,
    transient = false,
    values: ReasonValues = {},
  ) {
    super(message);
    this.values = values;
    this.code = code;
    this.hint = hint;
    this.transient = transient;
  }
}

/** A signal or Ctrl+C stopped the program. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly code = 'interrupted';
  readonly hint: string | null;
  readonly signal: StopSignal;

  constructor(signal: StopSignal, hint: string | null = null) {
    super(`stopped by ${signal}`);
    this.signal = signal;
    this.hint = hint;
  }
}

/** Returns the outcome for an exception. One that is not of these classes is a bug. */
export function errorOutcome(error: unknown): Outcome {
  if (error instanceof UserError) return 'usage';
  if (error instanceof CouldNotCheck) return 'error';
  if (error instanceof Interrupted) return error.signal;
  return 'bug';
}
