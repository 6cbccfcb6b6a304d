import { licenseId } from '../checklist/outputs.ts';
import type { SandboxCall } from '../ports/sandbox.ts';
import { safe } from '../text/safe.ts';
import type { SandboxWorld } from './world.ts';

/** An API call, with texts of one line each. They include what a client sends, without control characters. */
export interface LoggedCall extends SandboxCall {
  /** The user agent is mp-verify's, not the SaaS's. */
  readonly byVerifier: boolean;
  /** Facts for hints; null for actions that no hint needs. */
  readonly facts: CallFacts | null;
}

/** A call that has been answered. */
export interface AnsweredCall {
  readonly who: string;
  readonly userAgent: string | undefined;
  readonly action: string;
  /** The input, valid or not; undefined if it was not read. */
  readonly input?: unknown;
  /** HTTP status; null if there was no answer. */
  readonly status: number | null;
  readonly output?: object;
  /** Why there is no output. */
  readonly trouble?: string;
}

export type CallLog = ReturnType<typeof callLog>;

/** The number of calls to keep. A SaaS that polls all day must not fill the memory. */
const kept = 500;

/** Logs the calls of a sandbox. Passes each to `onCall` when it has been answered. */
export function callLog(world: SandboxWorld, now: () => number, onCall: (call: LoggedCall) => void = () => undefined) {
  const calls: LoggedCall[] = [];
  /** Page numbers by the token that leads to the page. */
  const pages = new Map<string, number>();
  return {
    add({ who, userAgent = '', action, status, trouble, ...exchange }: AnsweredCall): void {
      const { about, answer, facts } = describeCall(action.split(' ').at(-1) ?? '', exchange, world, pages);
      const [program = ''] = userAgent.split(' ');
      const byVerifier = /(^|\s)mp-verify($|[\s/])/.test(userAgent);
      const agent = byVerifier ? 'mp-verify' : program;
      const call: LoggedCall = {
        at: now(),
        who: safe(short(agent === '' ? who : `${who}, ${short(agent, 60)}`)),
        action: safe(short(action)),
        about: safe(about),
        answer: safe(short([status ?? 'no response', trouble ?? answer].filter((part) => part !== '').join(', '), 300)),
        byVerifier,
        facts,
      };
      calls.push(call);
      if (calls.length > kept) calls.shift();
      onCall(call);
    },
    /** Oldest first. */
    all: (): readonly LoggedCall[] => calls,
  };
}

/** What hints need to know about a call. */
export type CallFacts =
  | {
      readonly kind: 'customer';
      /** Null if AWS rejected the token. */
      readonly account: string | null;
      readonly licence: string | null;
      readonly hasIdentifier: boolean;
      /** The token contained spaces: it was decoded twice. */
      readonly isSpaced: boolean;
    }
  | {
      readonly kind: 'entitlements';
      readonly productCode: string | null;
      /** Values by filter name. */
      readonly filter: Readonly<Record<string, readonly string[]>>;
      /** NextToken of the request and of the answer. */
      readonly token: string | null;
      readonly next: string | null;
      readonly nextPage: number | null;
      readonly rows: number;
      readonly refused: boolean;
    };

interface Exchange {
  readonly input?: unknown;
  readonly output?: object;
}

interface Words {
  readonly about: string;
  readonly answer: string;
  readonly facts: CallFacts | null;
}

/**
 * Describes a call and its answer, one line each. Never includes a registration token, a secret key or a session token.
 */
function describeCall(action: string, exchange: Exchange, world: SandboxWorld, pages: Map<string, number>): Words {
  const describe = Object.hasOwn(describers, action) ? describers[action] : undefined;
  const words = describe?.(exchange, world, pages) ?? {
    about: subject(exchange.input),
    answer: counted(exchange.output),
  };
  return { facts: null, ...words, about: short(words.about) };
}

type Describe = (
  exchange: Exchange,
  world: SandboxWorld,
  pages: Map<string, number>,
) => Omit<Words, 'facts'> & Partial<Words>;

const describers: Readonly<Record<string, Describe>> = {
  ResolveCustomer({ input, output }, world) {
    const token = text(input, 'RegistrationToken');
    const [account, licence, id] = ['CustomerAWSAccountId', 'LicenseArn', 'CustomerIdentifier'].map(
      (name) => text(output, name) ?? null,
    );
    const isSpaced = token?.includes(' ') ?? false;
    const odd = isSpaced ? ', with a space where AWS sends a +' : '';
    const about = token === undefined ? '' : `a registration token of ${token.length} characters${odd}`;
    const facts: CallFacts = {
      kind: 'customer',
      account: account ?? null,
      licence: licenseId(licence ?? null),
      hasIdentifier: id !== null,
      isSpaced,
    };
    if (output === undefined) return { about, answer: '', facts };
    const customer = id === null ? 'no CustomerIdentifier' : `CustomerIdentifier ${id}`;
    const title = titleOf(text(output, 'ProductCode'), world);
    return {
      about: `${about}, for ${title}`,
      answer: `account ${account}, license ${facts.licence}, ${customer}`,
      facts,
    };
  },

  GetEntitlements({ input, output }, world, pages) {
    const [productCode = null, token = null] = [text(input, 'ProductCode'), text(input, 'NextToken')];
    const page = token === null ? 1 : (pages.get(token) ?? 2);
    const next = text(output, 'NextToken') ?? null;
    if (next !== null) pages.set(next, page + 1);
    const filter = filterOf(input);
    const by = Object.entries(filter).map(([name, values]) => `${name} ${values.map(shortArn).join(' or ')}`);
    const rows = list(output, 'Entitlements');
    const nextPage = next === null ? null : page + 1;
    return {
      about: [titleOf(productCode ?? undefined, world), by.join(', ') || 'no filter', `page ${page}`].join(', '),
      answer:
        output === undefined ? '' : `${rowWords(rows)}${nextPage === null ? '' : `, NextToken to page ${nextPage}`}`,
      facts: {
        ...{ kind: 'entitlements', productCode, filter, token, next, nextPage },
        ...{ rows: rows.length, refused: output === undefined },
      },
    };
  },

  BatchMeterUsage({ input, output }) {
    const records = list(input, 'UsageRecords');
    const results = list(output, 'Results').map((result) => text(result, 'Status') ?? '');
    const by = records.some((record) => text(record, 'LicenseArn') !== undefined) ? ['LicenseArn'] : [];
    const code = text(input, 'ProductCode');
    const about = [`${records.length} records`, ...(code === undefined ? [] : [`ProductCode ${code}`]), ...by];
    return { about: about.join(', '), answer: results.join(', ') };
  },

  AssumeRole({ input, output }) {
    const arn = text(input, 'RoleArn') ?? '';
    const keys = text(member(output, 'AssumedRoleUser'), 'Arn');
    const same = keys === undefined || arn.split(':')[4] === keys.split(':')[4];
    const taken = same ? '' : ': this sandbox has no such account and uses the seller instead';
    return { about: arn, answer: keys === undefined ? '' : `keys of ${keys}${taken}` };
  },
};

/** Clients may send text of any length. */
function short(words: string, length = 200): string {
  return words.length > length ? `${words.slice(0, length)}…` : words;
}

const subjects = ['EntityType', 'entityId', 'productId', 'agreementId'];

function subject(input: unknown): string {
  const named = subjects.flatMap((name) => text(input, name) ?? []);
  const entities = list(input, 'EntityRequestList').flatMap((each) => text(each, 'EntityId') ?? []);
  const filters = list(input, 'filters').map((each) => {
    const values = [...list(each, 'values'), ...list(each, 'filterValues')].map(String);
    return `${text(each, 'name') ?? text(each, 'filterType') ?? ''} ${values.join(' or ')}`;
  });
  return [...named, ...entities, ...filters].join(', ');
}

/** Returns only the id of a license. */
function shortArn(value: string): string {
  return value.startsWith('arn:aws:license-manager:') ? (licenseId(value) ?? value) : value;
}

/** Describes the number of rows in an answer, and whether there is a next page. */
function counted(output: object | undefined): string {
  const rows = Object.values(output ?? {}).find(Array.isArray);
  const more = text(output, 'NextToken') ?? text(output, 'nextToken');
  return rows === undefined ? '' : `${rowCount(rows)}${more === undefined ? '' : ', NextToken to more'}`;
}

function rowWords(rows: readonly unknown[]): string {
  const shown = rows.slice(0, 3).map((row) => {
    const [value] = Object.values(Object(member(row, 'Value')) as object);
    return `${text(row, 'Dimension') ?? ''} ${String(value)}`;
  });
  return rows.length === 0 ? 'no rows' : `${rowCount(rows)}: ${shown.join(', ')}${rows.length > 3 ? ' …' : ''}`;
}

function rowCount({ length }: readonly unknown[]): string {
  return length === 0 ? 'no rows' : `${length} ${length === 1 ? 'row' : 'rows'}`;
}

function filterOf(input: unknown): Readonly<Record<string, readonly string[]>> {
  const given = member(input, 'Filter');
  if (typeof given !== 'object' || given === null) return {};
  const names = Object.keys(given).slice(0, 10);
  return Object.fromEntries(
    names.map((name) => [
      short(name, 60),
      list(given, name)
        .slice(0, 25)
        .map((value) => short(String(value))),
    ]),
  );
}

function titleOf(code: string | undefined, { products }: SandboxWorld): string {
  return products.find((product) => product.code === code)?.title ?? `unknown product ${code ?? '(no ProductCode)'}`;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === 'string' ? found : undefined;
}

function list(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}
