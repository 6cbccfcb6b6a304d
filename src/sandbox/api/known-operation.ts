import { AwsError } from './aws-error.ts';
import type { Operation } from './operation.ts';

/** Those of one service. */
export type Operations = readonly [Operation, ...Operation[]];

/** The one of that name, or one that answers that the service has none. */
export function knownOperation(operations: Operations, action = ''): Operation {
  const run = () => {
    throw new AwsError('no-action', `The sandbox has no action ${JSON.stringify(action)}.`);
  };
  const { service } = operations[0];
  return operations.find((operation) => operation.action === action) ?? { service, action, run };
}
