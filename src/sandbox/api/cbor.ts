import { cbor, tag } from '@smithy/core/cbor';
import type { HonoRequest } from 'hono';
import { AwsError, errorName } from './errors.ts';
import type { Wire } from './wire.ts';

const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** The members that are timestamps. In JSON they are plain numbers. */
const timestamps: ReadonlySet<string> = new Set(['ExpirationDate']);

/**
 * Smithy RPC v2 CBOR. Inferred: an error has the same status as in AWS JSON.
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

/** Omits null members, as in JSON. */
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
  // Converting to JSON drops undefined members.
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

const maxDepth = 32;

/**
 * Throws unless the bytes are one CBOR value, without tags and not too deep. The codec trusts every length that it
 * reads, and would count to 2^64.
 */
function checkCbor(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (endOf(view, 0, 0) !== bytes.length) throw new RangeError('not one value');
}

/** Finds the end of the value at `at`. Throws if it is beyond the bytes. */
function endOf(view: DataView, at: number, depth: number): number {
  if (depth > maxDepth) throw new RangeError('too deep');
  const first = view.getUint8(at);
  const major = first >> 5;
  const { count, end } = head(view, at, first & 31);
  switch (major) {
    case 2:
    case 3:
      if (count === null) return chunksEnd(view, end, major);
      if (end + count > view.byteLength) throw new RangeError('too long');
      return end + count;
    case 4:
    case 5:
      return itemsEnd(view, end, count === null ? null : count * (major - 3), depth);
    case 6:
      throw new RangeError('a tag');
    default:
      if (count === null) throw new RangeError('a break');
      return end;
  }
}

/** Returns the count in a value's head (null for an indefinite length), and the end of the head. */
function head(view: DataView, at: number, minor: number): { count: number | null; end: number } {
  if (minor < 24) return { count: minor, end: at + 1 };
  if (minor === 24) return { count: view.getUint8(at + 1), end: at + 2 };
  if (minor === 25) return { count: view.getUint16(at + 1), end: at + 3 };
  if (minor === 26) return { count: view.getUint32(at + 1), end: at + 5 };
  if (minor === 27) return { count: Number(view.getBigUint64(at + 1)), end: at + 9 };
  if (minor === 31) return { count: null, end: at + 1 };
  throw new RangeError('a reserved length');
}

function itemsEnd(view: DataView, start: number, count: number | null, depth: number): number {
  let at = start;
  for (let i = 0; count === null ? view.getUint8(at) !== 0xff : i < count; i++) at = endOf(view, at, depth + 1);
  return count === null ? at + 1 : at;
}

function chunksEnd(view: DataView, start: number, major: number): number {
  let at = start;
  while (view.getUint8(at) !== 0xff) {
    if (view.getUint8(at) >> 5 !== major) throw new RangeError('a chunk of another type');
    at = endOf(view, at, maxDepth);
  }
  return at + 1;
}
