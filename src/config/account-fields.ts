import * as z from 'zod';
import { textLine } from '../checklist/fields.ts';
import { productPageUrl } from '../checklist/model.ts';
import type { RoleToAssume } from '../ports/marketplace.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const rolePattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const externalId = /^[\w+=,.@:/-]{2,1224}$/;

/** `example`: the name of a role. */
export function roleArn(example: string) {
  return z.string().regex(rolePattern, `must be the ARN of a role, such as arn:aws:iam::111122223333:role/${example}`);
}

export const externalIdField = z.string().regex(externalId, 'must have 2 to 1224 letters, digits or any of _+=,.@:/-');

/** Whose credentials are used: of the seller of a file, or of one of its accounts. */
export const accountFields = {
  profile: textLine.describe('AWS profile of the seller.').optional(),
  'role-arn': roleArn('mp-verify')
    .describe('Role of the seller. mp-verify assumes it with the credentials of the profile or the environment.')
    .optional(),
  'external-id': externalIdField.describe('External ID, if the trust policy of the role asks for one.').optional(),
};

export const pageUrl = z
  .string()
  .regex(productPageUrl, 'must be the URL of a product page: https://aws.amazon.com/marketplace/pp/prodview-…')
  .describe('URL of the product page, if AWS does not return it.');

interface RoleFields {
  readonly 'role-arn'?: string | undefined;
  readonly 'external-id'?: string | undefined;
}

/** An external ID is for a role. */
export function needsRole(fields: RoleFields, context: z.RefinementCtx): void {
  if (fields['external-id'] && !fields['role-arn'])
    context.addIssue({
      code: 'custom',
      path: ['external-id'],
      message: 'needs "role-arn", the role that asks for it',
    });
}

export function roleIn(fields: RoleFields): RoleToAssume | null {
  const arn = fields['role-arn'];
  return arn === undefined ? null : { arn, externalId: fields['external-id'] ?? null };
}
