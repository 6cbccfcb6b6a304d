import type { Web } from '../../src/ports/saas.ts';

/** No request of the seller's systems is foreseen. */
export const noWeb: Web = {
  request: async ({ url }) => Promise.reject(new Error(`unexpected request: ${url}`)),
};
