import { expect, test } from 'vitest';
import { at } from '../support/script-terminal.ts';
import { openMachine } from './machine.ts';

const checklist = `version: 1
id: trial
title: Trial
steps:
  - { id: product, title: Find the product, check: product-page }
  - { id: look, title: Look at the contract, do: Look., open: "\${config.saas.contract-page}" }
  - { id: grants, title: AWS grants the contract, check: entitlements }
  - { id: compare, title: The SaaS shows it, do: Look., check: saas-contract }
`;

/** A machine whose mp-verify.yaml lists both products of the sandbox, the second one with a page of its own. */
async function machineWithProducts() {
  const machine = await openMachine();
  const [notes, boards] = machine.sandbox.world.products;
  if (!notes || !boards) throw new Error('the sandbox has two products');
  await machine.write('trial.yaml', checklist);
  await machine.write(
    'mp-verify.yaml',
    `product: ${notes.id}
buyers: { trial: "444455556666" }
saas:
  contract-page: https://all.example/
  contract-api: { url: "http://127.0.0.1:1/\${buyer}", plan: plan }
products:
  - ${notes.id}
  - { product: ${boards.id}, saas: { contract-page: https://boards.example/ } }
`,
  );
  return { machine, notes, boards };
}

test('a run of a listed product uses its settings, and so does the resumed run', async () => {
  const { machine, notes, boards } = await machineWithProducts();
  const first = await machine.run(`run trial.yaml --product ${boards.id}`, [at('look').press('q')]);
  expect(first.stderr).toContain('https://boards.example/');
  const resumed = await machine.run('resume trial-1', [at('look').press('q')]);
  expect(resumed.stderr).toContain('https://boards.example/');
  const other = await machine.run(['run', 'trial.yaml', '--product', notes.id], [at('look').press('q')]);
  expect(other.stderr).toContain('https://all.example/');
});

test('a product that is named by its title does not silently get the settings of others', async () => {
  const { machine, notes, boards } = await machineWithProducts();
  const { code, stderr } = await machine.run(['run', 'trial.yaml', '--product', boards.title], []);
  expect(code).toBe(2);
  const words = stderr.replaceAll(/\s+/g, ' ');
  expect(words).toContain(`mp-verify.yaml lists ${boards.title} (${boards.id}) as "${boards.id}"`);
  expect(words).toContain(`--product ${boards.id}`);
  expect(await machine.runs.ids()).toEqual([]);
  const same = await machine.run(['run', 'trial.yaml', '--product', notes.title], [at('look').press('q')]);
  expect(same.stderr).toContain('https://all.example/');
});
