import type { SavedOptions } from '../../src/checklist/entries.ts';

/** A walk that was begun without a flag. */
export const noOptions: SavedOptions = {
  product: null,
  profile: null,
  buyerProfile: null,
  endpointUrl: null,
  sandbox: false,
  url: null,
  config: null,
};
