import * as z from 'zod';
import { accountsOf, arnOf, roleKeys, userIdOf } from './caller.ts';
import { defineOperation } from './operation.ts';

const identityInput = z.object({ Version: z.literal('2011-06-15') });

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity = defineOperation('sts', 'GetCallerIdentity', identityInput, (_input, { caller }) => {
  return { Arn: arnOf(caller), UserId: userIdOf(caller), Account: caller.accountId };
});

const roleInput = z.object({
  Version: z.literal('2011-06-15'),
  RoleArn: z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
});

/**
 * Returns keys of the role's account to every caller, because the sandbox has no trust policies. Uses the seller if the
 * sandbox lacks the role's account: the settings of a SaaS name its real role.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const assumeRole = defineOperation('sts', 'AssumeRole', roleInput, (input, { world, now }) => {
  const [, , , , accountId, resource = ''] = input.RoleArn.split(':');
  const account = accountsOf(world).find((each) => each.accountId === accountId) ?? world.seller;
  const role = { name: resource.split('/').at(-1) ?? '', session: input.RoleSessionName };
  return {
    AssumedRoleUser: { AssumedRoleId: userIdOf({ ...account, role }), Arn: arnOf({ ...account, role }) },
    Credentials: roleKeys(account, role, now + input.DurationSeconds * 1000),
  };
});
