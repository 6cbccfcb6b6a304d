import { expect, test } from 'vitest';
import { documentOf, openMachine } from './machine.ts';

const buyer = '444455556666';
const start = `run new-signup --buyer ${buyer}`;

/** A run that was left before its last two steps: the purchase was made and seen, the SaaS was not inspected. */
async function leftAtTheInspection() {
  const machine = await openMachine();
  await machine.run(start, ['p', 'q']);
  await machine.buy(buyer);
  const left = await machine.run('resume --json', ['p', 'p', 'p', 'p', 'q']);
  expect(left.outcome).toBe('incomplete');
  return machine;
}

type Machine = Awaited<ReturnType<typeof openMachine>>;

/** AWS ends the contract: nothing is granted any more. */
function cancel({ sandbox: { world } }: Machine) {
  for (const agreement of world.agreements) Object.assign(agreement, { status: 'CANCELLED' });
  world.entitlements.splice(0);
}

function stepOf(ended: Parameters<typeof documentOf>[0], id: string) {
  const { checklists, ...report } = documentOf(ended);
  return { report, step: checklists[0]?.steps.find((step) => step.id === id) };
}

test('what no longer holds when a run is resumed is the result of its step: the old pass does not stand for it', async () => {
  const machine = await leftAtTheInspection();
  cancel(machine);
  const ended = await machine.run('resume --json');
  expect(ended.outcome).toBe('fail');
  const { step, report } = stepOf(ended, 'contract');
  expect(step).toMatchObject({ status: 'fail', code: 'no-entitlement', checkedAgainAt: expect.any(String) });
  expect(step?.reason).toMatch(
    /^It passed at 2026-11-23 09:\d\d UTC\. Checked again at 2026-11-23 09:\d\d UTC: AWS returned/,
  );
  expect(step?.attempts?.map(({ status }) => status)).toEqual(['pass', 'fail']);
  expect(report.run.resume).toBe('mp-verify resume new-signup-1');
});

test('the advice of a step that no longer holds is filled in', async () => {
  const machine = await leftAtTheInspection();
  for (const product of machine.sandbox.world.products) Object.assign(product, { visibility: 'Restricted' });
  const { stderr } = await machine.run('resume');
  expect(stderr).toContain('product is Restricted');
  expect(stderr).not.toContain('${');
});

test('a person keeps what they said: the step fails, nobody is asked for it again, and later answers stay', async () => {
  const machine = await leftAtTheInspection();
  cancel(machine);
  const ended = await machine.run('resume --json', ['k']);
  const { step, report } = stepOf(ended, 'purchase');
  expect(step).toMatchObject({ status: 'fail', by: 'both', operator: 'Aiko Tanaka' });
  expect(report.seen.disagreed).toBe(1);
  expect(stepOf(ended, 'sign-in').step?.status).toBe('pass');
  expect(ended.questions[0]).toBe('r/k/g/n/q');
});

test('what AWS shows again on a new look counts as before, and the walk goes on where it was left', async () => {
  const machine = await leftAtTheInspection();
  const { world } = machine.sandbox;
  const kept = [...world.entitlements];
  world.entitlements.splice(0);
  await machine.run('resume');
  world.entitlements.push(...kept);
  const ended = await machine.run('resume --json', ['p', 'q']);
  expect(ended.outcome).toBe('pass');
  expect(ended.stderr).toMatch(/✓ pass {2}12\/13 {2}AWS grants the contract .*checked again\n/);
});

test('AWS out of reach in between is no answer, and costs none of the earlier ones', async () => {
  const machine = await leftAtTheInspection();
  const { keys } = machine;
  machine.keys = { accessKeyId: 'AKIAUNKNOWNUNKNOWN00', secretAccessKey: 'x'.repeat(40) };
  const lost = await machine.run('resume --json');
  expect(lost.outcome).toBe('error');
  machine.keys = keys;
  const ended = await machine.run('resume --json', ['p', 'q']);
  expect(ended.outcome).toBe('pass');
  expect(ended.questions).toHaveLength(2);
});

test('a contract that a later use case of the same buyer has changed is not held against the earlier one', async () => {
  const machine = await openMachine();
  await machine.run(`run new-signup contract-change --buyer ${buyer}`, ['p', 'q']);
  await machine.buy(buyer);
  // Through new-signup, and up to the change of the contract.
  const left = await machine.run('resume --json', ['p', 'p', 'p', 'p', 'p', 'p', 'q']);
  expect(documentOf(left).checklists.map(({ verdict }) => verdict)).toEqual(['pass', 'incomplete']);
  cancel(machine);
  const ended = await machine.run('resume --json');
  expect(documentOf(ended).checklists.map(({ verdict }) => verdict)[0]).toBe('pass');
});

test('each sitting says who the operator is, and who AWS says was asking', async () => {
  const machine = await leftAtTheInspection();
  const ended = await machine.run('resume --json --operator Ben', ['p', 'q']);
  const arn = expect.stringMatching(/^arn:aws:/);
  expect(documentOf(ended).run.sittings).toMatchObject([
    { operator: 'Aiko Tanaka', arn },
    { operator: 'Aiko Tanaka', arn },
    { operator: 'Ben', arn },
  ]);
});

test('going back and forth between use cases makes no check once more', async () => {
  const machine = await openMachine();
  await machine.run(`run new-signup existing-user --buyer new-signup=${buyer} --buyer existing-user=555566667777`, [
    ...['p', 'q'],
  ]);
  await machine.buy(buyer);
  await machine.run('resume', ['p', 'p', 'p', 'p', 'p', 'q']);
  const looks = async () => {
    const { entries } = await machine.runs.read('use-cases-1');
    return entries.filter(({ type }) => type === 'looked-again').length;
  };
  const before = await looks();
  const resumed = await machine.run('resume', ['b', 'k', 'q']);
  const once = (await looks()) - before;
  expect(resumed.questions.length).toBeGreaterThan(2);
  await machine.run('resume', ['q']);
  expect((await looks()) - before).toBe(2 * once);
});

test('what leaves traces is not done again, nor what is only advice', async () => {
  const machine = await openMachine();
  await machine.run(`run registration --buyer ${buyer}`, ['y', 'q']);
  await machine.run('resume', ['q']);
  const { entries } = await machine.runs.read('registration-1');
  const passed = entries.flatMap((entry) => (entry.type === 'attempt' && entry.status === 'pass' ? [entry.step] : []));
  expect(passed).toContain('refused');
  expect(entries.flatMap((entry) => (entry.type === 'looked-again' ? [entry.step] : []))).toEqual(['product', 'get']);

  await machine.run(start, ['q']);
  await machine.run('resume new-signup', ['q']);
  const signUp = await machine.runs.read('new-signup-1');
  expect(signUp.entries.flatMap((entry) => (entry.type === 'looked-again' ? [entry.step] : []))).toEqual([
    ...['product', 'ready'],
  ]);
});
