/** Everything a command can end in, with the exit code that scripts rely on. */
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

/** A verdict, or the way in which a command ended before it had one. */
export type Outcome = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[Outcome];
export type StopSignal = 'SIGHUP' | 'SIGINT' | 'SIGTERM';

export function exitCode(outcome: Outcome): ExitCode {
  return exitCodes[outcome];
}

/** The command was wrong: a bad value, an invalid file, an ambiguous product. `hint` says what to do next. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/**
 * The world did not let us look: credentials, permissions, the network, AWS itself. Never a verdict about the
 * integration. `transient` is true where asking again a little later may well succeed.
 */
export class CouldNotTell extends Error {
  override readonly name = 'CouldNotTell';
  readonly code: string;
  readonly hint: string | null;
  readonly transient: boolean;

  constructor(code: string, message: string, hint: string | null = null, transient = false) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.transient = transient;
  }
}

/** A signal, or Ctrl+C, stopped the program. */
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

/** What an exception means for the exit code: anything that is not one of ours is our bug. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof UserError) return 'usage';
  if (error instanceof CouldNotTell) return 'error';
  if (error instanceof Interrupted) return error.signal;
  return 'bug';
}
