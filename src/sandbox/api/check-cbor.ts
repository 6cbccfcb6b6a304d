const maxDepth = 32;

/**
 * Throws where bytes are no single CBOR value, or one that no request has: a tag, or great depth. The codec itself believes
 * every length that it reads, and would count to 2^64.
 */
export function checkCbor(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (endOf(view, 0, 0) !== bytes.length) throw new RangeError('not one value');
}

/** Where the value that begins at `at` ends. Throws where that is beyond the bytes. */
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

/** The number in a value's head, null for one of indefinite length, and where the head ends. */
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
