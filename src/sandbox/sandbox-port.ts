import type { Rehearsal, RehearsalSubject, SandboxPort } from '../ports/sandbox.ts';
import { practiceCommand, saasAddresses } from './addresses.ts';

/** Implements the port. Loads the sandbox on first use. Aborting `signal` ends rehearsals and requests. */
export function sandboxPort(signal: AbortSignal): SandboxPort {
  return {
    start: async (options) => (await import('./start-sandbox.ts')).startSandbox(options),
    practiceCommand,
    sampleSaas: saasAddresses,
    openRehearsal: (url, subject) => lazyRehearsal(url, subject, signal),
    hints: (url, action, buyer) => loadHints(`${url}/sandbox/hints?${new URLSearchParams({ action, buyer })}`, signal),
    scenarioFields: async () => (await import('./scenario-schema.ts')).scenarioFields,
    async scenarioProblems(path, source) {
      const read = (await import('./scenario-file.ts')).parseScenario(path, source);
      return 'faults' in read ? [] : read;
    },
  };
}

function lazyRehearsal(url: string, subject: () => RehearsalSubject, signal: AbortSignal): Rehearsal {
  const opened = import('./rehearsal/rehearse.ts').then(({ openRehearsal }) => openRehearsal(url, subject, signal));
  return async (action, buyer) => (await opened)(action, buyer);
}

/** Returns no hints if the sandbox does not answer, or is too old to have them. */
async function loadHints(url: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const { loadPage } = await import('./load-page.ts');
    const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
    const { status, body } = await loadPage(new URL(url), { signal: limit });
    const { hints } = Object(status === 200 ? JSON.parse(body) : null) as { readonly hints?: unknown };
    return Array.isArray(hints) ? hints.filter((hint) => typeof hint === 'string').slice(0, 5) : [];
  } catch {
    signal.throwIfAborted();
    return [];
  }
}
