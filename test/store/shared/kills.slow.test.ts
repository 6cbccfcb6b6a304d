import { describe, expect, test } from 'vitest';
import { type S3Request, s3StandIn } from '../../support/s3-stand-in.ts';
import { attempt, deadPid, record } from '../support.ts';
import { shared, stepsOf, work } from './support.ts';

const id = 'new-signup-1';

/** How many requests the work takes. */
async function requestsOfWork(): Promise<number> {
  const s3 = await s3StandIn();
  await work(await shared(s3), []);
  return s3.requests.length;
}

describe('a process that is killed', () => {
  test.each([
    ['before it arrives', 'request lost', 0],
    ['before it arrives', 'request lost', 1],
    ['after it arrived', 'answer lost', 0],
    ['after it arrived', 'answer lost', 1],
  ] as const)('at any request, %s, leaves a run that is whole and goes on (%#)', async (_, fault, part) => {
    const total = await requestsOfWork();
    expect(total).toBeGreaterThan(50);
    const s3 = await s3StandIn();
    for (let kill = 1; kill <= total; kill++) {
      if (kill % 2 !== part) continue;
      const url = `s3://${s3.bucket}/kill-${kill}`;
      let count = 0;
      s3.fault = ({ client }: S3Request) => {
        if (client !== 'Jon') return null;
        count += 1;
        return count < kill ? null : count === kill ? fault : 'request lost';
      };
      const saved: string[] = [];
      const dead = { pid: await deadPidOnce(), host: 'desk' };
      await work(await shared(s3, { name: 'Jon', url, machine: dead }), saved).catch(() => undefined);
      s3.fault = () => null;

      const mina = await shared(s3, { url, machine: { host: 'desk' } });
      const ids = await mina.ids();
      if (saved.length > 0) expect(ids).toContain(id);
      if (!ids.includes(id)) continue;
      const before = stepsOf((await mina.read(id)).entries);
      const all = ['one', 'two', 'three', 'four'];
      // What was said to be saved, and at most the one answer whose confirmation was lost.
      expect(before).toEqual(all.slice(0, before.length));
      expect([0, 1]).toContain(before.length - saved.length);
      expect(await mina.inUse(id)).toBe(false);
      const run = await mina.open(id);
      expect(stepsOf(run.entries)).toEqual(before);
      await run.append(attempt('five'));
      await run.close();
      const after = await (await shared(s3, { name: 'Ben', url })).read(id);
      expect(stepsOf(after.entries)).toEqual([...before, 'five']);
      expect(after.journalSha256).toBe(run.journalSha256);
      for await (const listed of mina.index.list()) if (listed.id === id) expect(listed.inUse).toBe(false);
      const next = await mina.create('new-signup', record);
      expect((await mina.read(next.record.id)).entries).toEqual([]);
      if (ids.includes('other-1')) {
        await mina.remove('other-1');
        expect(await mina.ids()).not.toContain('other-1');
      }
    }
  });
});

let pid: Promise<number> | null = null;
function deadPidOnce(): Promise<number> {
  pid ??= deadPid();
  return pid;
}
