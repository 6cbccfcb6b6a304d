import type { HonoRequest } from 'hono';
import { AwsError, errorName, type Service } from './errors.ts';
import type { Operation } from './operation.ts';

const contentTypes = {
  agreement: 'application/x-amz-json-1.0',
  catalog: 'application/json',
  discovery: 'application/json',
  entitlement: 'application/x-amz-json-1.1',
  metering: 'application/x-amz-json-1.1',
  sts: 'text/xml',
} as const satisfies Record<Service, string>;

type Asked = Pick<Operation, 'service' | 'action'>;

/** The server side of a protocol. */
export interface Wire {
  /** Throws `AwsError` if the request does not follow the protocol. */
  read(operation: Asked, req: HonoRequest): Promise<unknown>;
  answer(operation: Asked, body: object, requestId: string): Response;
  answerError(operation: Asked, error: AwsError, requestId: string): Response;
}

/** The protocol that every SDK uses for a service. */
export const usualWire: Wire = { read, answer, answerError };

async function read({ service }: Asked, req: HonoRequest): Promise<unknown> {
  if (req.method === 'GET') return req.query();
  const text = await req.text();
  if (service === 'sts') return Object.fromEntries(new URLSearchParams(text));
  if (!/\bjson\b/.test(req.header('content-type') ?? '')) {
    throw new AwsError('serialization', 'The content type of the request is not JSON.');
  }
  try {
    // AWS treats null members as missing.
    return JSON.parse(text === '' ? '{}' : text, (_key, value: unknown) => value ?? undefined);
  } catch {
    throw new AwsError('serialization', 'The body of the request is not JSON.');
  }
}

function answer({ service, action }: Asked, body: object, requestId: string): Response {
  if (service !== 'sts') return json(service, 200, body);
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  return xml(200, `${action}Response`, `<${action}Result>${members(body)}</${action}Result>${metadata}`);
}

function answerError({ service }: Asked, error: AwsError, requestId: string): Response {
  const { message, members } = error;
  const [name, status] = errorName(service, error);
  switch (service) {
    case 'sts': {
      const type = status < 500 ? 'Sender' : 'Receiver';
      const content = `<Type>${type}</Type><Code>${name}</Code><Message>${escapeXml(message)}</Message>`;
      return xml(status, 'ErrorResponse', `<Error>${content}</Error><RequestId>${requestId}</RequestId>`);
    }
    // AWS JSON answers 400 for every client error: known for modeled errors, AccessDenied and ExpiredToken; inferred
    // for other key errors. JSON 1.0 prefixes the error name with its namespace; here it is always the model's.
    case 'agreement': {
      const type = `com.amazonaws.marketplaceagreement#${name}`;
      return json(service, status < 500 ? 400 : status, { __type: type, message, requestId, ...members });
    }
    case 'entitlement':
    case 'metering':
      return json(service, status < 500 ? 400 : status, { __type: name, message });
    default: {
      const body = { [service === 'catalog' ? 'Message' : 'message']: message, ...members };
      return json(service, status, body, { 'x-amzn-errortype': name });
    }
  }
}

function json(
  service: Service,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': contentTypes[service], ...headers } });
}

/** Formats an error of a service that the sandbox lacks, in the query protocol or that of S3 (root `Error`). */
export function errorXml(name: string, message: string, status: number, root: 'Error' | 'ErrorResponse'): Response {
  const content = `<Code>${name}</Code><Message>${escapeXml(message)}</Message>`;
  const body =
    root === 'Error' ? `<Error>${content}</Error>` : `<ErrorResponse><Error>${content}</Error></ErrorResponse>`;
  return new Response(body, { status, headers: { 'content-type': 'text/xml' } });
}

function xml(status: number, root: string, content: string): Response {
  const body = `<${root} xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${content}</${root}>`;
  return new Response(body, { status, headers: { 'content-type': contentTypes.sts } });
}

function members(body: object): string {
  return Object.entries(body)
    .map(([name, value]) => {
      const content = typeof value === 'object' && value !== null ? members(value) : escapeXml(String(value));
      return `<${name}>${content}</${name}>`;
    })
    .join('');
}

function escapeXml(text: string): string {
  return text.replaceAll(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
}
