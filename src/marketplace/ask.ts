import { CouldNotTell, Interrupted, UserError } from '../errors.ts';
import { credentialSource, type Env, missingCredentials } from './credentials.ts';
import { explain } from './explain.ts';
import type { ConnectOptions } from './settings.ts';

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
      throw new CouldNotTell('no-credentials', message, hint);
    }
    try {
      return await untilStopped(options.signal, question(options.signal));
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason;
      if (error instanceof Interrupted || error instanceof UserError) throw error;
      throw explain(error, action, await credentialSource(options, env), host);
    }
  };
}

/** Not every part of the SDK listens to the signal: fetching credentials does not. */
async function untilStopped<Answer>(signal: AbortSignal, answer: Promise<Answer>): Promise<Answer> {
  // After a stop nobody waits for the answer any more, whatever becomes of it.
  answer.catch(() => undefined);
  signal.throwIfAborted();
  const { promise: stopped, reject } = deferred();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([answer, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function deferred() {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, rejectIt) => {
    reject = rejectIt;
  });
  promise.catch(() => undefined);
  return { promise, reject };
}
