import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runStoreContract } from '../contract.ts';
import { shared, stepsOf } from '../shared/support.ts';
import { attempt, record } from '../support.ts';

/**
 * The shared store on a real S3 gateway, Ceph's. It is started if its Debian packages are installed:
 * apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common curl
 */
const programs = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'ceph', 'monmaptool', 'curl'];
const isInstalled = (name: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
const missing = platform() === 'linux' ? programs.filter((name) => !isInstalled(name)) : ['Linux'];

const run = promisify(execFile);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe.skipIf(missing.length > 0)(
  `on Ceph's S3 gateway${missing.length > 0 ? ` (not installed: ${missing.join(', ')})` : ''}`,
  () => {
    let folder = '';
    let url = '';
    let prefix = 0;
    const bucket = 'acme-verify';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ceph-'));
      const port = await freePort();
      await run(join(import.meta.dirname, 'start.sh'), [folder, String(port), String(await freePort())]).catch(
        async (error: unknown) => {
          throw new Error(`${error}\n${await readFile(join(folder, 'start.log'), 'utf8')}`);
        },
      );
      url = `http://127.0.0.1:${port}`;
      const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
      const credentials = { accessKeyId: 'Mina', secretAccessKey: 'secret' };
      const client = new S3Client({ region: 'us-east-1', endpoint: url, forcePathStyle: true, credentials });
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    });
    afterAll(async () => {
      for (const name of await readdir(folder))
        if (name.endsWith('.pid')) process.kill(Number(await readFile(join(folder, name), 'utf8')));
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
    });
    const store = (changes = {}, at = `s3://${bucket}/${prefix}`) =>
      shared({ url, bucket }, { url: at, machine: { host: 'desk', ...changes } });

    runStoreContract('in Ceph', async () => {
      prefix += 1;
      const at = `s3://${bucket}/${prefix}`;
      return (changes) => store(changes, at);
    });

    test('many who take a run from each other leave it whole', async () => {
      prefix += 1;
      await (await store()).create('a', record);
      const saved: string[] = [];
      await Promise.all(
        Array.from({ length: 8 }, async (_, writer) => {
          const runs = await store();
          for (let holder = 1; ; ) {
            const taken = await runs.takeOver('a-1', holder).catch((error: { values: { holder?: number } }) => {
              holder = error.values.holder ?? holder + 1;
              return null;
            });
            if (taken === null) continue;
            for (const n of [1, 2, 3])
              await taken.append(attempt(`${writer}-${n}`)).then(
                () => saved.push(`${writer}-${n}`),
                (error: unknown) => expect(error).toMatchObject({ code: 'lock-lost' }),
              );
            return taken.close();
          }
        }),
      );
      expect(stepsOf((await (await store()).read('a-1')).entries).toSorted()).toEqual(saved.toSorted());
    });
  },
);
