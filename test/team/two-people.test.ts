import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentOf, type Ended } from '../commands/machine.ts';
import { at, passes } from '../support/script-terminal.ts';
import { team } from './people.ts';

const buyer = '444455556666';
const start = `run new-signup --buyer ${buyer}`;

/** Without the line breaks of a narrow screen. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

/** Mina begins, buys, and quits. */
async function begun() {
  const people = await team();
  const { mina } = people;
  await mina.run(start, [...passes('page'), at('purchase').press('q')]);
  await mina.buy(buyer);
  mina.clock.onNap = () => undefined;
  await mina.run('resume', [...passes('purchase', 'sign-up-page'), at('sign-up').press('q')]);
  return people;
}

test('one begins, the other finishes: every report tells who did what', async () => {
  const { mina, ben } = await begun();
  const resumed = await ben.run('resume --json', [...passes('sign-up', 'sign-in', 'inspect'), 'q']);
  expect(resumed.stderr).toContain('carried over');
  expect(flat(resumed.stderr)).toContain('config mp-verify.yaml');
  expect(resumed.outcome).toBe('pass');
  for (const machine of [mina, ben]) {
    const report = documentOf(await machine.run('report --json'));
    expect(report.run.id).toBe('new-signup-1');
    const by = Object.fromEntries(report.checklists[0]?.steps.map(({ id, operator }) => [id, operator]) ?? []);
    expect(by).toMatchObject({ purchase: 'Mina', 'sign-up': 'Ben', inspect: 'Ben' });
    expect(report.run.sittings.map(({ operator }) => operator)).toEqual(['Mina', 'Mina', 'Ben']);
  }
  expect((await mina.run('runs show new-signup')).stdout).toContain('s3://acme-verify/prod/runs/new-signup-1');
  expect((await ben.run('runs --store local')).stdout).toContain('There are no saved runs yet.');
});

test('a run that is in use is refused, with who, where and since when', async () => {
  const { mina, ben } = await team();
  let refused = null as Ended | null;
  const meanwhile = async () => {
    refused = await ben.run('resume new-signup-1', null);
  };
  await mina.run(start, [...passes('page'), { meanwhile, key: 'q' }]);
  expect(refused?.code).toBe(4);
  expect(refused?.stderr).toMatch(/Run new-signup-1 is in use by Mina \(process 11 on .+\), since 20/);
  expect(refused?.stderr).toContain('mp-verify resume new-signup-1 --take-over');
});

test('status names a run that is in use, because its result may change', async () => {
  const { mina, ben } = await team();
  const asked: Ended[] = [];
  const meanwhile = async () => {
    asked.push(await ben.run('status'), await ben.run('status --json'));
  };
  await mina.run(start, [...passes('page'), { meanwhile, key: 'q' }]);
  asked.push(await ben.run('status --json'));
  const [screen, during, after] = asked;
  expect(flat(screen?.stderr ?? '')).toContain('In use, or stopped without an end: new-signup-1.');
  expect([during, after].map((ended) => JSON.parse(ended?.stdout ?? '').inUse)).toEqual([['new-signup-1'], []]);
});

test('taken over at a prompt: the next answer there is refused, kept on that machine, and offered later', async () => {
  const { mina, ben } = await team();
  let taken = null as Ended | null;
  const meanwhile = async () => {
    taken = await ben.run('resume', ['t', at('purchase').press('q')]);
  };
  const ended = await mina.run(start, [...passes('page'), ...[{ meanwhile, key: 'f' }, { line: 'no button' }]]);
  expect(taken?.stderr).toContain('is in use by Mina');
  expect(taken?.outcome).toBe('incomplete');
  expect(ended.code).toBe(4);
  expect(ended.stderr).toContain('was taken over by Ben');
  expect(ended.stderr).toContain('saved on this machine');
  expect(ended.stderr).toContain('mp-verify resume new-signup-1');

  const unattended = await mina.run('resume', null);
  expect(flat(unattended.stderr)).toContain('new-signup/purchase, fail, no button, Mina');
  expect(flat(unattended.stderr)).toContain(
    'The run has new entries since. To add it as a note, resume on a terminal: mp-verify resume new-signup-1',
  );
  const again = await mina.run('resume --json', ['a', at('purchase').press('q')]);
  expect(again.outcome).toBe('incomplete');
  const steps = documentOf(await ben.run('report --json')).checklists[0]?.steps ?? [];
  expect(steps.find(({ id }) => id === 'purchase')?.note).toContain('fail, no button, Mina');
  expect((await mina.run('resume', null)).stderr).not.toContain('kept on this machine');
});

test('--take-over does not ask', async () => {
  const { mina, ben } = await team();
  let taken = null as Ended | null;
  const meanwhile = async () => {
    taken = await ben.run('resume new-signup-1 --take-over', null);
  };
  const ended = await mina.run(start, [...passes('page'), { meanwhile, key: 'q' }]);
  expect(taken?.outcome).toBe('incomplete');
  expect(ended.code).toBe(4);
});

test('without the network, a walk does not begin', async () => {
  const { s3, mina } = await team();
  s3.fault = () => 'request lost';
  const ended = await mina.run(start, []);
  expect(ended.code).toBe(4);
  expect(ended.stderr).toContain('shared store');
  expect(ended.stderr).toContain('Check the network connection');
  expect(s3.objects.size).toBe(0);
  expect((await mina.run('status --json')).code).toBe(4);
});

test('an answer that the network loses is kept, and added when the run is resumed', async () => {
  const { s3, mina, ben } = await team();
  const cut = async () => {
    s3.fault = () => 'request lost';
  };
  const ended = await mina.run(start, [...passes('page'), { meanwhile: cut, key: 'f' }, { line: 'no button' }]);
  expect(ended.code).toBe(4);
  expect(ended.stderr).toContain('saved on this machine instead');
  s3.fault = () => null;
  const resumed = await mina.run('resume --take-over', ['a', 'q']);
  expect(flat(resumed.stderr)).toContain('kept on this machine: new-signup/purchase, fail, no button, Mina.');
  const steps = documentOf(await ben.run('report --json')).checklists[0]?.steps ?? [];
  expect(steps.find(({ id }) => id === 'purchase')).toMatchObject({ status: 'fail', operator: 'Mina' });
});

test('without a terminal, a kept answer is added before the session adds anything', async () => {
  const { s3, mina, ben } = await team();
  const cut = async () => {
    s3.fault = () => 'request lost';
  };
  await mina.run(start, [...passes('page'), { meanwhile: cut, key: 'f' }, { line: 'no button' }]);
  s3.fault = () => null;
  const resumed = await mina.run('resume --take-over --no-input');
  expect(flat(resumed.stderr)).toContain('new-signup/purchase, fail, no button, Mina. It is now added.');
  const steps = documentOf(await ben.run('report --json')).checklists[0]?.steps ?? [];
  expect(steps.find(({ id }) => id === 'purchase')).toMatchObject({ status: 'fail', operator: 'Mina' });
  expect((await mina.run('resume --no-input')).stderr).not.toContain('kept on this machine');
});

test('a checklist that only the other one has does not keep a run from being continued', async () => {
  const { mina, ben } = await team();
  const steps = 'steps: [{ id: one, title: One, do: Look. }, { id: two, title: Two, do: Look. }]';
  await mina.write('mine.yaml', `version: 1\nid: mine\ntitle: Mine\n${steps}\n`);
  await mina.run('run mine.yaml', [...passes('one'), at('two').press('q')]);
  // Both machines are on one disk.
  await rm(join(mina.folder, 'mine.yaml'));
  const { outcome, stderr } = await ben.run('resume', [...passes('two'), 'q']);
  expect(flat(stderr)).toContain('mine.yaml is not on this machine. This run continues with the checklist as it was.');
  expect(outcome).toBe('pass');
});
