/** The name of an error that the model of one service has, and others have not. */
export type ModelledError = `${string}Exception`;

/** What every service has an error for, under a name of its own. */
export type ErrorKind =
  | 'access-denied'
  | 'expired-token'
  | 'internal'
  | 'invalid'
  | 'no-action'
  | 'no-key'
  | 'not-found'
  | 'serialization'
  | 'throttling'
  | 'unknown-key';

/** What an operation throws, to be answered with its service's error of that kind. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly kind: ErrorKind | ModelledError;
  /** What the error carries beside its message, as the service's model names it: `reason`, `resourceId`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(kind: AwsError['kind'], message: string, members: AwsError['members'] = {}) {
    super(message);
    this.kind = kind;
    this.members = members;
  }
}
