import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request, as a test that makes trouble sees it. */
export interface S3Request {
  /** Counts all requests, from 1. */
  readonly number: number;
  readonly action: 'PUT' | 'GET' | 'LIST';
  /** The key of an object, or the prefix of a list. */
  readonly key: string;
  /** The access key id of who asks. */
  readonly client: string;
}

/**
 * What goes wrong with a request: an error instead of doing it (by its status), an answer that gets lost after or before
 * the work, the request arriving once more behind its answer, or arriving only when `arrive` is called, long after the
 * client has given it up.
 */
export type Fault = 403 | 409 | 412 | 500 | 503 | 'answer lost' | 'request lost' | 'arrives twice' | 'arrives late';

const codes = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  409: 'ConditionalRequestConflict',
  412: 'PreconditionFailed',
  500: 'InternalError',
  503: 'SlowDown',
} as const;

interface Stored {
  readonly content: Buffer;
  readonly at: Date;
}

export interface S3StandIn {
  readonly url: string;
  readonly objects: Map<string, Stored>;
  /** Every request since the start, or since a test emptied it. */
  readonly requests: S3Request[];
  /** Makes trouble; null for none. */
  fault: (request: S3Request) => Fault | null;
  /** Lets requests through that `arrives late` held back. */
  arrive(): void;
  /** Puts an object there, as if it had always been. */
  put(key: string, content: string | Buffer, at?: Date): void;
  /** Removes an object, as a lifecycle rule does. */
  remove(key: string): void;
  readonly bucket: string;
  /** How the bucket is set up, as XML by subresource, such as `versioning`. Empty: these credentials must not see it. */
  readonly setup: Map<string, string>;
}

/** What the stand-in does differently from S3. */
export interface Flaws {
  /** Overwrites, whatever the condition says. */
  readonly ignoresConditions?: boolean;
  /** Looks first and writes later, so that several writers win. */
  readonly isNotAtomic?: boolean;
}

/** As many keys as S3 lists at a time. */
const pageSize = 1000;

/** A bucket in memory that speaks as much S3 as a shared store needs: conditional PUT, GET, and LIST. Ends with the test. */
export async function s3StandIn(flaws: Flaws = {}): Promise<S3StandIn> {
  const bucket = 'acme-verify';
  const objects = new Map<string, Stored>();
  let sorted: string[] | null = null;
  const late: (() => void)[] = [];
  const put = (key: string, content: string | Buffer, at = new Date()) => {
    if (!objects.has(key)) sorted = null;
    objects.set(key, { content: Buffer.from(content), at });
  };
  let count = 0;

  /** Returns whether the object was created. No other request comes in between. */
  const create = (key: string, content: Buffer, onlyIfNew: boolean): boolean => {
    if (onlyIfNew && !flaws.ignoresConditions && objects.has(key)) return false;
    put(key, content);
    return true;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://stand-in');
    const [, name, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const isList = url.searchParams.has('list-type');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    const [, client = ''] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    count += 1;
    const asked: S3Request = {
      number: count,
      action: isList ? 'LIST' : request.method === 'PUT' ? 'PUT' : 'GET',
      key: isList ? (url.searchParams.get('prefix') ?? '') : rest.join('/'),
      client,
    };
    standIn.requests.push(asked);
    const fault = standIn.fault(asked);
    const refuse = (status: keyof typeof codes, code: string = codes[status]) =>
      send(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    if (fault === 'request lost') return void request.socket.destroy();
    if (typeof fault === 'number') return refuse(fault);
    if (name !== bucket) return refuse(404, 'NoSuchBucket');
    const onlyIfNew = request.headers['if-none-match'] === '*';
    if (fault === 'arrives late') {
      late.push(() => create(asked.key, content, onlyIfNew));
      return void request.socket.destroy();
    }
    if (asked.action === 'PUT') {
      if (flaws.isNotAtomic && onlyIfNew && !objects.has(asked.key)) {
        await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        put(asked.key, content);
        return send(response, 200, '', etag(content));
      }
      const done = create(asked.key, content, onlyIfNew);
      if (fault === 'arrives twice') create(asked.key, content, onlyIfNew);
      if (fault === 'answer lost') return void request.socket.destroy();
      return done ? send(response, 200, '', etag(content)) : refuse(412);
    }
    if (fault === 'answer lost') return void request.socket.destroy();
    if (isList) return send(response, 200, listText(url.searchParams));
    if (asked.key === '') {
      const [subresource = ''] = [...url.searchParams.keys()];
      const setup = standIn.setup.get(subresource);
      return setup === undefined ? refuse(403) : send(response, 200, setup);
    }
    const found = objects.get(asked.key);
    return found ? send(response, 200, found.content, etag(found.content)) : refuse(404);
  }

  function listText(query: URLSearchParams): string {
    sorted ??= [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const prefix = query.get('prefix') ?? '';
    const delimiter = query.get('delimiter');
    const token = query.get('continuation-token');
    const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
    const most = Math.min(Number(query.get('max-keys') ?? pageSize), pageSize);
    const contents: string[] = [];
    const prefixes: string[] = [];
    let last = '';
    let isTruncated = false;
    const isInside = after >= prefix;
    for (let i = firstBehind(sorted, isInside ? after : prefix, !isInside); ; i++) {
      const key = sorted[i];
      if (key === undefined || !key.startsWith(prefix)) break;
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      const common = end < 0 ? null : key.slice(0, end + 1);
      if (common !== null && (prefixes.at(-1) === common || after.startsWith(common))) continue;
      if (contents.length + prefixes.length === most) {
        isTruncated = true;
        break;
      }
      if (common !== null) prefixes.push(common);
      else contents.push(key);
      last = common ?? key;
    }
    const rows = contents.map((key) => {
      const { content, at } = objects.get(key) as Stored;
      return `<Contents><Key>${escaped(key)}</Key><LastModified>${at.toISOString()}</LastModified><ETag>&quot;${etag(content)}&quot;</ETag><Size>${content.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
    });
    const next = isTruncated
      ? `<NextContinuationToken>${Buffer.from(last).toString('base64url')}</NextContinuationToken>`
      : '';
    return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name><Prefix>${escaped(prefix)}</Prefix><KeyCount>${contents.length + prefixes.length}</KeyCount><MaxKeys>${most}</MaxKeys><IsTruncated>${isTruncated}</IsTruncated>${next}${rows.join('')}${prefixes.map((each) => `<CommonPrefixes><Prefix>${escaped(each)}</Prefix></CommonPrefixes>`).join('')}</ListBucketResult>`;
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const standIn: S3StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests: [],
    fault: () => null,
    arrive: () => {
      for (const request of late.splice(0)) request();
    },
    put,
    remove: (key) => {
      objects.delete(key);
      sorted = null;
    },
    bucket,
    setup: new Map(),
  };
  return standIn;
}

/** Returns the index of the first key behind `after`, or from it on. */
function firstBehind(sorted: readonly string[], after: string, from: boolean): number {
  let low = 0;
  let high = sorted.length;
  const wanted = Buffer.from(after);
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = Buffer.compare(Buffer.from(sorted[middle] ?? ''), wanted);
    if (order < 0 || (order === 0 && !from)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function etag(content: Buffer): string {
  return createHash('md5').update(content).digest('hex');
}

function send(response: ServerResponse, status: number, content: string | Buffer, tag?: string): void {
  response.writeHead(status, {
    'content-type': typeof content === 'string' ? 'application/xml' : 'application/octet-stream',
    ...(tag === undefined ? {} : { etag: `"${tag}"` }),
  });
  response.end(content);
}
