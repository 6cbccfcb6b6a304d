/** An IAM statement, as it is pasted into a policy. The Marketplace actions that are used here only read. */
export function iamStatement(actions: readonly string[]) {
  return { Effect: 'Allow', Action: actions, Resource: '*' };
}

/** A whole IAM policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export function iamPolicy(actions: readonly string[]) {
  return { Version: '2012-10-17', Statement: [iamStatement(actions)] };
}
