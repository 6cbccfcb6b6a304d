import { readFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { oldestNode } from '../../src/doctor/examine.ts';
import { explainDenial } from '../../src/doctor/permissions.ts';
import { actions, policyHolder } from '../../src/ports/marketplace.ts';
import { doctor, useMachine } from './support.ts';

beforeEach(() => useMachine({}));

const role = 'arn:aws:iam::111122223333:role/mp-verify';
const project = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('--policy', () => {
  test.each([[[]], [['--json']], [['--sandbox']], [['--profile', 'nobody']]])(
    'prints the whole policy: %s',
    async (args) => {
      const { outcome, stdout, stderr } = await doctor(['--policy', ...args]);
      expect({ outcome, stderr, policy: JSON.parse(stdout) as unknown }).toEqual({
        outcome: 'pass',
        stderr: '',
        policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
      });
    },
  );

  test('has a statement for the credentials that assume the role, if there is one', async () => {
    const { stdout, stderr } = await doctor(['--policy'], { config: `role-arn: ${role}\n` });
    const { Statement } = JSON.parse(stdout) as { readonly Statement: readonly object[] };
    expect(Statement).toEqual([
      { Effect: 'Allow', Action: actions, Resource: '*' },
      { Sid: 'AssumeRole', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role },
    ]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`The role ${role} needs the first statement.`);
    const inSandbox = await doctor(['--policy', '--sandbox'], { config: `role-arn: ${role}\n` });
    expect(inSandbox.stdout).toBe((await doctor(['--policy'])).stdout);
  });

  test('has one for all roles of the accounts', async () => {
    const accounts = [1, 2, 3].map((n) => `  a${n}: { role-arn: "${role}-${n}" }\n`).join('');
    const config = `accounts:\n${accounts}  b: { profile: b }\n  c: { role-arn: "${role}-1" }\nproducts: [prod-aaa]\n`;
    const { stdout, stderr } = await doctor(['--policy'], { config });
    const { Statement } = JSON.parse(stdout) as { readonly Statement: readonly object[] };
    const Resource = [`${role}-1`, `${role}-2`, `${role}-3`];
    expect(Statement.slice(1)).toEqual([{ Sid: 'AssumeRole', Effect: 'Allow', Action: 'sts:AssumeRole', Resource }]);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('Each of the 3 roles needs the first statement.');
  });

  test('is the policy of the README', async () => {
    const { stdout } = await doctor(['--policy']);
    const blocks = [...(await project('README.md')).matchAll(/^```json\n([\s\S]*?)^```/gm)].map(
      ([, json]) => json ?? '',
    );
    const policies = blocks.filter((json) => json.includes('"Statement"'));
    expect(policies.map((json) => JSON.parse(json) as unknown)).toEqual([JSON.parse(stdout)]);
  });

  test('holds reading actions only', () => {
    for (const action of actions) expect(action).toMatch(/^aws-marketplace:(List|Describe|Get|Search)[A-Z]/);
  });
});

test('the oldest Node is the one of package.json', async () => {
  const { engines } = JSON.parse(await project('package.json')) as { readonly engines: { readonly node: string } };
  expect(engines.node).toBe(`>=${oldestNode}`);
});

const action = 'aws-marketplace:GetEntitlements';
const user = `User: arn:aws:iam::111122223333:user/kim is not authorized to perform: ${action} on resource: *`;

test.each([
  [`${user} because no identity-based policy allows the ${action} action`, action, null],
  [user, action, null],
  ['Access denied.', action, 'seller support'],
  [
    `${user} with an explicit deny in a service control policy`,
    null,
    'denied by a statement in a service control policy',
  ],
  [`${user} with an explicit deny in an identity-based policy`, null, 'in an identity-based policy'],
  [`${user} with an explicit deny in a permissions boundary`, null, 'in a permissions boundary'],
  [`${user} because no permissions boundary allows the ${action} action`, null, 'by a permissions boundary too'],
  [`${user} because no service control policy allows the ${action} action`, null, 'by a service control policy too'],
  [`${user} because no VPC endpoint policy allows the ${action} action`, null, 'by a VPC endpoint policy too'],
  [`${user} because no session policy allows the ${action} action`, null, 'by a session policy too'],
])('what must change: %s', (why, missing, words) => {
  const found = explainDenial(action, why);
  expect(found.missing).toBe(missing);
  if (words === null) expect(found.hint).toBeNull();
  else expect(found.hint).toContain(words);
});

test.each([
  ['arn:aws:iam::111122223333:user/kim', 'the user kim'],
  ['arn:aws:iam::111122223333:user/teams/market/kim', 'the user kim'],
  ['arn:aws:sts::111122223333:assumed-role/ci-seller/session', 'the role ci-seller'],
  [
    'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Seller_Read_0123456789abcdef/kim@example.com',
    'the permission set Seller_Read of IAM Identity Center',
  ],
  ['arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:root'],
])('whose policy: %s', (arn, words) => {
  expect(policyHolder(arn)).toBe(words);
});
