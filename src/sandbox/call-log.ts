import type { SandboxCall } from '../ports/sandbox.ts';
import { licenceId } from './contracts.ts';
import type { SandboxWorld } from './world.ts';

/** A call to an API, in words of one line each: what a client sends is in them, without control characters. */
export interface LoggedCall extends SandboxCall {
  /** mp-verify has asked, and not the SaaS: it says so in its user agent. */
  readonly byVerifier: boolean;
  /** What hints are made of; null for calls that none is about. */
  readonly facts: CallFacts | null;
}

/** A call as it is at hand when it is answered. */
export interface AnsweredCall {
  readonly who: string;
  readonly userAgent: string | undefined;
  readonly action: string;
  /** What was sent, checked or not; undefined where it was not read. */
  readonly input?: unknown;
  /** Null where there was no answer. */
  readonly status: number | null;
  readonly output?: object;
  /** Why there is no output, or what stands in its place. */
  readonly trouble?: string;
}

export type CallLog = ReturnType<typeof callLog>;

/** So many are kept: a SaaS that polls all day long must not fill the memory. */
const kept = 500;

/** The calls of a sandbox. `onCall` hears of each when it is answered. */
export function callLog(world: SandboxWorld, now: () => number, onCall: (call: LoggedCall) => void = () => undefined) {
  const calls: LoggedCall[] = [];
  /** By token: the number of the page that it leads to. */
  const pages = new Map<string, number>();
  return {
    add({ who, userAgent = '', action, status, trouble, ...said }: AnsweredCall): void {
      const { about, answer, facts } = describeCall(action.split(' ').at(-1) ?? '', said, world, pages);
      const [program = ''] = userAgent.split(' ');
      const byVerifier = /(^|\s)mp-verify($|[\s/])/.test(userAgent);
      const agent = byVerifier ? 'mp-verify' : program;
      const call: LoggedCall = {
        at: now(),
        who: plain(short(agent === '' ? who : `${who}, ${short(agent, 60)}`)),
        action: plain(short(action)),
        about: plain(about),
        answer: plain(short([status ?? 'no answer', trouble ?? answer].filter((part) => part !== '').join(', '), 300)),
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

/** What can move a cursor, hide text or turn it round is shown as its code. */
function plain(words: string): string {
  return words.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (found) => `\\u{${found.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** What is kept of a call beside its words. */
export type CallFacts =
  | {
      readonly kind: 'customer';
      /** Null where AWS refused the token. */
      readonly account: string | null;
      readonly licence: string | null;
      readonly hasIdentifier: boolean;
      /** The token had spaces, as one that was decoded twice. */
      readonly isSpaced: boolean;
    }
  | {
      readonly kind: 'entitlements';
      readonly productCode: string | null;
      /** The filter, by its names. */
      readonly filter: Readonly<Record<string, readonly string[]>>;
      /** Tokens as they were sent and given. */
      readonly token: string | null;
      readonly next: string | null;
      readonly nextPage: number | null;
      readonly rows: number;
      readonly refused: boolean;
    };

interface Said {
  readonly input?: unknown;
  readonly output?: object;
}

interface Words {
  readonly about: string;
  readonly answer: string;
  readonly facts: CallFacts | null;
}

/** What a call was about and what came of it, each in words of one line: never a registration token, a secret key or a session token. */
export function describeCall(action: string, said: Said, world: SandboxWorld, pages: Map<string, number>): Words {
  const describe = Object.hasOwn(own, action) ? own[action] : undefined;
  const words = describe?.(said, world, pages) ?? { about: subject(said.input), answer: counted(said.output) };
  return { facts: null, ...words, about: short(words.about) };
}

type Describe = (said: Said, world: SandboxWorld, pages: Map<string, number>) => Omit<Words, 'facts'> & Partial<Words>;

const own: Readonly<Record<string, Describe>> = {
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
      licence: licenceId(licence ?? null) ?? null,
      hasIdentifier: id !== null,
      isSpaced,
    };
    if (output === undefined) return { about, answer: '', facts };
    const customer = id === null ? 'no CustomerIdentifier' : `CustomerIdentifier ${id}`;
    const title = titleOf(text(output, 'ProductCode'), world);
    return {
      about: `${about}, for ${title}`,
      answer: `account ${account}, licence ${facts.licence}, ${customer}`,
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
    const taken = same ? '' : ': this sandbox has no such account, and takes the role for one of the seller';
    return { about: arn, answer: keys === undefined ? '' : `keys of ${keys}${taken}` };
  },
};

/** No longer than that, whatever a client sends. */
export function short(words: string, length = 200): string {
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

/** Of a licence its id alone. */
function shortArn(value: string): string {
  return value.startsWith('arn:aws:license-manager:') ? (licenceId(value) ?? value) : value;
}

/** How many rows there are in the one list of an answer, and whether there are more. */
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
