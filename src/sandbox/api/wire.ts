/**
 * Names and HTTP statuses from the service models and, for what no model has, from the Common Errors pages. `not-found`
 * is an entity, or an action.
 */
const restJson = {
  'access-denied': ['AccessDeniedException', 403],
  'expired-token': ['ExpiredTokenException', 403],
  internal: ['InternalServerException', 500],
  invalid: ['ValidationException', 400],
  'no-key': ['MissingAuthenticationTokenException', 403],
  'not-found': ['ResourceNotFoundException', 404],
  serialization: ['SerializationException', 400],
  throttling: ['ThrottlingException', 429],
  'unknown-key': ['UnrecognizedClientException', 403],
} as const;

export type ErrorKind = keyof typeof restJson;
type ErrorTable = Readonly<Record<ErrorKind, readonly [name: string, status: number]>>;

const errors = {
  catalog: { ...restJson, internal: ['InternalServiceException', 500], invalid: ['ValidationException', 422] },
  discovery: restJson,
  entitlement: {
    ...restJson,
    internal: ['InternalServiceErrorException', 500],
    invalid: ['InvalidParameterException', 400],
    'not-found': ['UnknownOperationException', 400],
  },
  sts: {
    'access-denied': ['AccessDenied', 403],
    'expired-token': ['ExpiredToken', 403],
    internal: ['InternalFailure', 500],
    invalid: ['ValidationError', 400],
    'no-key': ['MissingAuthenticationToken', 403],
    'not-found': ['InvalidAction', 400],
    serialization: ['MalformedInput', 400],
    throttling: ['Throttling', 400],
    'unknown-key': ['InvalidClientTokenId', 403],
  },
} satisfies Record<string, ErrorTable>;

export type Service = keyof typeof errors;

/** What an operation throws, to be answered with its service's error of that kind. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A successful answer in the protocol of the service. */
export function answer(service: Service, action: string, body: object, requestId: string): Response {
  if (service !== 'sts') return json(service, 200, body);
  const members = Object.entries(body).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return xml(200, `${action}Response`, `<${action}Result>${members.join('')}</${action}Result>${metadata}`);
}

/** An error in the protocol of the service. */
export function answerError(service: Service, { kind, message }: AwsError, requestId: string): Response {
  const [name, status]: ErrorTable[ErrorKind] = errors[service][kind];
  if (service === 'sts') {
    const type = status < 500 ? 'Sender' : 'Receiver';
    const error = `<Type>${type}</Type><Code>${name}</Code><Message>${escapeXml(message)}</Message>`;
    return xml(status, 'ErrorResponse', `<Error>${error}</Error><RequestId>${requestId}</RequestId>`);
  }
  // AWS JSON: 400 whatever the name. Known of AccessDenied and ExpiredToken, inferred for the other key errors.
  if (service === 'entitlement') return json(service, status < 500 ? 400 : status, { __type: name, message });
  const body = service === 'catalog' ? { Message: message } : { message };
  return json(service, status, body, { 'x-amzn-errortype': name });
}

function json(
  service: Service,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const type = service === 'entitlement' ? 'application/x-amz-json-1.1' : 'application/json';
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': type, ...headers } });
}

function xml(status: number, root: string, content: string): Response {
  const body = `<${root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${content}</${root}>`;
  return new Response(body, { status, headers: { 'content-type': 'text/xml' } });
}

function escapeXml(text: string): string {
  return text.replaceAll(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
}
