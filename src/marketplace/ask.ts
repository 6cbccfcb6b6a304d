import { CouldNotTell, Interrupted, UserError } from '../errors.ts';
import { credentialSource, type Env, missingCredentials } from './credentials.ts';
import type { AwsTime } from './door.ts';
import { explain, noAnswer } from './explain.ts';
import type { Pacers } from './pacer.ts';
import type { Credentials } from './same-account.ts';
import { answerLimitMs, type ConnectOptions } from './settings.ts';

/**
 * Puts one question to AWS, in its turn, and again where trouble may pass; what goes wrong comes out as `CouldNotTell`, a stop
 * of the run as `Interrupted`.
 */
export type Ask = <Answer>(
  action: string,
  host: string,
  question: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

/** What the adapters of one connection share. */
export interface Wire {
  readonly options: ConnectOptions;
  /** One chain for all clients, so that a credential_process is started once, and is the same account's to the end. */
  readonly credentials: Credentials;
  readonly ask: Ask;
  readonly time: AwsTime;
}

export function asker(options: ConnectOptions, env: Env, pacers: Pacers): Ask {
  return (action, host, question) => {
    const once = async (attempt: number) => {
      const source = await credentialSource(options, env);
      if (source.profile !== null && source.settings === null && source.named) {
        // The SDK would go on to other credentials of the machine: not the ones that were asked for.
        const { message, hint } = missingCredentials(source);
        throw new CouldNotTell('no-credentials', message, hint, false, { profile: source.profile });
      }
      try {
        return await inTime(options.signal, question, () => noAnswer(action, host, answerLimitMs));
      } catch (error) {
        if (options.signal.aborted) throw options.signal.reason;
        if (error instanceof Interrupted || error instanceof UserError) throw error;
        throw explain(error, action, await credentialSource(options, env), host, attempt);
      }
    };
    return pacers.of(credentialsName(options, env), host, action).put(
      // The client has taken AWS's time from the refusal: with that the same question can be signed.
      (attempt) => once(attempt).catch((error) => (isCorrectedClock(error) ? once(attempt) : Promise.reject(error))),
      options.signal,
    );
  };
}

/** What tells these credentials from others before their account is known. */
export function credentialsName({ keys, profile }: ConnectOptions, env: Env): string {
  return keys?.accessKeyId ?? profile ?? (env.AWS_PROFILE || env.AWS_ACCESS_KEY_ID || '');
}

function isCorrectedClock(error: unknown): boolean {
  return error instanceof CouldNotTell && error.code === 'clock-skew';
}

/**
 * The answer, unless `stopped` is aborted or the limit is reached before it is there. Not every part of the SDK listens to
 * its signal (fetching credentials does not), so nobody waits for it after that.
 */
async function inTime<Answer>(
  stopped: AbortSignal,
  question: (signal: AbortSignal) => Promise<Answer>,
  late: () => Error,
): Promise<Answer> {
  stopped.throwIfAborted();
  const ending = new AbortController();
  const { signal } = ending;
  const stop = () => ending.abort(stopped.reason);
  stopped.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => ending.abort(late()), answerLimitMs);
  try {
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const answer = question(signal);
    // After the end nobody hears of what becomes of it.
    answer.catch(() => undefined);
    return await Promise.race([ended, answer]);
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', stop);
  }
}
