import type { SavedOptions } from '../checklist/entries.ts';
import type { Host } from '../ports/host.ts';
import type { SessionOptions } from './session.ts';

/** What holds on when the run is gone on with. `config` is the file that was read. */
export function saidOptions(
  options: SessionOptions,
  config: string | null,
  { absolute }: Pick<Host, 'absolute'>,
): SavedOptions {
  return {
    product: options.product ?? null,
    profile: options.profile ?? null,
    buyerProfile: options.buyerProfile ?? null,
    endpointUrl: options.endpointUrl ?? null,
    sandbox: options.sandbox ?? false,
    url: options.url ?? null,
    config: config === null ? null : absolute(config),
  };
}
