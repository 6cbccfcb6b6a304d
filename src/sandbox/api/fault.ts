import type { IncomingMessage } from 'node:http';
import { type ApiCaller, arnOf } from './caller.ts';
import { AwsError } from './errors.ts';

/**
 * What can go wrong with a call: an error of the service (`internal` is a 500; `disabled-api` is Metering's in regions
 * without it), no answer (`hang`), a reset connection (`drop`), or a proxy's page instead of AWS's answer (`html`: 200,
 * `html-403`: 403). AWS may give an `OddAnswer` at any time.
 */
export type Fault =
  | keyof typeof messages
  | 'access-denied'
  | 'disabled-api'
  | 'hang'
  | 'drop'
  | 'html'
  | 'html-403'
  | OddAnswer;

/**
 * `unprocessed`: BatchMeterUsage processes no record. `empty-first-page`: the first page of GetEntitlements has no
 * rows, but a NextToken that leads to them.
 */
export type OddAnswer = (typeof oddAnswers)[number];

const oddAnswers = ['empty-first-page', 'unprocessed'] as const;

export function isOddAnswer(fault: Fault | null): fault is OddAnswer {
  return oddAnswers.some((odd) => odd === fault);
}

const messages = {
  throttling: 'Rate exceeded',
  internal: 'An internal error has occurred.',
  'expired-token': 'The security token included in the request is expired',
};

/** Answers a call with that fault. Throws `AwsError` for the service's errors. */
export async function answerFault(
  fault: Exclude<Fault, OddAnswer>,
  action: string,
  caller: ApiCaller,
  { socket }: IncomingMessage,
): Promise<Response> {
  switch (fault) {
    case 'access-denied':
      throw new AwsError(fault, accessDenied(action, caller));
    case 'disabled-api':
      throw new AwsError('DisabledApiException', 'The API is disabled in this Region.');
    case 'html':
    case 'html-403': {
      const init = { status: fault === 'html' ? 200 : 403, headers: { 'content-type': 'text/html' } };
      return new Response('<!doctype html><title>Sign in to the network</title>', init);
    }
    case 'drop':
      socket.resetAndDestroy();
      return new Promise(() => {});
    case 'hang':
      return new Promise(() => {});
    default:
      throw new AwsError(fault, messages[fault]);
  }
}

function accessDenied(action: string, caller: ApiCaller): string {
  // BatchDescribeEntities has no permission of its own.
  const service = action === 'GetCallerIdentity' || action === 'AssumeRole' ? 'sts' : 'aws-marketplace';
  const permission = `${service}:${action === 'BatchDescribeEntities' ? 'DescribeEntity' : action}`;
  return (
    `User: ${arnOf(caller)} is not authorized to perform: ${permission} on resource: * ` +
    `because no identity-based policy allows the ${permission} action`
  );
}
