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

type ErrorTable = Readonly<Record<ErrorKind, readonly [name: string, status: number]>>;

const common = {
  'access-denied': ['AccessDeniedException', 403],
  'expired-token': ['ExpiredTokenException', 403],
  internal: ['InternalServerException', 500],
  invalid: ['ValidationException', 400],
  'no-action': ['UnknownOperationException', 404],
  'no-key': ['MissingAuthenticationTokenException', 403],
  'not-found': ['ResourceNotFoundException', 404],
  serialization: ['SerializationException', 400],
  throttling: ['ThrottlingException', 429],
  'unknown-key': ['UnrecognizedClientException', 403],
} as const satisfies ErrorTable;

/** Names and HTTP statuses from the service models and, for what no model has, from the Common Errors pages. */
const errorNames = {
  agreement: common,
  catalog: { ...common, internal: ['InternalServiceException', 500], invalid: ['ValidationException', 422] },
  discovery: common,
  entitlement: {
    ...common,
    internal: ['InternalServiceErrorException', 500],
    invalid: ['InvalidParameterException', 400],
  },
  // What metering answers to input that its model does not allow is inferred: the model has no error for it.
  metering: { ...common, internal: ['InternalServiceErrorException', 500] },
  sts: {
    'access-denied': ['AccessDenied', 403],
    'expired-token': ['ExpiredToken', 403],
    internal: ['InternalFailure', 500],
    invalid: ['ValidationError', 400],
    'no-action': ['InvalidAction', 400],
    'no-key': ['MissingAuthenticationToken', 403],
    'not-found': ['InvalidAction', 400],
    serialization: ['MalformedInput', 400],
    throttling: ['Throttling', 400],
    'unknown-key': ['InvalidClientTokenId', 403],
  },
} as const satisfies Record<string, ErrorTable>;

export type Service = keyof typeof errorNames;

/** The errors that only one service has are the caller's fault: 400. */
export function errorName(service: Service, { kind }: AwsError): readonly [name: string, status: number] {
  return isCommon(kind) ? errorNames[service][kind] : [kind, 400];
}

function isCommon(kind: AwsError['kind']): kind is ErrorKind {
  return Object.hasOwn(common, kind);
}
