import type { HttpBindings } from '@hono/node-server';
import type { Context, HonoRequest } from 'hono';
import type { CallLog } from '../call-log.ts';
import type { TakeCall } from '../quotas.ts';
import type { SandboxWorld } from '../world.ts';
import { type ApiCaller, callerBy, describeCaller, scopeOf } from './caller.ts';
import { AwsError, errorName, type Service } from './errors.ts';
import { answerFault, type Fault, isOddAnswer } from './fault.ts';
import type { Operation } from './operation.ts';
import { usualWire, type Wire } from './wire.ts';

export interface ApiOptions {
  readonly world: SandboxWorld;
  readonly now: () => number;
  readonly fault: (action: string) => Fault | null;
  readonly calls: CallLog;
  /** Whether a call is within the quota of its account. */
  readonly takeCall: TakeCall;
}

/** The names of the services in the call log. */
const names = {
  agreement: 'Agreement',
  catalog: 'Catalog',
  discovery: 'Discovery',
  entitlement: 'Entitlement',
  metering: 'Metering',
  sts: 'STS',
} as const satisfies Record<Service, string>;

/** Answers one call like AWS: checks first the keys, then the format, then the input. */
export async function callApi(
  operation: Operation,
  context: Context<{ Bindings: HttpBindings }>,
  { world, now, fault, calls, takeCall }: ApiOptions,
  wire: Wire = usualWire,
): Promise<Response> {
  const { service, action, run } = operation;
  const { req } = context;
  const requestId = String(context.env.outgoing.getHeader('x-amzn-requestid'));
  const asked = {
    who: describeCaller(req, world, now()),
    userAgent: req.header('user-agent'),
    action: `${names[service]} ${action}`,
  };
  let input: unknown;
  try {
    const caller = authenticate(req, world, now());
    if (!takeCall(action, caller.accountId)) throw new AwsError('throttling', 'Rate exceeded');
    const trouble = fault(action);
    if (trouble !== null && !isOddAnswer(trouble)) {
      const answering = answerFault(trouble, action, caller, context.env.incoming);
      if (trouble === 'hang' || trouble === 'drop')
        calls.add({ ...asked, status: null, trouble: `the fault ${trouble}` });
      const answer = await answering;
      calls.add({ ...asked, status: answer.status, trouble: `the fault ${trouble}` });
      return answer;
    }
    input = await wire.read(operation, req);
    // From the Host header, which has been checked. The request target may name another origin.
    const origin = `http://${req.header('host')}`;
    const output = run(input, { caller, world, now: now(), origin, oddAnswer: trouble });
    const answer = wire.answer(operation, output, requestId);
    calls.add({ ...asked, status: answer.status, input, output });
    return answer;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const answer = wire.answerError(operation, error, requestId);
    const [name] = errorName(service, error);
    calls.add({ ...asked, status: answer.status, input, trouble: `${name}: ${error.message}` });
    return answer;
  }
}

// Checks only the access key id, not the signature, so any clock and any secret key work.
function authenticate(req: HonoRequest, world: SandboxWorld, now: number): ApiCaller {
  if (req.header('authorization') === undefined) throw new AwsError('no-key', 'Missing Authentication Token');
  return callerBy(scopeOf(req)?.key, req.header('x-amz-security-token'), world, now);
}
