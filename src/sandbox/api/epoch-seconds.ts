/**
 * A time (epoch ms) as AWS's JSON protocols send it. Whole seconds, as in all of AWS's samples: a time can so lie before the
 * moment in which it was taken.
 */
export function epochSeconds(epochMs: number): number;
export function epochSeconds(epochMs: number | null): number | undefined;
export function epochSeconds(epochMs: number | null): number | undefined {
  return epochMs === null ? undefined : Math.floor(epochMs / 1000);
}
