import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { SandboxAccount, World } from '../world.ts';
import { AwsError } from './aws-error.ts';
import { type Fault, suffer } from './fault.ts';
import type { Operation } from './operation.ts';
import { answer, answerError } from './wire.ts';

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
): Promise<Response> {
  const { service, action, run } = operation;
  const requestId = String(context.env.outgoing.getHeader('x-amzn-requestid'));
  try {
    const caller = authenticate(context.req.header('authorization'), world);
    const trouble = fault(action);
    if (trouble !== null) return await suffer(trouble, action, caller, context.env.incoming);
    const input = await readInput(operation, context);
    return answer(
      service,
      action,
      run(input, { caller, world, now: now(), origin: new URL(context.req.url).origin }),
      requestId,
    );
  } catch (error) {
    if (error instanceof AwsError) return answerError(service, error, requestId);
    throw error;
  }
}

// The key id alone says who asks: signatures are not checked, so that any clock and any secret will do.
function authenticate(authorization: string | undefined, world: World): SandboxAccount {
  if (authorization === undefined) throw new AwsError('no-key', 'Missing Authentication Token');
  const key = /\bCredential=([^/,\s]+)\//.exec(authorization)?.[1];
  const caller = [world.seller, ...Object.values(world.buyers)].find((account) => account.accessKeyId === key);
  if (caller === undefined) throw new AwsError('unknown-key', 'The security token included in the request is invalid.');
  return caller;
}

async function readInput({ service }: Operation, { req }: Context): Promise<unknown> {
  if (req.method === 'GET') return req.query();
  const text = await req.text();
  if (service === 'sts') return Object.fromEntries(new URLSearchParams(text));
  if (!/\bjson\b/.test(req.header('content-type') ?? '')) {
    throw new AwsError('serialization', 'The content type of the request is not JSON.');
  }
  try {
    // AWS takes a member that is null as one that is not there.
    return JSON.parse(text === '' ? '{}' : text, (_key, value: unknown) => value ?? undefined);
  } catch {
    throw new AwsError('serialization', 'The body of the request is not JSON.');
  }
}
