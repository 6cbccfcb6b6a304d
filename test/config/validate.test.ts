import { expect, test } from 'vitest';
import { validate } from '../../src/commands/validate.ts';
import type { Host } from '../../src/ports/host.ts';
import { worldOf } from './world.ts';

const checklist = 'version: 1\nid: trial\ntitle: Trial\nsteps:\n  - {id: a, title: A, do: Look.}\n';

/** What `validate` prints about the file, or what it says is wrong. */
async function said(name: string, source: string): Promise<string> {
  const written: string[] = [];
  const host = {
    ...worldOf({ [name]: source }),
    stdout: { write: (text: string) => void written.push(text) },
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
])('%s with %j', async (name, source, expected) => {
  expect(await said(name, source)).toBe(expected);
});

test('a checklist without steps is still a checklist', async () => {
  expect(await said('trial.yaml', 'version: 1\nid: trial\ntitle: Trial\n')).toContain('steps: ');
});
