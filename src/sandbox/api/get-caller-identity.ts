import { z } from 'zod';
import { arnOf, userIdOf } from './caller.ts';
import { defineOperation } from './operation.ts';

const input = z.object({ Version: z.literal('2011-06-15') });

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity = defineOperation('sts', 'GetCallerIdentity', input, (_input, { caller }) => {
  return { Arn: arnOf(caller), UserId: userIdOf(caller), Account: caller.accountId };
});
