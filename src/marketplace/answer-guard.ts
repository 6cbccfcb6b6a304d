import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { notAws } from './explain.ts';

/** What is used of a client's middleware stack; its own type is different for each client. */
interface Stack {
  add(middleware: Middleware, options: { readonly step: 'deserialize'; readonly priority: 'low' }): void;
}
type Handler = (args: unknown) => Promise<{ readonly response: unknown }>;
type Middleware = (next: Handler) => Handler;

/**
 * The SDK reads a missing list out of whatever is JSON, and out of nothing at all: a proxy's `{"status":"ok"}` would be an
 * empty list of entitlements, and a baseline without contracts makes any contract a new one. So an answer must be an object
 * that is empty, as AWS may well answer, or has a member that AWS's answers have.
 */
export function guardAnswers(
  client: { readonly middlewareStack: unknown },
  host: string,
  members: readonly string[],
): void {
  const guard: Middleware = (next) => async (args) => {
    const result = await next(args);
    const response = result.response as { statusCode: number; body: Readable | Uint8Array };
    if (response.statusCode < 200 || response.statusCode >= 300) return result;
    const bytes = response.body instanceof Uint8Array ? response.body : await buffer(response.body);
    response.body = bytes;
    if (isAnswer(bytes, members)) return result;
    throw notAws(host, response.statusCode, 'it is not in the form of an AWS answer');
  };
  (client.middlewareStack as Stack).add(guard, { step: 'deserialize', priority: 'low' });
}

function isAnswer(bytes: Uint8Array, members: readonly string[]): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const names = Object.keys(value);
    return names.length === 0 || names.some((name) => members.includes(name));
  } catch {
    return false;
  }
}
