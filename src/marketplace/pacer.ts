import { CouldNotCheck } from '../errors.ts';
import type { Clock } from '../ports/host.ts';

/** Paces the requests to one API as its quota allows, and retries after transient errors. */
export interface Pacer {
  /** `attempt` counts from 1. Rejects with the last error, or with the signal's reason if it is aborted. */
  put<Answer>(question: (attempt: number) => Promise<Answer>, signal: AbortSignal): Promise<Answer>;
}

/** One pacer per API and account, for all requests of the process. `credentials` names a set of credentials. */
export interface Pacers {
  readonly clock: Clock;
  /** From now on these credentials share the quotas of that account. Before that, they have their own. */
  setAccount(credentials: string, accountId: string): void;
  /** From now on the quotas of this host are AWS's times `factor`. */
  setQuotas(host: string, factor: number): void;
  of(credentials: string, host: string, action: string): Pacer;
}

/**
 * Requests per second and account: https://docs.aws.amazon.com/marketplace/latest/APIReference and
 * https://docs.aws.amazon.com/marketplace/latest/developerguide, service quotas.
 */
const quotas: Readonly<Record<string, number>> = {
  'aws-marketplace:ListEntities': 10,
  'aws-marketplace:DescribeEntity': 20,
  'aws-marketplace:GetEntitlements': 20,
};
/**
 * Quota of SearchAgreements, GetAgreementTerms, GetProduct, ListPurchaseOptions, and actions without a documented
 * quota.
 */
const otherQuota = 5;

/** Gives up after this time without success. */
const patienceMs = 30_000;
/** Gives up after this time while others use up the quota. */
const throttledMs = 60_000;
/** Gives up after this time if an API has never answered. */
const neverAnsweredMs = 3_000;
const [firstPauseMs, longestPauseMs] = [200, 5_000];
/** A second, and what requests may differ in the time that they take to reach AWS. */
const windowMs = 1_050;
/**
 * The pause after throttling. It grows with the share of the quota that was answered in the last second, so that a
 * process that has used the quota waits longer than one that has had nothing.
 */
const [turnedAwayMs, wholeShareMs, longestThrottledMs] = [200, 1_250, 3_000];
/**
 * A process that uses the whole quota leaves nothing for others. After this many seconds at full pace it pauses; sooner
 * if it was throttled in the last minute.
 */
const [paceSeconds, sharedPaceSeconds, restMs] = [8, 2, 1_100];

export function pacers(clock: Clock): Pacers {
  const kept = new Map<string, Pacer>();
  const accounts = new Map<string, string>();
  const factors = new Map<string, number>();
  return {
    clock,
    setAccount: (credentials, accountId) => void accounts.set(credentials, accountId),
    setQuotas: (host, factor) => void factors.set(host, factor),
    of(credentials, host, action) {
      const accountId = accounts.get(credentials);
      const key = [action, host, accountId ? `account ${accountId}` : `credentials ${credentials}`].join(' ');
      const pacer = kept.get(key) ?? makePacer(() => (quotas[action] ?? otherQuota) * (factors.get(host) ?? 1), clock);
      kept.set(key, pacer);
      return pacer;
    },
  };
}

/** Makes a pacer for a quota in requests per second, which may change. */
export function makePacer(quota: () => number, clock: Clock): Pacer {
  const now = () => clock.now().getTime();
  /** Times of the last requests, at most one second's quota. */
  const sent: number[] = [];
  /** Times of the last answers, at most one second's quota. */
  const answered: number[] = [];
  let queue: Promise<void> = Promise.resolve();
  let pausedUntil = 0;
  let throttled = 0;
  let lastThrottled = Number.NEGATIVE_INFINITY;
  /** Requests since the last pause. */
  let run = 0;
  let asking = 0;
  /** Time of the last success, while there are requests. */
  let since = 0;
  let hasAnswered = false;
  /** Why the API was given up. Kept until there are no more requests. */
  let lost: CouldNotCheck | null = null;

  /** Resolves when it is this request's turn, with a function that lets the next one proceed. */
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
        const perSecond = quota();
        // Otherwise a clock that is set back would block all requests.
        if ((sent.at(-1) ?? 0) > time) sent.length = 0;
        if (pausedUntil > time + longestThrottledMs) pausedUntil = 0;
        if (time >= (sent.at(-1) ?? 0) + restMs) run = 0;
        const free =
          run >= perSecond * (time - lastThrottled < throttledMs ? sharedPaceSeconds : paceSeconds)
            ? (sent.at(-1) ?? 0) + restMs
            : sent.length < perSecond
              ? 0
              : (sent[0] ?? 0) + windowMs;
        const wait = Math.max(free, pausedUntil) - time;
        if (wait <= 0) break;
        await clock.sleep(wait, signal);
      }
      run++;
      keep(sent, now(), quota());
      return done;
    } catch (error) {
      done();
      throw error;
    }
  };

  /** Throws the error if a retry is useless; otherwise resolves when it is time for one. */
  const beforeRetry = async (trouble: unknown, attempt: number, signal: AbortSignal) => {
    if (!(trouble instanceof CouldNotCheck)) throw trouble;
    if (trouble.code !== 'network') hasAnswered = true;
    if (!trouble.transient) {
      // A refusal is also an answer.
      since = now();
      throw trouble;
    }
    const time = now();
    if (since > time) since = time;
    const patience = trouble.code === 'throttled' ? throttledMs : hasAnswered ? patienceMs : neverAnsweredMs;
    if (time - since >= patience) {
      lost = trouble;
      throw trouble;
    }
    if (trouble.code !== 'throttled') return clock.sleep(pause(attempt, longestPauseMs), signal);
    // The quota is used up, so all requests wait.
    throttled++;
    lastThrottled = time;
    if (pausedUntil > time) return;
    const lately = answered.filter((when) => when > time - 1_000).length;
    const longest = turnedAwayMs + (wholeShareMs * lately) / quota() + Math.min(10 * throttled, 300);
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
          // While throttled, only one request at a time retries.
          if (throttled === 0) next();
          try {
            const answer = await question(attempt);
            [since, throttled, hasAnswered] = [now(), 0, true];
            keep(answered, since, quota());
            return answer;
          } catch (error) {
            next();
            await beforeRetry(error, attempt, signal);
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
  while (times.length > most) times.shift();
}

/** Exponential backoff with jitter. */
function pause(attempt: number, most: number): number {
  const longest = Math.min(firstPauseMs * 2 ** (attempt - 1), most);
  return longest * (0.5 + Math.random() / 2);
}
