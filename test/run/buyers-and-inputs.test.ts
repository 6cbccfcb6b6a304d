import { describe, expect, test } from 'vitest';
import { noAnswers } from '../../src/checklist/model.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { checks } from '../../src/checks/index.ts';
import type { Terminal } from '../../src/ports/host.ts';
import { planBuyers, planInputs } from '../../src/run/buyers-and-inputs.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { checklistHeader } from '../../src/walk/screen.ts';

const nobody = { interactive: false } as Terminal;
const config = { buyers: { purchase: '444455556666' }, file: 'mp-verify.yaml' };
const sandbox = async () => ({ purchase: '999988887777' });

describe('whose buyer it is', () => {
  test.each([
    ["the file's, where nothing else was said", [], {}, '444455556666', 'mp-verify.yaml'],
    ['that of a flag for this checklist', ['purchase=555566667777'], {}, '555566667777', null],
    ['that of a flag', ['555566667777'], {}, '555566667777', null],
    ['that of the answers file', [], { purchase: '666677778888' }, '666677778888', null],
  ])('%s', async (_, said, buyers, buyer, buyerFrom) => {
    const planned = await planBuyers([purchase()], said, { ...noAnswers, buyers }, config, sandbox, nobody);
    expect(planned).toEqual([expect.objectContaining({ buyer, buyerFrom })]);
  });

  test('a checklist whose name every object knows has no buyer of its own accord', async () => {
    const planned = planBuyers([purchase('constructor')], [], noAnswers, config, async () => ({}), nobody);
    await expect(planned).rejects.toMatchObject({ code: 'missing-buyer' });
  });

  test('a buyer that two purchases would use up is refused, as one of a flag is', async () => {
    const twice = { ...config, buyers: { purchase: '444455556666', again: '444455556666' } };
    const planned = planBuyers([purchase(), purchase('again')], [], noAnswers, twice, sandbox, nobody);
    await expect(planned).rejects.toMatchObject({ code: 'buyer-used-up' });
  });
});

test('the header says where the buyer comes from', async () => {
  const [planned] = await planBuyers([purchase()], [], noAnswers, config, sandbox, nobody);
  if (!planned) throw new Error('nothing was planned');
  const look = { columns: 80, paint: plainPaint };
  const place = { caller: null, product: null, trouble: null, sandbox: false, endpoint: null };
  const facts = { ...place, runId: 'trial-1', resumed: null };
  expect(checklistHeader(look, planned, facts)).toContain('  buyer    444455556666  from mp-verify.yaml\n');
  expect(checklistHeader(look, { ...planned, buyerFrom: null }, facts)).toContain('  buyer    444455556666\n');
});

test('inputs: a flag beats the answers file, which beats the configuration', async () => {
  const asks = checklist('asks', `  - {id: a, title: A, do: "\${inputs.one} \${inputs.two} \${inputs.three}"}\n`);
  const answers = { ...noAnswers, inputs: { one: 'answers', two: 'answers' } };
  const configured = { one: 'file', two: 'file', three: 'file' };
  expect(await planInputs([asks], ['one=flag'], answers, configured, nobody)).toEqual({
    one: 'flag',
    two: 'answers',
    three: 'file',
  });
});

function purchase(id = 'purchase') {
  return checklist(id, '  - {id: b, title: B, check: baseline}\n  - {id: e, title: E, check: entitlements, is: new}\n');
}

function checklist(id: string, steps: string) {
  const read = parseChecklist(`${id}.yaml`, `version: 1\nid: ${id}\ntitle: Trial\nsteps:\n${steps}`, checks);
  if (!('steps' in read)) throw new Error(read.map(({ message }) => message).join('\n'));
  return read;
}
