import { join } from 'node:path';
import { expect } from 'vitest';
import { reportDocument } from '../../src/checklist/report-document.ts';
import { s3StandIn } from '../support/s3-stand-in.ts';
import { test } from './support/machine.ts';

test('two people, one run: two state folders, two profiles, real processes', async ({ machine }) => {
  const s3 = await s3StandIn();
  const { env } = await machine.marketplace();
  await machine.write('aws-credentials', '[mina]\naws_access_key_id = MINA\naws_secret_access_key = x\n');
  const store = (profile: string) =>
    `store: { url: "s3://${s3.bucket}/prod", profile: ${profile}, endpoint-url: "${s3.url}" }\n`;
  await machine.write('mina.yaml', store('mina'));
  await machine.write('ben.yaml', store('ben'));
  const mina = { env: { ...env, MP_VERIFY_STATE_DIR: join(machine.home, 'mina') } };
  const ben = { env: { ...env, MP_VERIFY_STATE_DIR: join(machine.home, 'ben') } };

  const buyer = ['--buyer', '444455556666', '--no-input'];
  const begun = await machine.run(['run', 'new-signup', ...buyer, '--operator', 'Mina', '--config', 'mina.yaml'], mina);
  expect(begun.code).toBe(3);
  expect(begun.stdout).toContain('mp-verify resume new-signup-1');
  expect(new Set(s3.requests.map(({ client }) => client))).toEqual(new Set(['MINA']));

  // Another profile, which is missing at first.
  const refused = await machine.run(['resume', '--config', 'ben.yaml'], ben);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain('There is no AWS profile ben');
  await machine.write('aws-credentials', '[ben]\naws_access_key_id = BEN\naws_secret_access_key = x\n');
  const resumed = await machine.run(
    ['resume', 'new-signup', '--rehearse', '--operator', 'Ben', '--config', 'ben.yaml'],
    ben,
  );
  expect(resumed.code, resumed.stderr).toBe(0);

  const { stdout } = await machine.run(['report', '--json', '--config', 'ben.yaml'], mina);
  const { run } = reportDocument.parse(JSON.parse(stdout));
  expect(run.id).toBe('new-signup-1');
  expect(run.sittings.map(({ operator }) => operator)).toEqual(['Mina', 'Ben']);
  expect((await machine.run(['runs', '--store', 'local'], ben)).stdout).toContain('There are no saved runs yet.');
});
