import type { HonoRequest } from 'hono';

/** Whether an AWS SDK asks, or a browser: only SDKs sign. */
export function isSigned(req: HonoRequest): boolean {
  return req.header('authorization')?.startsWith('AWS4-') ?? false;
}

/**
 * Answers a call of an action, or of a whole service, that the sandbox does not have. Name and status are those of AWS's
 * Common Errors; the body is one that SDKs read whichever of AWS's JSON protocols they speak.
 */
export function unknownOperation(req: HonoRequest): Response {
  const name = 'UnknownOperationException';
  const action = req.header('x-amz-target') ?? `${req.method} ${req.path}`;
  const body = { __type: name, message: `The sandbox has no action ${JSON.stringify(action)}.` };
  return Response.json(body, { status: 404, headers: { 'x-amzn-errortype': name } });
}
