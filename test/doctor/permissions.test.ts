import { beforeEach, describe, expect, test } from 'vitest';
import { actions } from '../../src/ports/marketplace.ts';
import { openAws } from './aws.ts';
import { doctor, examined, useMachine } from './support.ts';

beforeEach(() => useMachine());

describe('a permission that is denied', () => {
  test.each(actions.map((action, i) => [action, i < 3] as const))('%s', async (action, required) => {
    const aws = await openAws({ faults: { [action.replace('aws-marketplace:', '')]: 'access-denied' } });
    const { outcome, document, of, others } = await examined(['--endpoint-url', aws.url]);
    expect(document.policy).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: [action], Resource: '*' }],
    });
    expect(of(action)).toMatchObject({
      status: required ? 'fail' : 'warning',
      detail: expect.stringContaining(`not authorized to perform: ${action}`),
    });
    expect({ outcome, ok: document.ok }).toEqual({ outcome: required ? 'error' : 'pass', ok: !required });
    expect(new Set(others(action, 'product'))).toEqual(new Set(['pass']));
    const needsIt = ['aws-marketplace:ListEntities', 'aws-marketplace:DescribeEntity'].includes(action);
    expect(of('product')?.status).toBe(needsIt ? 'error' : 'pass');
  });

  test('all of them: the statement on the screen can be pasted as it is', async () => {
    const denied = actions.map((action) => [action.replace('aws-marketplace:', ''), 'access-denied'] as const);
    const aws = await openAws({ faults: Object.fromEntries(denied) });
    const { outcome, stdout } = await doctor(['--endpoint-url', aws.url], { columns: 40 });
    expect(outcome).toBe('error');
    expect(stdout).toContain('Add this statement to a policy of the\nuser mp-verify-sandbox:\n{\n');
    const statement: unknown = JSON.parse(/^\{\n[\s\S]*?\n\}$/m.exec(stdout)?.[0] ?? '');
    expect(statement).toEqual({ Effect: 'Allow', Action: actions, Resource: '*' });
    expect(stdout.match(/Add th/g)).toHaveLength(2);
  });

  test('an optional one says what is lost without it', async () => {
    const aws = await openAws({ faults: { GetProduct: 'access-denied' } });
    const { of } = await examined(['--endpoint-url', aws.url]);
    expect(of('aws-marketplace:GetProduct')?.detail).toContain('It is optional: without it you are asked for the URL');
  });

  test('a usage-based product needs the agreements, and no entitlements', async () => {
    const dimensions = [{ key: 'gb', name: 'Gigabytes', types: ['ExternallyMetered'] as const }];
    const answers = async (action: string) => {
      const aws = await openAws({ products: [{ dimensions }], faults: { [action]: 'access-denied' } });
      const { outcome, of } = await examined(['--endpoint-url', aws.url]);
      return [outcome, of(`aws-marketplace:${action}`)?.status];
    };
    expect(await answers('GetEntitlements')).toEqual(['pass', 'warning']);
    expect(await answers('SearchAgreements')).toEqual(['error', 'fail']);
  });
});

describe('a permission that could not be checked', () => {
  test.each([
    ['GetEntitlements', 'throttling', 'error', 'error', 'throttled'],
    ['GetEntitlements', 'internal', 'error', 'error', 'HTTP 500'],
    ['GetEntitlements', 'drop', 'error', 'error', 'did not reach'],
    ['GetEntitlements', 'html', 'error', 'error', 'is not AWS'],
    ['SearchAgreements', 'throttling', 'warning', 'pass', 'throttled'],
    ['GetProduct', 'html', 'warning', 'pass', 'is not AWS'],
  ] as const)('%s: %s', async (action, fault, status, ends, words) => {
    const aws = await openAws({ faults: { [action]: fault } });
    const { outcome, document, of, others } = await examined(['--endpoint-url', aws.url]);
    const name = `aws-marketplace:${action}`;
    expect(of(name)).toMatchObject({ status, detail: expect.stringContaining(words) });
    expect({ outcome, policy: document.policy }).toEqual({ outcome: ends, policy: null });
    expect(new Set(others(name))).toEqual(new Set(['pass']));
  });
});
