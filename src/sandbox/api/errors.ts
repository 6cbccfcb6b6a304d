/** The name of an error that exists in only one service's model. */
export type ModeledError = `${string}Exception`;

/** Errors of every service, which have a different name in each. */
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

/** Thrown by an operation. The answer is its service's error of that kind. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly kind: ErrorKind | ModeledError;
  /** Other members of the error in the service's model: `reason`, `resourceId`. */
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

/** Names and HTTP statuses from the service models, otherwise from the Common Errors pages. */
const errorNames = {
  agreement: common,
  catalog: { ...common, internal: ['InternalServiceException', 500], invalid: ['ValidationException', 422] },
  discovery: common,
  entitlement: {
    ...common,
    internal: ['InternalServiceErrorException', 500],
    invalid: ['InvalidParameterException', 400],
  },
  // Inferred for metering: its model has no error for invalid input.
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

/** Errors of only one service are client errors: 400. */
export function errorName(service: Service, { kind }: AwsError): readonly [name: string, status: number] {
  return isCommon(kind) ? errorNames[service][kind] : [kind, 400];
}

function isCommon(kind: AwsError['kind']): kind is ErrorKind {
  return Object.hasOwn(common, kind);
}
