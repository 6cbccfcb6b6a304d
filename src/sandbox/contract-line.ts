import type { StoredEntitlement } from './world.ts';

/** A contract in words, for the operator. */
export function contractLine({ buyerAccountId, dimension, value, endsAt, licenseArn }: StoredEntitlement): string {
  const end = endsAt === null ? 'without end' : `until ${new Date(endsAt).toISOString()}`;
  return `${dimension}, quantity ${value}, ${end}, for ${buyerAccountId}, licence ${licenceId(licenseArn)}`;
}

/** `l-<32 hex>`. */
export function licenceId(licenseArn: string | null): string | undefined {
  return licenseArn?.split(':').at(-1);
}
