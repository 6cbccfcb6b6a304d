import type { Readable } from 'node:stream';
import * as z from 'zod';
import { CouldNotCheck } from '../errors.ts';
import type { AwsClock } from './ask.ts';
import { notAws } from './explain.ts';

/** An unvalidated answer: its JSON, and AWS's time. */
export interface RawAnswer {
  readonly json: Readonly<Record<string, unknown>>;
  /** From the `Date` header, to the second; null if there was none. */
  readonly at: Date | null;
}

/** The part of a client's middleware stack used here. Each client has its own type for it. */
interface Stack {
  add(middleware: Middleware, options: { readonly step: 'deserialize'; readonly priority: 'low' | 'high' }): void;
}
interface HandlerResult {
  readonly response: unknown;
  readonly output?: unknown;
}
type Middleware = (
  next: (args: unknown) => Promise<HandlerResult>,
  context: { readonly commandName?: string },
) => (args: unknown) => Promise<HandlerResult>;

/** Larger than any answer of AWS: its lists have at most 50 items, its documents 16 KB. */
const maxBytes = 16 * 1024 * 1024;
/** Deeper than any answer of AWS. */
const maxDepth = 100;

/**
 * Makes a client return raw answers, for `rawAnswer`. The SDK accepts any JSON, and even an empty body, as an answer
 * without a list, so a proxy's `{"status":"ok"}` would become an empty list of entitlements. It also accepts a number
 * in place of a string. `parseAnswer` validates the answers instead.
 */
export function keepRawAnswers(client: { readonly middlewareStack: unknown }, host: string, time: AwsClock): void {
  const answers = new WeakMap<object, RawAnswer>();
  const stack = client.middlewareStack as Stack;
  const take: Middleware = (next, context) => async (args) => {
    const call = (context.commandName ?? '').replace(/Command$/, '');
    const result = await next(args);
    const response = result.response as {
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, string>>;
      body: Readable | Uint8Array | string;
    };
    const at = time.update(response.headers.date);
    if (response.statusCode < 200 || response.statusCode >= 300) return result;
    const body = await limitedText(response.body, maxBytes, call, host, response.statusCode);
    const json = parseObject(body, call, host, response.statusCode);
    answers.set(response, { json, at });
    // The SDK gets an answer that it can always parse.
    response.body = new TextEncoder().encode('{}');
    return result;
  };
  const handOut: Middleware = (next) => async (args) => {
    const result = await next(args);
    return { ...result, output: { ...(result.output as object), raw: answers.get(result.response as object) } };
  };
  stack.add(take, { step: 'deserialize', priority: 'low' });
  stack.add(handOut, { step: 'deserialize', priority: 'high' });
}

/** Returns the raw answer of a client with `keepRawAnswers`. */
export async function rawAnswer(sent: Promise<unknown>): Promise<RawAnswer> {
  const { raw } = (await sent) as { readonly raw?: RawAnswer };
  if (raw === undefined) throw new Error('the client has no door');
  return raw;
}

/**
 * Validates an answer. Throws `CouldNotCheck` with the call and the first invalid field, and also if none of the
 * answer's members is one that AWS would send. An empty object is valid, because AWS may send it.
 */
export function parseAnswer<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  json: unknown,
  call: string,
  host: string,
): z.output<z.ZodObject<Shape>> {
  const names = Object.keys(json as object);
  if (names.length > 0 && !names.some((name) => Object.hasOwn(schema.shape, name)))
    throw notAws(host, null, `its response to ${call} has only ${names.slice(0, 3).join(', ').slice(0, 100)}`);
  return parseMember(schema, json, call, host);
}

/** Like `parseAnswer`, for the part of an answer at `path`. */
export function parseMember<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  call: string,
  host: string,
  path = '',
): z.output<Schema> {
  const parsed = schema.safeParse(json, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = [path, ...(issue?.path ?? [])].reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : `${text}${text && key !== '' ? '.' : ''}${String(key)}`,
    '',
  );
  const wanted = issue?.code === 'invalid_type' ? `, not ${words[issue.expected] ?? `a ${issue.expected}`}` : '';
  const why = issue?.code === 'custom' ? issue.message : `is ${describeValue(issue?.input)}${wanted}`;
  throw misshapen(call, host, `${field || 'the answer'} ${why}`);
}

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
};

/** Returns the error for an invalid answer. `what` names the field and what is wrong with it. */
export function misshapen(call: string, host: string, what: string): CouldNotCheck {
  return new CouldNotCheck(
    'bad-answer',
    `The response to ${call} from ${host} is not a valid AWS response: ${what}.`,
    'Check that this host is AWS, and not a proxy or an emulator. If it is AWS, report a bug.',
  );
}

/** Parses a body that must be a JSON object. Throws `CouldNotCheck` for anything else. */
export function parseObject(text: string, call: string, host: string, status: number): RawAnswer['json'] {
  const wrong = (what: string) => notAws(host, status, `its response to ${call} is ${what}`, status >= 500);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(text.trim() === '' ? 'empty' : 'not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(`${describeValue(value)}, not an object`);
  if (isDeep(value)) throw wrong('nested deeper than any AWS response');
  return value as RawAnswer['json'];
}

/** Describes a value for a message: its type, and the value if it is short. */
function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`;
  return typeof value === 'number' ? `the number ${value}` : String(value);
}

/** Iterative, because deep nesting would overflow the stack. */
function isDeep(value: object): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

/** Reads the body as text. Throws `CouldNotCheck` (`not-aws`) if it is larger than `maxBytes`. */
export async function limitedText(
  body: AsyncIterable<Uint8Array | string> | Uint8Array | string,
  maxBytes: number,
  call: string,
  host: string,
  status: number,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body instanceof Uint8Array || typeof body === 'string' ? [body] : body) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytes += part.byteLength;
    if (bytes > maxBytes) throw notAws(host, status, `its response to ${call} is larger than any AWS response`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An optional string. */
export const text = z.string().nullish();

/**
 * An optional time in seconds since 1970, as AWS's JSON protocols write it, converted to a `Date`. Accepts only years
 * that RFC 3339 can express.
 */
export const epochSeconds = z
  .number()
  .refine((seconds) => seconds >= 0 && seconds < 253_402_300_800, {
    error: ({ input }) => `is ${describeValue(input)}, which is not a time`,
  })
  .transform((seconds) => new Date(seconds * 1000))
  .nullish();

/** An optional list of required items. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
}

/** An optional list of optional items, as in the documents of the Catalog API. */
export function sparseList<Item extends z.ZodType>(item: Item) {
  return z
    .array(item.nullish())
    .nullish()
    .transform((items) => (items ?? []).flatMap((one) => (one === null || one === undefined ? [] : [one])));
}

interface AnswerPage<Item> {
  readonly items: readonly Item[];
  readonly next: string | null | undefined;
}

/** AWS never sends this many empty pages in a row. */
const mostEmptyPages = 100;

/** Returns all items of a paginated answer. An empty page may have a token; a repeated token would never end. */
export async function readPages<Item>(
  call: string,
  host: string,
  read: (token: string | undefined) => Promise<AnswerPage<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  for (let empty = 0; ; ) {
    const page = await read(token);
    empty = page.items.length === 0 ? empty + 1 : 0;
    for (const item of page.items) items.push(item);
    if (!page.next) return items;
    if (tokens.has(page.next)) throw notAws(host, null, `${call} keeps returning the same page token (NextToken)`);
    if (empty > mostEmptyPages) throw notAws(host, null, `${call} returns only empty pages`);
    tokens.add(page.next);
    token = page.next;
  }
}
