import type { SavedOptions } from '../../src/checklist/entries.ts';

/** The options of a run that was started without flags. */
export const noOptions: SavedOptions = {
  product: null,
  profile: null,
  buyerProfile: null,
  endpointUrl: null,
  sandbox: false,
  url: null,
  config: null,
};
