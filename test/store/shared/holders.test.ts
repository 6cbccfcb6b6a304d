import { describe, expect, test } from 'vitest';
import type { OpenRun } from '../../../src/ports/storage.ts';
import type { Machine } from '../../../src/store/lock.ts';
import type { SharedRuns } from '../../../src/store/s3/shared-store.ts';
import { s3StandIn } from '../../support/s3-stand-in.ts';
import { attempt, record, stateFolder, trouble } from '../support.ts';
import { shared, slotsOf, stepsOf } from './support.ts';

const id = 'new-signup-1';

/** Takes a run over, as a person does who is shown the holder, again and again. */
async function takeOver(runs: SharedRuns): Promise<OpenRun> {
  for (;;)
    try {
      return await runs.open(id);
    } catch (error) {
      const { holder } = (error as { readonly values: { readonly holder: number } }).values;
      const taken = await runs.takeOver(id, holder).catch(() => null);
      if (taken) return taken;
    }
}

describe('taking a run over', () => {
  test('ends the hold of the other, whose next answer stays on that machine', async () => {
    const s3 = await s3StandIn();
    const folder = await stateFolder();
    const old = await (await shared(s3, { name: 'Jon', folder })).create('new-signup', record);
    await old.append(attempt('one'));
    const mina = await shared(s3);
    const refused = await trouble(mina.open(id));
    expect(refused).toMatchObject({
      code: 'run-in-use',
      message: expect.stringMatching(/^Run new-signup-1 is in use by Jon \(process \d+ on Jon\), since 20/),
      hint: expect.stringContaining('mp-verify resume new-signup-1 --take-over'),
      values: { run: id, holder: 1, operator: 'Jon', host: 'Jon' },
    });
    const run = await mina.takeOver(id, 1);
    expect(stepsOf(run.entries)).toEqual(['one']);

    const lost = await trouble(old.append(attempt('two')));
    expect(lost).toMatchObject({
      code: 'lock-lost',
      message: expect.stringMatching(
        /^Run new-signup-1 was taken over by Mina \(process \d+ on Mina\), so this process saves nothing more in it\. The result of step "two" \(new-signup\) was saved on this machine instead: /,
      ),
    });
    expect(await trouble(old.append(attempt('three')))).toBe(lost);
    expect(await trouble(old.saveFile({ sha256: 'a', extension: 'txt', content: Buffer.from('') }))).toBe(lost);
    await old.close();
    await run.append(attempt('mine'));
    await run.close();

    const jon = await shared(s3, { name: 'Jon', folder });
    const saved = await jon.read(id);
    expect(stepsOf(saved.entries)).toEqual(['one', 'mine']);
    const [kept, ...more] = await jon.unsaved(saved);
    expect([kept?.entry, kept?.fits, more]).toEqual([attempt('two'), false, []]);
    await kept?.forget();
    expect(await jon.unsaved(saved)).toEqual([]);
  });

  test('loses nothing that the other saved meanwhile', async () => {
    const s3 = await s3StandIn();
    const old = await (await shared(s3, { name: 'Jon' })).create('new-signup', record);
    const saved: string[] = [];
    // The old holder saves an answer at each of the first requests of the new one.
    let left = 12;
    const attempts: Promise<unknown>[] = [];
    s3.fault = ({ client, number }) => {
      if (client === 'Mina' && left-- > 0) {
        const step = `step-${number}`;
        attempts.push(
          old.append(attempt(step)).then(
            () => saved.push(step),
            () => undefined,
          ),
        );
      }
      return null;
    };
    const mina = await shared(s3);
    const run = await mina.takeOver(id, 1);
    await Promise.all(attempts);
    expect(saved.length).toBeGreaterThan(0);
    expect(stepsOf(run.entries)).toEqual(saved);
    await run.append(attempt('mine'));
    expect(stepsOf((await mina.read(id)).entries)).toEqual([...saved, 'mine']);
    slotsOf(id, s3);
  });

  test('succeeds for one of two who do it at once; the other is shown the new holder', async () => {
    const s3 = await s3StandIn();
    await (await shared(s3, { name: 'Jon' })).create('new-signup', record);
    const names = ['Mina', 'Aiko', 'Ben', 'Zoe'];
    const stores = await Promise.all(names.map((name) => shared(s3, { name })));
    const taken = await Promise.allSettled(stores.map((runs) => runs.takeOver(id, 1)));
    const winners = names.filter((_, i) => taken[i]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const each of taken)
      if (each.status === 'rejected')
        expect(each.reason).toMatchObject({ code: 'run-in-use', values: { holder: 2, operator: winners[0] } });
  });

  // The old holder ends after as many requests of the new one.
  test.each(Array.from({ length: 12 }, (_, requests) => requests))(
    'races with the end of the other, at request %i',
    async (requests) => {
      const s3 = await s3StandIn();
      const old = await (await shared(s3, { name: 'Jon' })).create('new-signup', record);
      await old.append(attempt('one'));
      let seen = 0;
      let closing: Promise<void> | null = null;
      s3.fault = ({ client }) => {
        if (client === 'Mina' && seen++ === requests) closing = old.close();
        return null;
      };
      const mina = await shared(s3);
      const run = await takeOver(mina);
      await closing;
      await run.append(attempt('two'));
      // The end of the first hold does not end the second.
      expect(await mina.inUse(id)).toBe(true);
      expect(await trouble((await shared(s3, { name: 'Ben' })).open(id))).toMatchObject({
        values: { operator: 'Mina' },
      });
      await run.close();
      expect(await mina.inUse(id)).toBe(false);
      expect(stepsOf((await mina.read(id)).entries)).toEqual(['one', 'two']);
      slotsOf(id, s3);
    },
  );

  test('shuts out an answer of the other that arrives long after it was given up', async () => {
    const s3 = await s3StandIn();
    const folder = await stateFolder();
    const old = await (await shared(s3, { name: 'Jon', folder })).create('new-signup', record);
    await old.append(attempt('one'));
    s3.fault = ({ client, key }) => (client === 'Jon' && key.includes('/entries/') ? 'arrives late' : null);
    expect(await trouble(old.append(attempt('two')))).toMatchObject({
      code: 'cannot-save',
      transient: true,
      message: expect.stringMatching(
        /^The result of step "two" \(new-signup\) could not be saved in the shared store: http:\/\/127.0.0.1:\d+ does not answer \(\w+\)\. Everything before it is saved\. The result of step "two" \(new-signup\) was saved on this machine instead: /,
      ),
      values: { cause: 'network', action: 's3:PutObject' },
    });
    await old.close();
    s3.fault = () => null;

    const jon = await shared(s3, { name: 'Jon', folder });
    const run = await jon.open(id);
    s3.arrive();
    const [kept] = await jon.unsaved(run);
    expect([kept?.entry, kept?.fits]).toEqual([attempt('two'), true]);
    await run.append(attempt('two'));
    await run.close();
    expect(await jon.unsaved(await jon.read(id))).toEqual([]);
    expect(stepsOf((await jon.read(id)).entries)).toEqual(['one', 'two']);
  });

  test('keeps an answer whose place in the store is taken by something damaged', async () => {
    const s3 = await s3StandIn();
    const folder = await stateFolder();
    const jon = await shared(s3, { name: 'Jon', folder });
    const run = await jon.create('new-signup', record);
    s3.put(`prod/runs/${id}/entries/00000001.json`, 'not an entry');
    expect(await trouble(run.append(attempt('one')))).toMatchObject({
      code: 'damaged-run',
      message: expect.stringMatching(/The result of step "one" \(new-signup\) was saved on this machine instead: /),
    });
    await run.close();
    s3.objects.delete(`prod/runs/${id}/entries/00000001.json`);
    // The address of the same store, written differently.
    const again = await shared(s3, { name: 'Jon', folder, url: `s3://${s3.bucket}/prod/` });
    const [kept] = await again.unsaved(await again.read(id));
    expect([kept?.entry, kept?.fits]).toEqual([attempt('one'), true]);
  });

  test('keeps nothing that repeats itself when the run is resumed', async () => {
    const s3 = await s3StandIn();
    const folder = await stateFolder();
    const jon = await shared(s3, { name: 'Jon', folder });
    const run = await jon.create('new-signup', record);
    s3.fault = () => 403;
    const lost = await trouble(
      run.append({ type: 'reopened', checklist: 'new-signup', step: 'one', at: record.startedAt }),
    );
    expect(lost.message).toMatch(/Everything before it is saved\.$/);
    await run.close();
    s3.fault = () => null;
    expect(await jon.unsaved(await jon.read(id))).toEqual([]);
  });

  test('finds an answer that arrived although its answer was lost', async () => {
    const s3 = await s3StandIn();
    const folder = await stateFolder();
    const jon = await shared(s3, { name: 'Jon', folder });
    const old = await jon.create('new-signup', record);
    let broken = false;
    s3.fault = ({ key, action }) => {
      if (action === 'PUT' && key.includes('/entries/') && !broken) {
        broken = true;
        return 'answer lost';
      }
      return broken ? 'request lost' : null;
    };
    await trouble(old.append(attempt('one')));
    await old.close();
    s3.fault = () => null;
    const run = await (await shared(s3, { name: 'Jon', folder, machine: { alive: () => false } })).open(id);
    expect(stepsOf(run.entries)).toEqual(['one']);
    expect(await jon.unsaved(run)).toEqual([]);
  });
});

describe('a holder that cannot be seen from here', () => {
  /** No process of the other one is here, so its number says nothing. */
  const alive = () => false;
  const laptop: Partial<Machine> = { host: 'MacBook-Pro.local', alive, bootId: () => null };
  const container: Partial<Machine> = { host: 'ci', id: 'same', alive, bootId: () => 'boot' };
  test.each<[string, Partial<Machine>, Partial<Machine>]>([
    ['another machine of the same name', { ...laptop, id: 'a' }, { ...laptop, id: 'b' }],
    [
      'another machine of the same name, on Linux',
      { ...laptop, id: 'a', bootId: () => 'one' },
      { ...laptop, id: 'b', bootId: () => 'two' },
    ],
    [
      'another container of the same name',
      { ...container, pidNamespace: () => 'pid:[4026532201]' },
      { ...container, pidNamespace: () => 'pid:[4026532202]' },
    ],
  ])('counts as running: %s', async (_, theirs, ours) => {
    const s3 = await s3StandIn();
    const old = await (await shared(s3, { name: 'Jon', machine: theirs })).create('new-signup', record);
    const mina = await shared(s3, { machine: ours });
    expect(await mina.inUse(id)).toBe(true);
    expect(await trouble(mina.open(id))).toMatchObject({
      code: 'run-in-use',
      hint: expect.stringContaining('cannot check from here'),
    });
    await old.append(attempt('one'));
    await old.close();
    expect(stepsOf((await mina.open(id)).entries)).toEqual(['one']);
  });

  test.each<[string, Partial<Machine>]>([
    ['a process of this machine', { ...container, pidNamespace: () => 'pid:[4026531836]' }],
    [
      'a container, after the machine has restarted',
      { ...container, bootId: () => 'next', pidNamespace: () => 'other' },
    ],
    // It was started with another state folder.
    ['a process of this machine', { ...container, id: 'other', pidNamespace: () => 'pid:[4026531836]' }],
  ])('unlike one that is known to be dead: %s', async (_, ours) => {
    const s3 = await s3StandIn();
    const theirs = { ...container, pidNamespace: () => 'pid:[4026531836]' };
    await (await shared(s3, { name: 'Jon', machine: theirs })).create('new-signup', record);
    const mina = await shared(s3, { machine: ours });
    expect(await mina.inUse(id)).toBe(false);
    await (await mina.open(id)).close();
  });
});

describe('a lifecycle rule that has removed the holders of a run', () => {
  test.each(['ended', 'not ended'])('does not keep it from being continued: the last one had %s', async (state) => {
    const s3 = await s3StandIn();
    const folder = await stateFolder();
    const jon = await shared(s3, { name: 'Jon', folder });
    const first = await jon.create('new-signup', record);
    await first.append(attempt('one'));
    await first.close();
    const second = await jon.open(id);
    await second.append(attempt('two'));
    if (state === 'ended') await second.close();
    for (const key of s3.objects.keys()) if (key.startsWith('prod/holders/')) s3.remove(key);

    const mina = await shared(s3);
    expect(await mina.inUse(id)).toBe(false);
    const run = await mina.open(id);
    expect(stepsOf(run.entries)).toEqual(['one', 'two']);
    expect(await mina.inUse(id)).toBe(true);
    if (state === 'not ended') {
      // Nothing that this one says counts, and nothing is lost.
      expect(await trouble(second.append(attempt('late')))).toMatchObject({ code: 'lock-lost' });
      expect(await jon.unsaved(await jon.read(id))).toMatchObject([{ entry: { step: 'late' }, fits: true }]);
    }
    await run.append(attempt('three'));
    await run.close();
    expect(stepsOf((await mina.read(id)).entries)).toEqual(['one', 'two', 'three']);
    slotsOf(id, s3);
    for (const key of s3.objects.keys()) if (key.startsWith('prod/holders/')) s3.remove(key);
    await mina.remove(id);
    expect(await mina.ids()).toEqual([]);
  });
});
