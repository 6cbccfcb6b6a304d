import type { HonoRequest } from 'hono';
import * as z from 'zod';
import type { SandboxAccount, SandboxWorld } from '../world.ts';
import { AwsError } from './errors.ts';

/** The calling account, with its own keys or those of a role. */
export interface ApiCaller extends SandboxAccount {
  readonly role: Role | null;
}

interface Role {
  readonly name: string;
  readonly session: string;
}

/** Appended to the access key id of an account to make that of its role. */
const roleSuffix = 'ROLE';

/** Returns the keys of a role, as AssumeRole does. `endsAt`: epoch ms. */
export function roleKeys({ accountId, accessKeyId, secretAccessKey }: SandboxAccount, role: Role, endsAt: number) {
  const token = JSON.stringify([accountId, role.name, role.session, endsAt]);
  return {
    AccessKeyId: `${accessKeyId}${roleSuffix}`,
    SecretAccessKey: secretAccessKey,
    SessionToken: Buffer.from(token).toString('base64'),
    Expiration: new Date(endsAt).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}

/**
 * Finds the caller with that access key id; the session token identifies the role. Throws `AwsError` for keys that AWS
 * would reject. The keys of a role need their token, and expire.
 */
export function callerBy(
  key: string | undefined,
  token: string | undefined,
  world: SandboxWorld,
  now: number,
): ApiCaller {
  const accounts = accountsOf(world);
  const found = accounts.find(({ accessKeyId }) => accessKeyId === key);
  if (found !== undefined) return { ...found, role: null };
  const account = accounts.find(({ accessKeyId }) => `${accessKeyId}${roleSuffix}` === key);
  const [accountId, name, session, endsAt] = readToken(token) ?? [];
  if (account === undefined || name === undefined || session === undefined || accountId !== account.accountId)
    throw new AwsError('unknown-key', 'The security token included in the request is invalid.');
  if (!(Number(endsAt) > now))
    throw new AwsError('expired-token', 'The security token included in the request is expired');
  return { ...account, role: { name, session } };
}

const tokenShape = z.tuple([z.string(), z.string(), z.string(), z.number()]);

function readToken(token = '') {
  try {
    return tokenShape.safeParse(JSON.parse(Buffer.from(token, 'base64').toString())).data;
  } catch {
    return undefined;
  }
}

export function arnOf({ accountId, role }: ApiCaller): string {
  return role === null
    ? `arn:aws:iam::${accountId}:user/mp-verify-sandbox`
    : `arn:aws:sts::${accountId}:assumed-role/${role.name}/${role.session}`;
}

/** Returns IAM's unique id. For a role it includes the name of its session. */
export function userIdOf({ accountId, accessKeyId, role }: ApiCaller): string {
  return role === null ? accessKeyId : `AROASANDBOX${accountId}:${role.session}`;
}

export function accountsOf({ seller, buyers, strangers }: SandboxWorld): readonly SandboxAccount[] {
  return [seller, ...Object.values(buyers), ...strangers];
}

/** Returns the access key id and the service of the request's signature; undefined if the request is not signed. */
export function scopeOf(req: HonoRequest): { readonly key: string; readonly service: string | undefined } | undefined {
  const [, key, service] =
    /\bCredential=([^/,\s]+)\/(?:[^/,\s]*\/[^/,\s]*\/([^/,\s]+)\/)?/.exec(req.header('authorization') ?? '') ?? [];
  return key === undefined ? undefined : { key, service };
}

/** Describes whose keys signed a request: `buyer 444455556666 (new-signup)`. */
export function describeCaller(req: HonoRequest, world: SandboxWorld, now: number): string {
  const key = scopeOf(req)?.key;
  if (key === undefined) return 'without keys';
  try {
    const { accountId, role } = callerBy(key, req.header('x-amz-security-token'), world, now);
    const buyer = Object.entries(world.buyers).find(([, each]) => each.accountId === accountId)?.[0];
    const part = accountId === world.seller.accountId ? 'seller' : buyer === undefined ? 'stranger' : 'buyer';
    return `${part} ${accountId}${buyer === undefined ? '' : ` (${buyer})`}${role === null ? '' : ` as role ${role.name}`}`;
  } catch {
    return `access key ${key}, which is unknown here or has expired`;
  }
}

export function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') ?? false;
}
