import type { S3Client } from '@aws-sdk/client-s3';
import { CouldNotCheck } from '../../errors.ts';
import type { Clock } from '../../ports/host.ts';
import { type BucketFacts, parseAddress } from '../../ports/storage.ts';

/** Where a shared store is, and how to reach it. */
export interface Location {
  /** `s3://bucket` or `s3://bucket/prefix`. */
  readonly url: string;
  /** The bucket's region. If another one is given, AWS names the right one, and it is asked instead. */
  readonly region: string;
  /** For storage that speaks S3 but is not AWS; null for AWS. */
  readonly endpointUrl: string | null;
  /** Keys, or a function that returns them; null for the SDK's own search. */
  readonly credentials: Credentials | (() => Promise<Credentials>) | null;
  /** Called once if the store has not answered after a moment, because the operator sees nothing meanwhile. */
  onSilence?(): void;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** The objects of a shared store. An object is created whole and never changed, so nothing here overwrites or deletes. */
export interface Objects {
  /**
   * Creates an object. Resolves with null when it is saved, by this or an earlier try, and with the other content if
   * another writer has created it. Content that must not be mistaken for another writer's contains a random token.
   */
  create(key: string, content: string | Uint8Array): Promise<Uint8Array | null>;
  /** Tries to create an object, once. Resolves with whether it was; null if there was no answer. */
  tryCreate(key: string, content: string): Promise<boolean | null>;
  /** Null if there is no such object. */
  get(key: string): Promise<Uint8Array | null>;
  /** Lists what begins with `prefix`, in the order of the keys, from behind `after` on. Each request lists up to `pageSize`. */
  list(prefix: string, options?: { readonly after?: string; readonly pageSize?: number }): AsyncIterable<Listed>;
  /** What the bucket does with objects; null for what these credentials may not see. */
  bucketFacts(): Promise<BucketFacts>;
  /** The address of an object, for people. */
  address(key: string): string;
}

interface Listed {
  readonly key: string;
  /** When the object was created, by the clock of the store. */
  readonly at: Date;
}

/** A request that the store refused, or never answered. Every method of `Objects` rejects with it. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
  readonly kind: 'network' | 'access-denied' | 'credentials' | 'no-bucket' | 'refused';
  /** A clause. */
  readonly why: string;
  /** An instruction, without its period. */
  readonly fix: string;
  /** The IAM action of the request. */
  readonly action: string;

  constructor(kind: StoreTrouble['kind'], why: string, fix: string, action: string, cause: unknown) {
    super(why, { cause });
    this.kind = kind;
    this.why = why;
    this.fix = fix;
    this.action = action;
  }
}

/** In ms. An upload may take longer, as long as it moves. */
const timeouts = { connectionTimeout: 5_000, socketTimeout: 10_000 };

/** How often a request is tried. A store that has never answered is probably out of reach, so it gets fewer tries. */
const tries = { known: 8, unknown: 3 };
/** After this time without an answer the operator is told, in ms. */
const silence = 3_000;
const pause = { first: 200, longest: 10_000 };

/**
 * Connects to a store. A request without a clear answer is repeated, with growing pauses: 409 (another conditional write
 * of the same key is under way), 429, 5xx, a time-out, a lost connection.
 */
export function connectObjects(location: Location, clock: Clock): Objects {
  const place = parseAddress(location.url);
  if (!place) throw new Error(`not the address of a shared store: ${location.url}`);
  const { bucket, prefix } = place;
  let client: Promise<S3Client> | null = null;
  const connect = () => {
    client ??= newClient(location);
    return client;
  };
  let answered = false;
  let isSilent = false;
  const inContact = { Bucket: bucket };

  /** Repeats a request until its answer is clear. Resolves with null if `expected` is the status of the refusal. */
  async function ask<T>(action: string, expected: number | null, send: () => Promise<T>): Promise<T | null> {
    for (let tried = 1; ; tried++) {
      try {
        const answer = await noticingSilence(send);
        answered = true;
        return answer;
      } catch (error) {
        const status = statusOf(error);
        if (status !== null) answered = true;
        if (status !== null && status === expected && nameOf(error) !== 'NoSuchBucket') return null;
        // The SDK has set its clock by the answer.
        const isCorrected = isSkewed(error) && tried === 1;
        if (!isCorrected && (!mayRepeat(error, status) || tried >= (answered ? tries.known : tries.unknown)))
          throw explain(error, status, action, location, bucket);
      }
      const longest = Math.min(pause.longest, pause.first * 2 ** (tried - 1));
      // Half of it at random, so that writers that collided do not collide again.
      await clock.sleep(longest * (0.5 + Math.random() / 2), never);
    }
  }

  async function noticingSilence<T>(send: () => Promise<T>): Promise<T> {
    if (answered || isSilent) return send();
    const end = new AbortController();
    clock.sleep(silence, end.signal).then(
      () => {
        if (answered || isSilent) return;
        isSilent = true;
        location.onSilence?.();
      },
      () => undefined,
    );
    try {
      return await send();
    } finally {
      end.abort();
    }
  }

  async function get(key: string): Promise<Uint8Array | null> {
    const { GetObjectCommand } = await sdk();
    return ask('s3:GetObject', 404, async () => {
      const { Body, ETag } = await (await connect()).send(new GetObjectCommand({ ...inContact, Key: prefix + key }));
      requireS3(ETag, location, 's3:GetObject');
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    });
  }

  async function put(key: string, content: string | Uint8Array): Promise<true> {
    const { PutObjectCommand } = await sdk();
    const request = { ...inContact, Key: prefix + key, Body: Buffer.from(content), IfNoneMatch: '*' };
    const { ETag } = await (await connect()).send(new PutObjectCommand(request));
    requireS3(ETag, location, 's3:PutObject');
    return true;
  }

  return {
    async create(key, content) {
      for (let tried = 1; ; tried++) {
        if ((await ask('s3:PutObject', 412, () => put(key, content))) !== null) return null;
        const found = await get(key);
        if (found !== null) return Buffer.from(content).equals(found) ? null : found;
        if (tried < tries.known) continue;
        const why = `the store refuses to create ${key}, but does not have it`;
        throw new StoreTrouble('refused', why, 'Check the permissions on the bucket', 's3:GetObject', null);
      }
    },
    async tryCreate(key, content) {
      try {
        return await put(key, content);
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return false;
        if (mayRepeat(error, status)) return null;
        throw explain(error, status, 's3:PutObject', location, bucket);
      }
    },
    get,
    async *list(under, { after, pageSize = 1000 } = {}) {
      const { ListObjectsV2Command } = await sdk();
      let next: string | undefined;
      do {
        const request = {
          ...{ ...inContact, Prefix: prefix + under, MaxKeys: pageSize },
          ...(next === undefined ? {} : { ContinuationToken: next }),
          ...(next === undefined && after !== undefined ? { StartAfter: prefix + after } : {}),
        };
        const page = await ask('s3:ListBucket', null, async () => {
          const answer = await (await connect()).send(new ListObjectsV2Command(request));
          requireS3(answer.Name ?? answer.IsTruncated, location, 's3:ListBucket');
          return answer;
        });
        for (const { Key, LastModified } of page?.Contents ?? [])
          if (Key !== undefined) yield { key: Key.slice(prefix.length), at: LastModified ?? new Date(0) };
        next = page?.IsTruncated ? page.NextContinuationToken : undefined;
      } while (next !== undefined);
    },
    async bucketFacts() {
      const { GetBucketEncryptionCommand, GetBucketVersioningCommand, GetObjectLockConfigurationCommand } = await sdk();
      const s3 = await connect();
      const [versioning, encryption, objectLock] = await Promise.all([
        s3.send(new GetBucketVersioningCommand(inContact)).catch(() => null),
        s3.send(new GetBucketEncryptionCommand(inContact)).catch(() => null),
        s3.send(new GetObjectLockConfigurationCommand(inContact)).catch((error: unknown) => {
          return nameOf(error) === 'ObjectLockConfigurationNotFoundError'
            ? { ObjectLockConfiguration: undefined }
            : null;
        }),
      ]);
      const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
      return {
        versioning: versioning && versioning.Status === 'Enabled',
        encryption: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? null,
        objectLock: objectLock && objectLock.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
      };
    },
    address: (key) => `s3://${bucket}/${prefix}${key}`,
  };
}

/** Saving goes on after Ctrl+C: the number of tries is limited. */
const never = new AbortController().signal;

/** Slow to load, and only needed for a shared store. */
function sdk() {
  return import('@aws-sdk/client-s3');
}

async function newClient({ region, endpointUrl, credentials }: Location): Promise<S3Client> {
  const { S3Client } = await sdk();
  return new S3Client({
    region,
    ...(endpointUrl === null ? { followRegionRedirects: true } : { endpoint: endpointUrl, forcePathStyle: true }),
    ...(credentials === null ? {} : { credentials }),
    // Repeating is done here, because a repeated write must recognize its own earlier try.
    maxAttempts: 1,
    requestHandler: timeouts,
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function statusOf(error: unknown): number | null {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}

/** Errors of the SDK before it sends anything: nothing will change by asking again. */
const credentialErrors = ['CredentialsProviderError', 'TokenProviderError', 'InvalidClientTokenId'];
const refusedCredentials: Readonly<Record<string, string>> = {
  InvalidAccessKeyId: 'the access key does not exist',
  SignatureDoesNotMatch: 'the secret access key does not fit the access key',
  ExpiredToken: 'the credentials have expired',
  TokenRefreshRequired: 'the credentials have expired',
  InvalidToken: 'the session token is not valid',
};

/** What S3 calls a bucket that is somewhere else. */
const elsewhere = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed'];

/**
 * Throws if an answer lacks what every answer of S3 has. The sign-in page of a network answers any request with 200, and
 * nothing that it was sent is saved.
 */
function requireS3(found: unknown, { endpointUrl, region }: Location, action: string): void {
  if (found !== undefined) return;
  const why = `${endpointUrl ?? `S3 in ${region}`} does not answer as S3 does, so a proxy or a sign-in page may answer in its place`;
  throw new StoreTrouble('network', why, 'Check the network connection', action, null);
}

function mayRepeat(error: unknown, status: number | null): boolean {
  if (error instanceof CouldNotCheck || credentialErrors.includes(nameOf(error))) return false;
  // A condition that the store does not know.
  if (status === 501) return false;
  return status === null || status === 409 || status === 429 || status >= 500 || (status >= 200 && status < 300);
}

function isSkewed(error: unknown): boolean {
  return nameOf(error) === 'RequestTimeTooSkewed';
}

function explain(
  error: unknown,
  status: number | null,
  action: string,
  { url, region, endpointUrl }: Location,
  bucket: string,
): StoreTrouble {
  if (error instanceof StoreTrouble) return error;
  // The credentials could not be had: an expired sign-in, a role that cannot be assumed.
  if (error instanceof CouldNotCheck) {
    const fix = (error.hint ?? 'Renew the credentials').replace(/\.$/, '');
    const kind = error.transient ? 'network' : 'credentials';
    return new StoreTrouble(
      kind,
      `there are no credentials for it (${error.message.replace(/\.$/, '')})`,
      fix,
      action,
      error,
    );
  }
  const name = nameOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const trouble = (kind: StoreTrouble['kind'], why: string, fix: string) =>
    new StoreTrouble(kind, why, fix, action, error);
  const refused = refusedCredentials[name];
  if (refused !== undefined || credentialErrors.includes(name))
    return trouble('credentials', refused ?? `there are no credentials for it (${message})`, 'Renew the credentials');
  if (name === 'NoSuchBucket')
    return trouble('no-bucket', `there is no bucket ${bucket}`, `Create the bucket, or correct the address ${url}`);
  if (isSkewed(error)) return trouble('refused', 'the clock of this machine is wrong', 'Set the clock');
  if (status === 403) {
    // A bucket that is encrypted with a key of its own needs more than the action.
    const [, denied = action] = /is not authorized to perform: ([\w-]+:\w+)/.exec(message) ?? [];
    const on = denied.startsWith('kms:') ? 'the key of the bucket' : url;
    return new StoreTrouble('access-denied', `${denied} is not allowed`, `Allow ${denied} on ${on}`, denied, error);
  }
  if (status === null || mayRepeat(error, status)) {
    const code = (error as NodeJS.ErrnoException).code ?? (name === 'Error' ? message : name);
    const where = endpointUrl ?? `S3 in ${region}`;
    const why = status === null ? `${where} does not answer (${code})` : `${where} answers with ${status} (${name})`;
    return trouble('network', why, 'Check the network connection');
  }
  const place =
    endpointUrl === null ? 'the address of the store' : `the address of the store and its endpoint ${endpointUrl}`;
  const fix =
    status === 501
      ? 'Use Amazon S3, or storage that supports conditional writes (If-None-Match)'
      : elsewhere.includes(name)
        ? `Correct the region of the store (now ${region}) or its endpoint-url`
        : `Check ${place}`;
  return trouble('refused', `S3 answers with ${status} (${name}: ${message})`, fix);
}
