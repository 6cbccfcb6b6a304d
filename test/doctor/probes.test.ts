import { beforeEach, describe, expect, test } from 'vitest';
import { CouldNotTell } from '../../src/errors.ts';
import { connect } from '../../src/marketplace/connect.ts';
import { actions } from '../../src/ports/marketplace.ts';
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

describe('for each action', () => {
  const who = 'User: arn:aws:iam::111122223333:user/kim';
  const listings = 'aws-marketplace:ListPrivateListings';
  const refusal = (action: string) => `${who} is not authorized to perform: ${action} on resource: *`;

  test.each([
    ['ResourceNotFoundException', 404],
    ['ValidationException', 422],
    ['InvalidParameterException', 400],
    ['ResourceNotSupportedException', 415],
  ])('%s is a permission', async (name, status) => {
    const { marketplace } = await awsThatSays(awsError(name, 'No.', status));
    for (const action of actions) expect(await marketplace.probe(action, null), action).toEqual({ allowed: true });
  });

  test.each<[string, number, (action: string) => { readonly why: string; readonly missing: string }]>([
    ['403', 403, (action) => ({ why: refusal(action), missing: action })],
    ['400', 400, (action) => ({ why: refusal(action), missing: action })],
    ['403 that names another action', 403, () => ({ why: refusal(listings), missing: listings })],
    ['403 without the words of IAM', 403, (action) => ({ why: 'Access denied.', missing: action })],
  ])('AccessDeniedException is none: %s', async (_, status, refused) => {
    for (const action of actions) {
      const { why, missing } = refused(action);
      const { marketplace } = await awsThatSays(awsError('AccessDeniedException', why, status));
      expect(await marketplace.probe(action, null)).toEqual({ allowed: false, missing, why });
    }
  });
  const html = { headers: { 'content-type': 'text/html' }, body: '<html></html>' };
  test.each([
    ['UnknownOperationException', 'aws-error', awsError('UnknownOperationException', 'Sorry.', 404)],
    ['SubscriptionRequiredException', 'aws-error', awsError('SubscriptionRequiredException', 'Sorry.', 403)],
    ['ExpiredTokenException', 'expired-credentials', awsError('ExpiredTokenException', 'Sorry.', 400)],
    ['UnrecognizedClientException', 'bad-credentials', awsError('UnrecognizedClientException', 'Sorry.', 403)],
    ['a page of somebody else', 'not-aws', html],
  ])('%s says nothing of it: %s', async (_, code, answer) => {
    const { marketplace } = await awsThatSays(answer);
    for (const action of actions) expect((await troubleOf(marketplace.probe(action, null))).code, action).toBe(code);
  });

  test('it is one signed question', async () => {
    const { marketplace, received } = await awsThatSays(awsError('ResourceNotFoundException', 'No.', 404));
    for (const action of actions) await marketplace.probe(action, null);
    expect(received.map(({ action }) => `aws-marketplace:${action}`)).toEqual(actions);
    for (const { headers } of received)
      expect(headers.authorization).toContain(`Credential=${sellerKeys.AWS_ACCESS_KEY_ID}/`);
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
    expect(await marketplace.ping()).toMatchObject({ awsTime: new Date(date) });
  });

  test('an error page that carries a request id is one too', async () => {
    const headers = { 'x-amzn-requestid': 'r-1', 'content-type': 'text/html' };
    const { marketplace } = await awsThatSays({ status: 403, headers, body: '<html>Forbidden</html>' });
    await expect(marketplace.ping()).resolves.toMatchObject({ awsTime: null });
  });

  test('no credentials are needed', async () => {
    await useMachine({});
    const { marketplace } = await awsThatSays(awsError('MissingAuthenticationTokenException', 'No.', 403));
    await expect(marketplace.ping()).resolves.toBeDefined();
  });
});
