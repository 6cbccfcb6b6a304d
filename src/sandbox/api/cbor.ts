import { cbor, tag } from '@smithy/core/cbor';
import type { HonoRequest } from 'hono';
import { AwsError } from './aws-error.ts';
import { checkCbor } from './check-cbor.ts';
import { errorName } from './error-names.ts';
import type { Wire } from './wire.ts';

const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** The members that are timestamps: in JSON they are numbers like others. */
const timestamps: ReadonlySet<string> = new Set(['ExpirationDate']);

/**
 * Smithy RPC v2 CBOR. That the status of an error is that of AWS JSON is inferred.
 * https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export const cborWire: Wire = {
  read: (_operation, req) => readCbor(req),
  answer: (_operation, body) => new Response(encode(body), { headers }),
  answerError({ service }, error) {
    const [name, status] = errorName(service, error);
    const __type = `com.amazonaws.marketplaceentitlementservice#${name}`;
    return new Response(encode({ __type, message: error.message }), { status: status < 500 ? 400 : status, headers });
  },
};

/** What is null is left out, as in JSON. */
async function readCbor(req: HonoRequest): Promise<unknown> {
  if (req.header('content-type') !== 'application/cbor') {
    throw new AwsError('serialization', 'The content type of the request is not CBOR.');
  }
  const bytes = new Uint8Array(await req.arrayBuffer());
  try {
    if (bytes.length === 0) return {};
    checkCbor(bytes);
    return withoutNulls(cbor.deserialize(bytes));
  } catch {
    throw new AwsError('serialization', 'The body of the request is not CBOR.');
  }
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
