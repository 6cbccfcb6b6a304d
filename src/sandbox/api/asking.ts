import type { HonoRequest } from 'hono';
import type { World } from '../world.ts';
import { callerBy } from './caller.ts';

/** The access key id that signs, and the service that the signature is for; undefined where nothing is signed. */
export function scopeOf(req: HonoRequest): { readonly key: string; readonly service: string | undefined } | undefined {
  const [, key, service] =
    /\bCredential=([^/,\s]+)\/(?:[^/,\s]*\/[^/,\s]*\/([^/,\s]+)\/)?/.exec(req.header('authorization') ?? '') ?? [];
  return key === undefined ? undefined : { key, service };
}

/** Whose keys those of a request are, in words: `buyer 444455556666 (new-signup)`. */
export function whoAsks(req: HonoRequest, world: World, now: number): string {
  const key = scopeOf(req)?.key;
  if (key === undefined) return 'without keys';
  try {
    const { accountId, role } = callerBy(key, req.header('x-amz-security-token'), world, now);
    const buyer = Object.entries(world.buyers).find(([, each]) => each.accountId === accountId)?.[0];
    const part = accountId === world.seller.accountId ? 'seller' : buyer === undefined ? 'stranger' : 'buyer';
    return `${part} ${accountId}${buyer === undefined ? '' : ` (${buyer})`}${role === null ? '' : ` as role ${role.name}`}`;
  } catch {
    return `access key ${key}, which is none of this sandbox or has ended`;
  }
}

export function isForm(contentType: string | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') ?? false;
}
