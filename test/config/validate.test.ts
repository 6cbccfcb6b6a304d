import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { validate } from '../../src/commands/formats.ts';
import type { Host } from '../../src/ports/host.ts';
import { sandboxPort } from '../../src/sandbox/sandbox-port.ts';
import { worldOf } from './world.ts';

const checklist = 'version: 1\nid: trial\ntitle: Trial\nsteps:\n  - {id: a, title: A, do: Look.}\n';
const buyers = 'buyers: { new-signup: "444455556666" }\n';
const scenario = `${buyers}seller: "111122223333"\nfaults: [{ action: GetEntitlements, fault: hang }]\n`;
const ofConfig =
  '; valid names: version, product, url, profile, role-arn, external-id, buyer-profile, buyers, max-test-price, inputs, saas, operator, store, accounts, defaults, products';
const ofScenario =
  '; valid names: version, seller, buyers, products, contracts, delays, registration-tokens, faults, quotas';

/** What `validate` prints about the file, or what it says is wrong. */
async function said(name: string, source: string): Promise<string> {
  const written: string[] = [];
  const host = {
    ...worldOf({ [name]: source }),
    sandbox: sandboxPort(new AbortController().signal),
    stdout: { isTerminal: false, write: (text: string) => void written.push(text) },
  } as unknown as Host;
  return validate([name], host).then(
    () => written.join(''),
    (error: unknown) => (error as Error).message,
  );
}

test.each([
  ['mp-verify.yaml', 'version: 1\nprofile: mp-seller\n', 'mp-verify.yaml: ok, configuration\n'],
  ['some/where/mp-verify.yaml', '# nothing yet\n', 'some/where/mp-verify.yaml: ok, configuration\n'],
  ['ci.yaml', 'profile: mp-seller\n', 'ci.yaml: ok, configuration\n'],
  ['mp-verify.yaml', 'profil: x\n', 'mp-verify.yaml:1:1: profil: unknown field, did you mean "profile"?'],
  ['ci.yaml', 'profile: x\nprodukt: y\n', 'ci.yaml:2:1: produkt: unknown field, did you mean "product"?'],
  ['trial.yaml', checklist, 'trial.yaml: ok, trial, 1 step\n'],
  ['mp-verify.yaml', checklist, 'mp-verify.yaml: ok, trial, 1 step\n'],
  ['busy.yaml', scenario, 'busy.yaml: ok, scenario\n'],
  ['slow.yaml', 'delays: { entitlement: 1m }\n', 'slow.yaml: ok, scenario\n'],
  ['busy.yaml', `${scenario}prodcts: []\n`, 'busy.yaml:4:1: prodcts: unknown field, did you mean "products"?'],
  [
    'busy.yaml',
    `${scenario}contracts: [{ buyer: new-signup, dimensions: { pro: 1 } }]\n`,
    'busy.yaml:4:12: contracts: needs "products": what the contracts are for',
  ],
  [
    'busy.yaml',
    'seller: 111122223333\n',
    'busy.yaml:1:9: seller: must be text, but YAML reads a number here (111122223333): put it in quotes',
  ],
  ['mp-verify.yaml', 'products: [prod-aaa, prod-bbb, prod-ccc]\n', 'mp-verify.yaml: ok, configuration, 3 products\n'],
  // Products are a matter of both, too: those of a scenario have a title.
  ['fleet.yaml', 'products: [prod-aaa]\n', 'fleet.yaml: ok, configuration, 1 product\n'],
  ['fleet.yaml', `${buyers}products: [{ product: prod-aaa }]\n`, 'fleet.yaml: ok, configuration, 1 product\n'],
  ['busy.yaml', 'products: [{ title: Notes, dimensions: [{ key: pro }] }]\n', 'busy.yaml: ok, scenario\n'],
  [
    'busy.yaml',
    'products: [{ title: Notes, product: x }]\n',
    'busy.yaml:1:14: products[0].title: unknown field; valid names: product, url, account, owner, buyer-profile, buyers, max-test-price, inputs, saas, waive',
  ],
  // Test buyers are a matter of both: what else is there decides, and the usual name.
  ['ci.yaml', buyers, 'ci.yaml: ok, configuration\n'],
  ['ci.yaml', `${buyers}profile: x\nseller: y\nproduct: z\n`, `ci.yaml:3:1: seller: unknown field${ofConfig}`],
  ['busy.yaml', `${scenario}profile: x\n`, `busy.yaml:4:1: profile: unknown field${ofScenario}`],
  [
    'mp-verify.yaml',
    scenario,
    `mp-verify.yaml:2:1: seller: unknown field${ofConfig}\nmp-verify.yaml:3:1: faults: unknown field, did you mean "defaults"?`,
  ],
  [
    'busy.yaml',
    `${checklist}seller: "111122223333"\n`,
    `busy.yaml:6:1: seller: unknown field; valid names: version, id, title, summary, needs, steps`,
  ],
])('%s with %j', async (name, source, expected) => {
  expect(await said(name, source)).toBe(expected);
});

test('a checklist without steps is still a checklist', async () => {
  expect(await said('trial.yaml', 'version: 1\nid: trial\ntitle: Trial\n')).toContain('steps: ');
});

test('the scenario of src/sandbox/README.md is one', async () => {
  const readme = await readFile(new URL('../../src/sandbox/README.md', import.meta.url), 'utf8');
  const [, scenario = ''] = /--scenario busy[\s\S]*?```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(scenario).toContain('contracts:');
  expect(await said('busy.yaml', scenario)).toBe('busy.yaml: ok, scenario\n');
});
