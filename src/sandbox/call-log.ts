import type { SandboxCall } from '../ports/sandbox.ts';
import { type CallFacts, describeCall, short } from './api/describe-call.ts';
import type { World } from './world.ts';

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
export function callLog(world: World, now: () => number, onCall: (call: LoggedCall) => void = () => undefined) {
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
