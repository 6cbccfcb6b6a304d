import { expect, test } from 'vitest';
import { s3StandIn } from '../support/s3-stand-in.ts';
import { team } from './people.ts';

type Check = { readonly name: string; readonly status: string; readonly detail: string };

function checksIn(stdout: string): Readonly<Record<string, Check>> {
  return Object.fromEntries((JSON.parse(stdout).checks as readonly Check[]).map((each) => [each.name, each]));
}

test('doctor tries what runs do in the shared store', async () => {
  const { mina } = await team();
  const { outcome, stdout } = await mina.run('doctor --json');
  expect(outcome).toBe('pass');
  const checks = checksIn(stdout);
  expect(checks['shared store']).toMatchObject({ status: 'pass', detail: 's3://acme-verify/prod' });
  for (const action of ['s3:ListBucket', 's3:GetObject', 's3:PutObject'])
    expect(checks[action]).toMatchObject({ status: 'pass' });
  // These credentials must not see how the bucket is set up, and nothing is said about it.
  expect([checks['bucket versions'], checks.bucket]).toEqual([undefined, undefined]);
  expect(checksIn((await mina.run('doctor --json --store local')).stdout)['shared store']).toBeUndefined();
});

test('doctor names a missing permission, and the policy that adds it', async () => {
  const { s3, mina } = await team();
  s3.fault = ({ action }) => (action === 'PUT' ? 403 : null);
  const { code, stdout } = await mina.run('doctor --json');
  expect(code).toBe(4);
  const { 's3:PutObject': put, 's3:ListBucket': list } = checksIn(stdout);
  expect(list?.status).toBe('pass');
  expect(put).toMatchObject({ status: 'fail', detail: expect.stringContaining('s3:PutObject is not allowed') });
  expect(put?.detail).toContain('"Resource":"arn:aws:s3:::acme-verify/prod/*"');
});

test('doctor refuses a store that ignores conditional writes', async () => {
  const s3 = await s3StandIn({ ignoresConditions: true });
  const { mina } = await team();
  await mina.write('mp-verify.yaml', `store: { url: "s3://${s3.bucket}", endpoint-url: "${s3.url}" }\n`);
  const { code, stdout } = await mina.run('doctor');
  expect(code).toBe(4);
  expect(stdout.replace(/\s+/g, ' ')).toContain('lets several writers create the same object');
});

test.each([
  ['<Status>Enabled</Status>', 'Enabled', { status: 'pass', detail: 'on' }, 'encryption aws:kms, Object Lock on'],
  [
    '',
    'Disabled',
    { status: 'warning', detail: expect.stringMatching(/^Off: what is deleted in the bucket is gone\./) },
    'encryption aws:kms, Object Lock off',
  ],
])('doctor says what protects the runs in the bucket: versioning "%s"', async (status, lock, versions, bucket) => {
  const { s3, mina } = await team();
  s3.setup
    .set('versioning', `<VersioningConfiguration>${status}</VersioningConfiguration>`)
    .set(
      'encryption',
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
    )
    .set(
      'object-lock',
      `<ObjectLockConfiguration><ObjectLockEnabled>${lock}</ObjectLockEnabled></ObjectLockConfiguration>`,
    );
  const { outcome, stdout } = await mina.run('doctor --json');
  expect(outcome).toBe('pass');
  expect(checksIn(stdout)).toMatchObject({ 'bucket versions': versions, bucket: { status: 'pass', detail: bucket } });
});

test('the policy contains the shared store', async () => {
  const { mina } = await team();
  const { Statement } = JSON.parse((await mina.run('doctor --policy')).stdout);
  expect(Statement.slice(1)).toMatchObject([
    { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::acme-verify' },
    { Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::acme-verify/prod/*' },
  ]);
  expect(JSON.stringify(Statement)).not.toContain('Delete');
});
