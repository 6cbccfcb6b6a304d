import type { Rehearsal, RehearsalSubject, SandboxPort } from '../ports/sandbox.ts';
import { practiceCommand, saasAddresses } from './addresses.ts';

/** The sandbox for the rest of the program, loaded when it is first needed. An abort of `signal` ends rehearsals. */
export function sandboxPort(signal: AbortSignal): SandboxPort {
  return {
    start: async (options) => (await import('./start-sandbox.ts')).startSandbox(options),
    practiceCommand,
    sampleSaas: saasAddresses,
    openRehearsal: (url, subject) => lazyRehearsal(url, subject, signal),
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
