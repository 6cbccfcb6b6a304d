import { Interrupted } from '../errors.ts';
import { credentialSource, type Env } from './credentials.ts';
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
    try {
      return await question(options.signal);
    } catch (error) {
      if (options.signal.aborted) throw options.signal.reason;
      if (error instanceof Interrupted) throw error;
      throw explain(error, action, await credentialSource(options, env), host);
    }
  };
}
