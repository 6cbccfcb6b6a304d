import { expect, test } from 'vitest';
import { passes } from '../support/script-terminal.ts';
import { openMachine } from './machine.ts';

test('where buyers are sent to another SaaS its parts are said to be done there, in lines that are in step', async () => {
  const machine = await openMachine({ fulfillmentUrl: 'http://127.0.0.1:9/register' });
  const steps = ['purchase', 'sign-in', 'inspect'].map(
    (action) => `  - { id: ${action}, title: ${action}, who: saas-user, do: "As \${buyer}.", sandbox: ${action} }\n`,
  );
  await machine.write('parts.yaml', `version: 1\nid: parts\ntitle: Parts\nsteps:\n${steps.join('')}`);
  const { stderr } = await machine.run(`run ./parts.yaml --buyer 444455556666`, [
    ...passes('purchase', 'sign-in', 'inspect'),
    'q',
  ]);
  const said = [...stderr.matchAll(/^ {2}sandbox .*(\n {10}\S.*)*/gm)].map(([lines]) => lines);
  const words = '  sandbox the sandbox cannot do this part: do it in your own SaaS.';
  const paste = `  sandbox curl -d buyer=444455556666 ${machine.sandbox.url}/sandbox/purchase`;
  expect(said).toEqual([paste, words, words]);
});
