import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { CouldNotCheck } from '../../errors.ts';
import { readJson } from '../run-document.ts';
import { layout } from './layout.ts';
import { type Objects, StoreTrouble } from './objects.ts';

const storeSchema = z.looseObject({ layout: z.int() });
const storeKey = 'store.json';
const refusedKey = 'store.refused.json';
/** Tries at once. A store that only looks first and writes then lets more than one through. */
const width = 8;

/**
 * Finds out, before the first write, whether the store creates an object only if there is none: everything depends on it.
 * The first writer of all creates `store.json` several times at once, and exactly one try may succeed. Later ones try to
 * create it again, which must be refused. Rejects with `CouldNotCheck` (`unsafe-store`), and like `Objects`.
 */
export async function probeStore(objects: Objects, url: string): Promise<void> {
  const names: string[] = [];
  for await (const { key } of objects.list('store.')) names.push(key);
  if (names.includes(refusedKey)) throw unsafe(url);
  const tries = Array.from({ length: names.includes(storeKey) ? 1 : width }, () =>
    JSON.stringify({ layout, token: randomUUID() }),
  );
  const created = await Promise.all(tries.map((content) => objects.tryCreate(storeKey, content)));
  // A try without an answer may have succeeded.
  const found = await objects.get(storeKey);
  if (found === null) {
    if (created.includes(true)) throw unsafe(url);
    throw new StoreTrouble('network', 'it does not answer', 'Check the network connection', 's3:PutObject', null);
  }
  const winner = tries.indexOf(Buffer.from(found).toString());
  const winners = new Set(created.flatMap((each, i) => (each === true ? [i] : [])));
  if (winner >= 0) winners.add(winner);
  if (winners.size > 1 || (winners.size === 1 && winner < 0) || (winners.size > 0 && names.includes(storeKey))) {
    await objects.create(refusedKey, JSON.stringify({ layout })).catch(() => undefined);
    throw unsafe(url);
  }
  refuseNewer(found, url);
}

function refuseNewer(content: Uint8Array, url: string): void {
  const json = readJson(content);
  const store = 'value' in json ? storeSchema.safeParse(json.value).data : undefined;
  if (store === undefined)
    throw new CouldNotCheck(
      'cannot-save',
      `${url} is not a shared store: its store.json is not one of mp-verify.`,
      'Use another prefix: s3://BUCKET/PREFIX',
    );
  if (store.layout > layout)
    throw new CouldNotCheck(
      'cannot-save',
      `A newer mp-verify set up the shared store ${url}: layout ${store.layout}; this mp-verify writes layout ${layout}.`,
      'Update mp-verify, then run the command again.',
    );
}

function unsafe(url: string): CouldNotCheck {
  return new CouldNotCheck(
    'unsafe-store',
    `${url} cannot be a shared store: it lets several writers create the same object, so answers could be lost. Nothing was saved.`,
    'Use Amazon S3, or storage that supports conditional writes (If-None-Match). Choose a new prefix there.',
  );
}
