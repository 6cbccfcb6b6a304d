import type { SandboxSaas } from '../ports/host.ts';
import type { Settings } from '../ports/settings.ts';

/** In a sandbox its sample SaaS is compared where `mp-verify.yaml` names no SaaS on this machine. */
export function settingsInSandbox(settings: Settings, sample: SandboxSaas | null): Settings {
  if (sample === null || settings.contractApi !== null) return settings;
  const { signIn, contractPage, contractApi } = sample;
  return { ...settings, saas: { signIn, contractPage }, contractApi };
}
