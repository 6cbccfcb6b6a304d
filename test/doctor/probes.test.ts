import { beforeEach, describe, expect, test } from 'vitest';
import { CouldNotTell } from '../../src/errors.ts';
import { connect } from '../../src/marketplace/connect.ts';
import { actions } from '../../src/ports/permissions.ts';
import { fastPacers } from '../support/fast-pacers.ts';
import { type Answer, awsError, openServer } from './aws.ts';
import { canary, sellerKeys, useMachine } from './support.ts';

beforeEach(() => useMachine());

/** AWS that gives every question the same answer. */
async function awsThatSays(answer: Answer) {
  const { url, received } = await openServer(() => answer);
  const { signal } = new AbortController();
  return {
    marketplace: await connect({ profile: null, endpointUrl: url, keys: null, signal }, process.env, fastPacers()),
    received,
  };
}

async function troubleOf(question: Promise<unknown>) {
  const error = await question.then(
    (answer) => expect.fail(`there was an answer: ${JSON.stringify(answer)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof CouldNotTell)) throw error;
  expect(`${error.message} ${error.hint}`).not.toContain(canary);
  return error;
}

describe.each(actions)('%s', (action) => {
  const user = 'User: arn:aws:iam::111122223333:user/kim';

  test.each([
    ['ResourceNotFoundException', 404],
    ['ValidationException', 422],
    ['InvalidParameterException', 400],
    ['ResourceNotSupportedException', 415],
  ])('%s is a permission', async (name, status) => {
    const { marketplace } = await awsThatSays(awsError(name, 'No.', status));
    expect(await marketplace.probe(action, null)).toEqual({ allowed: true });
  });

  test.each([
    [403, `${user} is not authorized to perform: ${action} on resource: *`, action],
    [400, `${user} is not authorized to perform: ${action} on resource: *`, action],
    [
      403,
      `${user} is not authorized to perform: aws-marketplace:ListPrivateListings`,
      'aws-marketplace:ListPrivateListings',
    ],
    [403, 'Access denied.', action],
  ])('an access error (%i) is none: %s', async (status, why, missing) => {
    const { marketplace } = await awsThatSays(awsError('AccessDeniedException', why, status));
    expect(await marketplace.probe(action, null)).toEqual({ allowed: false, missing, why });
  });

  test.each([
    ['UnknownOperationException', 404, 'aws-error'],
    ['SubscriptionRequiredException', 403, 'aws-error'],
    ['ExpiredTokenException', 400, 'expired-credentials'],
    ['UnrecognizedClientException', 403, 'bad-credentials'],
  ])('%s says nothing of it', async (name, status, code) => {
    const { marketplace } = await awsThatSays(awsError(name, 'Sorry.', status));
    expect((await troubleOf(marketplace.probe(action, null))).code).toBe(code);
  });

  test('a page of somebody else says nothing of it', async () => {
    const { marketplace } = await awsThatSays({ headers: { 'content-type': 'text/html' }, body: '<html></html>' });
    expect((await troubleOf(marketplace.probe(action, null))).code).toBe('not-aws');
  });

  test('it is one signed question', async () => {
    const { marketplace, received } = await awsThatSays(awsError('ResourceNotFoundException', 'No.', 404));
    await marketplace.probe(action, null);
    expect(received.map(({ action }) => `aws-marketplace:${action}`)).toEqual([action]);
    expect(received[0]?.headers.authorization).toContain(`Credential=${sellerKeys.AWS_ACCESS_KEY_ID}/`);
  });
});

// Of the services only the Agreement API has reasons in its model.
describe.each(actions.filter((action) => action.includes('Agreement')))('%s, refused with a reason', (action) => {
  const reason = { reason: 'INVALID_ACCOUNT_STATE' };

  test('is no matter of policies', async () => {
    const { marketplace } = await awsThatSays(awsError('AccessDeniedException', 'Sorry.', 400, reason));
    const { code, message } = await troubleOf(marketplace.probe(action, null));
    expect({ code, message }).toEqual({ code: 'refused', message: expect.stringContaining(reason.reason) });
  });

  test('but in the words of IAM it is', async () => {
    const why = `User: kim is not authorized to perform: ${action}`;
    const { marketplace } = await awsThatSays(awsError('AccessDeniedException', why, 400, reason));
    expect(await marketplace.probe(action, null)).toMatchObject({ allowed: false, missing: action });
  });
});

describe('reach', () => {
  test.each([
    ['MissingAuthenticationTokenException', 403],
    ['AccessDeniedException', 403],
    ['InternalServiceException', 500],
    ['ThrottlingException', 429],
  ])('%s is an answer of AWS', async (name, status) => {
    const date = 'Mon, 23 Nov 2026 09:00:00 GMT';
    const { body, headers = {} } = awsError(name, 'No.', status);
    const { marketplace } = await awsThatSays({ status, headers: { ...headers, date }, body });
    expect(await marketplace.reach()).toMatchObject({ awsTime: new Date(date) });
  });

  test('an error page that carries a request id is one too', async () => {
    const headers = { 'x-amzn-requestid': 'r-1', 'content-type': 'text/html' };
    const { marketplace } = await awsThatSays({ status: 403, headers, body: '<html>Forbidden</html>' });
    await expect(marketplace.reach()).resolves.toMatchObject({ awsTime: null });
  });

  test('no credentials are needed', async () => {
    await useMachine({});
    const { marketplace } = await awsThatSays(awsError('MissingAuthenticationTokenException', 'No.', 403));
    await expect(marketplace.reach()).resolves.toBeDefined();
  });
});
