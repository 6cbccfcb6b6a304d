import type { Objects } from '../../../src/store/s3/objects.ts';
import type { S3StandIn } from '../../support/s3-stand-in.ts';

/** The objects of a stand-in below a prefix, without HTTP: for a history of many runs. */
export function memoryObjects({ objects, put }: S3StandIn, prefix: string): Objects {
  const get = async (key: string) => objects.get(prefix + key)?.content ?? null;
  const tryCreate = async (key: string, content: string | Uint8Array) => {
    if (objects.has(prefix + key)) return false;
    put(prefix + key, Buffer.from(content));
    return true;
  };
  return {
    get,
    tryCreate,
    create: async (key, content) => ((await tryCreate(key, content)) ? null : get(key)),
    async *list(under) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix + under)).sort();
      for (const key of keys) yield { key: key.slice(prefix.length), at: objects.get(key)?.at ?? new Date(0) };
    },
    bucketFacts: async () => ({ versioning: null, encryption: null, objectLock: null }),
    address: (key) => `memory:${key}`,
  };
}
