import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { SandboxAccount, World } from '../world.ts';
import { AwsError } from './aws-error.ts';
import { type Fault, suffer } from './fault.ts';
import type { Operation } from './operation.ts';
import { usualWire, type Wire } from './wire.ts';

export interface ApiOptions {
  readonly world: World;
  readonly now: () => number;
  readonly fault: (action: string) => Fault | null;
}

/** Answers one call as AWS does: first who asks, then whether it can be read, then whether it makes sense. */
export async function callApi(
  operation: Operation,
  context: Context<{ Bindings: HttpBindings }>,
  { world, now, fault }: ApiOptions,
  wire: Wire = usualWire,
): Promise<Response> {
  const { action, run } = operation;
  const requestId = String(context.env.outgoing.getHeader('x-amzn-requestid'));
  try {
    const caller = authenticate(context.req.header('authorization'), world);
    const trouble = fault(action);
    const overloaded = trouble === 'unprocessed';
    if (trouble !== null && !overloaded) return await suffer(trouble, action, caller, context.env.incoming);
    const input = await wire.read(operation, context.req);
    // By the Host header, which is ours: a request may name another origin in its target.
    const origin = `http://${context.req.header('host')}`;
    return wire.answer(operation, run(input, { caller, world, now: now(), origin, overloaded }), requestId);
  } catch (error) {
    if (error instanceof AwsError) return wire.answerError(operation, error, requestId);
    throw error;
  }
}

// The key id alone says who asks: signatures are not checked, so that any clock and any secret will do.
function authenticate(authorization: string | undefined, world: World): SandboxAccount {
  if (authorization === undefined) throw new AwsError('no-key', 'Missing Authentication Token');
  const key = /\bCredential=([^/,\s]+)\//.exec(authorization)?.[1];
  const accounts = [world.seller, ...Object.values(world.buyers), ...world.strangers];
  const caller = accounts.find((account) => account.accessKeyId === key);
  if (caller === undefined) throw new AwsError('unknown-key', 'The security token included in the request is invalid.');
  return caller;
}
