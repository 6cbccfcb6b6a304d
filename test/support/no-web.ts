import type { Web } from '../../src/ports/saas.ts';

/** Rejects every request to the seller's systems. */
export const noWeb: Web = {
  request: async ({ url }) => Promise.reject(new Error(`unexpected request: ${url}`)),
};
