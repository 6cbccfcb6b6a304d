import type { ErrorKind } from './aws-error.ts';

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
export const errorNames = {
  agreement: common,
  catalog: { ...common, internal: ['InternalServiceException', 500], invalid: ['ValidationException', 422] },
  discovery: common,
  entitlement: {
    ...common,
    internal: ['InternalServiceErrorException', 500],
    invalid: ['InvalidParameterException', 400],
  },
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
