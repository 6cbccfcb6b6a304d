import { isLoopback } from '../ports/web.ts';
import type { LookContext } from './check-kind.ts';

/** Where the AWS endpoint is on this machine, the SaaS may be there too. */
export function mayAskLoopback({ marketplace }: Pick<LookContext, 'marketplace'>): boolean {
  return marketplace.endpoint !== null && isLoopback(marketplace.endpoint);
}
