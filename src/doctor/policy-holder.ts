/**
 * Whose policy must be changed, in words: the ARN of a session names its role, and roles whose name begins with
 * AWSReservedSSO_ are made from permission sets, which alone can be changed.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export function policyHolder(arn: string): string {
  const [, permissionSet] = /:assumed-role\/AWSReservedSSO_(.+)_[0-9a-f]+\//.exec(arn) ?? [];
  if (permissionSet) return `the permission set ${permissionSet} of IAM Identity Center`;
  const [, role] = /:assumed-role\/([^/]+)/.exec(arn) ?? [];
  if (role) return `the role ${role}`;
  const [, user] = /:user\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return user ? `the user ${user}` : arn;
}
