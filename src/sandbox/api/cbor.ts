import { cbor, tag } from '@smithy/core/cbor';
import type { HonoRequest } from 'hono';
import { AwsError } from './aws-error.ts';
import { errorName, type Service } from './error-names.ts';

const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** The members that are timestamps: in JSON they are numbers like others. */
const timestamps: ReadonlySet<string> = new Set(['ExpirationDate']);

/** The input of a call over Smithy RPC v2 CBOR, with what is null left out, as in JSON. */
export async function readCbor(req: HonoRequest): Promise<unknown> {
  if (req.header('content-type') !== 'application/cbor') {
    throw new AwsError('serialization', 'The content type of the request is not CBOR.');
  }
  const bytes = new Uint8Array(await req.arrayBuffer());
  try {
    return bytes.length === 0 ? {} : withoutNulls(cbor.deserialize(bytes));
  } catch {
    throw new AwsError('serialization', 'The body of the request is not CBOR.');
  }
}

/** A successful answer over Smithy RPC v2 CBOR. */
export function answerCbor(body: object): Response {
  return new Response(encode(body), { headers });
}

/** An error over Smithy RPC v2 CBOR. That its status is that of AWS JSON is inferred. */
export function answerCborError(service: Service, error: AwsError): Response {
  const [name, status] = errorName(service, error);
  const __type = `com.amazonaws.marketplaceentitlementservice#${name}`;
  return new Response(encode({ __type, message: error.message }), { status: status < 500 ? 400 : status, headers });
}

function encode(body: object): Uint8Array<ArrayBuffer> {
  // Through JSON, which leaves out what is undefined.
  const plain: unknown = JSON.parse(JSON.stringify(body), (key, value: unknown) =>
    timestamps.has(key) ? tag({ tag: 1, value }) : value,
  );
  return new Uint8Array(cbor.serialize(plain));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutNulls(member)]));
}
