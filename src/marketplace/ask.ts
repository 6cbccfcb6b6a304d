import { CouldNotTell, Interrupted, UserError } from '../errors.ts';
import { credentialSource, type Env, missingCredentials } from './credentials.ts';
import { explain, noAnswer } from './explain.ts';
import { answerLimitMs, type ConnectOptions } from './settings.ts';

/** Puts one question to AWS; what goes wrong comes out as `CouldNotTell`, a stop of the run as `Interrupted`. */
export type Ask = <Answer>(
  action: string,
  host: string,
  question: (signal: AbortSignal) => Promise<Answer>,
) => Promise<Answer>;

export function asker(options: ConnectOptions, env: Env): Ask {
  return async (action, host, question) => {
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
      throw explain(error, action, await credentialSource(options, env), host);
    }
  };
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
