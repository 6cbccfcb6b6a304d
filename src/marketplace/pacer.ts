import { CouldNotTell } from '../errors.ts';
import type { Clock } from '../ports/host.ts';

/** Lets the questions to one API through as its quota allows, and puts those again that met with trouble that may pass. */
export interface Pacer {
  /** `attempt` counts from 1. Rejects with the trouble where it does not pass, and with the signal's reason when it is aborted. */
  put<Answer>(question: (attempt: number) => Promise<Answer>, signal: AbortSignal): Promise<Answer>;
}

/** One pacer an API and account, for all that a process asks. `credentials` is whatever tells one set of them from another. */
export interface Pacers {
  readonly clock: Clock;
  /** From now on these credentials share the quotas of that account. Until then they have quotas of their own. */
  setAccount(credentials: string, accountId: string): void;
  of(credentials: string, host: string, action: string): Pacer;
}

/**
 * A second's quota, per account:
 * https://docs.aws.amazon.com/marketplace/latest/APIReference and https://docs.aws.amazon.com/marketplace/latest/developerguide, service quotas.
 */
const quotas: Readonly<Record<string, number>> = {
  'aws-marketplace:ListEntities': 10,
  'aws-marketplace:DescribeEntity': 20,
  'aws-marketplace:GetEntitlements': 20,
};
/** Of SearchAgreements, GetAgreementTerms, GetProduct, ListPurchaseOptions, and of what AWS names no quota for. */
const otherQuota = 5;

/** An API that has not answered for so long is given up: since its last success, or since it was asked after an idle time. */
const patienceMs = 30_000;
/** Of one whose quota others use up. */
const throttledMs = 60_000;
/** Of one that has never answered at all: nothing says that it is there. */
const unheardMs = 3_000;
const [firstPauseMs, longestPauseMs] = [200, 5_000];
/**
 * After a question was turned away, the longer the more were answered in the last second: whoever has had its part of a quota
 * lets others have theirs, and whoever has had none of it asks again soon.
 */
const [turnedAwayMs, perAnswerMs, longestThrottledMs] = [200, 250, 3_000];
/**
 * Whoever keeps to the quota exactly leaves none of it to another process, which is turned away for as long as the first one
 * asks. So after so many seconds at full pace there is a rest that lets others in; sooner where others were met in the last
 * minute.
 */
const [paceSeconds, sharedPaceSeconds, restMs] = [8, 2, 1_100];

export function pacers(clock: Clock): Pacers {
  const kept = new Map<string, Pacer>();
  const accounts = new Map<string, string>();
  return {
    clock,
    setAccount: (credentials, accountId) => void accounts.set(credentials, accountId),
    of(credentials, host, action) {
      const accountId = accounts.get(credentials);
      const key = [action, host, accountId ? `account ${accountId}` : `credentials ${credentials}`].join(' ');
      const pacer = kept.get(key) ?? makePacer(quotas[action] ?? otherQuota, clock);
      kept.set(key, pacer);
      return pacer;
    },
  };
}

export function makePacer(perSecond: number, clock: Clock): Pacer {
  const now = () => clock.now().getTime();
  /** When the newest were sent, as many as a second holds. */
  const sent: number[] = [];
  /** When the newest were answered, as many as a second holds. */
  const answered: number[] = [];
  let queue: Promise<void> = Promise.resolve();
  let pausedUntil = 0;
  let throttled = 0;
  let lastThrottled = Number.NEGATIVE_INFINITY;
  /** Sent since the last rest, or since there was room to spare. */
  let run = 0;
  let asking = 0;
  /** Since when there is no success, as long as somebody asks. */
  let since = 0;
  let heard = false;
  /** Why the API was given up; it stands until nobody asks any more. */
  let lost: CouldNotTell | null = null;

  /** Resolves when it is a question's turn, to what lets the next one have its own. */
  const turn = async (signal: AbortSignal): Promise<() => void> => {
    const before = queue;
    let done = () => {};
    queue = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      for (;;) {
        signal.throwIfAborted();
        if (lost) throw lost;
        const time = now();
        // A clock that was set back would hold everything up.
        if ((sent.at(-1) ?? 0) > time) sent.length = 0;
        if (pausedUntil > time + longestThrottledMs) pausedUntil = 0;
        if (time >= (sent.at(-1) ?? 0) + restMs) run = 0;
        const free =
          run >= perSecond * (time - lastThrottled < throttledMs ? sharedPaceSeconds : paceSeconds)
            ? (sent.at(-1) ?? 0) + restMs
            : sent.length < perSecond
              ? 0
              : (sent[0] ?? 0) + 1_000;
        const wait = Math.max(free, pausedUntil) - time;
        if (wait <= 0) break;
        await clock.sleep(wait, signal);
      }
      run++;
      keep(sent, now(), perSecond);
      return done;
    } catch (error) {
      done();
      throw error;
    }
  };

  /** Throws the trouble where it is no use to ask again; resolves when it is time to. */
  const rest = async (trouble: unknown, attempt: number, signal: AbortSignal) => {
    if (!(trouble instanceof CouldNotTell)) throw trouble;
    if (trouble.code !== 'network') heard = true;
    if (!trouble.transient) {
      // A refusal is an answer, too.
      since = now();
      throw trouble;
    }
    const time = now();
    if (since > time) since = time;
    const patience = trouble.code === 'throttled' ? throttledMs : heard ? patienceMs : unheardMs;
    if (time - since >= patience) {
      lost = trouble;
      throw trouble;
    }
    if (trouble.code !== 'throttled') return clock.sleep(pause(attempt, longestPauseMs), signal);
    // The quota is used up, by others too: everything waits, not this question alone.
    throttled++;
    lastThrottled = time;
    if (pausedUntil > time) return;
    const lately = answered.filter((when) => when > time - 1_000).length;
    const longest = turnedAwayMs + perAnswerMs * lately + Math.min(10 * throttled, 300);
    pausedUntil = time + Math.min(longest * (0.5 + Math.random()), longestThrottledMs);
  };

  return {
    async put(question, signal) {
      signal.throwIfAborted();
      if (asking === 0) {
        since = now();
        lost = null;
      }
      asking++;
      try {
        for (let attempt = 1; ; attempt++) {
          const next = await turn(signal);
          // While there is no room, one alone finds out whether there is some again.
          if (throttled === 0) next();
          try {
            const answer = await question(attempt);
            [since, throttled, heard] = [now(), 0, true];
            keep(answered, since, perSecond);
            return answer;
          } catch (error) {
            next();
            await rest(error, attempt, signal);
          } finally {
            next();
          }
        }
      } finally {
        asking--;
      }
    },
  };
}

function keep(times: number[], time: number, most: number): void {
  times.push(time);
  if (times.length > most) times.shift();
}

/** Twice as long each time, and never the same as that of another process. */
function pause(attempt: number, most: number): number {
  const longest = Math.min(firstPauseMs * 2 ** (attempt - 1), most);
  return longest * (0.5 + Math.random() / 2);
}
