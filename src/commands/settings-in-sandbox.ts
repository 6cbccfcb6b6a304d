import type { Settings } from '../ports/saas.ts';
import type { SampleSaas } from '../ports/sandbox.ts';
import type { SessionOptions } from './session.ts';

/** In a sandbox its sample SaaS is compared where `mp-verify.yaml` names no SaaS on this machine. */
export function settingsInSandbox(
  settings: Settings,
  sample: SampleSaas | null,
  { rehearse, saasBug }: Pick<SessionOptions, 'rehearse' | 'saasBug'> = {},
): Settings {
  // What is rehearsed, or broken, is the sample SaaS, whatever the file says.
  const isMeant = rehearse === true || saasBug !== undefined;
  if (sample === null || (settings.contractApi !== null && !isMeant)) return settings;
  const { signIn, contractPage, contractApi } = sample;
  return { ...settings, saas: { signIn, contractPage }, contractApi };
}
