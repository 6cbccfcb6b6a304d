/** When a result was there, RFC 3339 UTC; `startedAt` is when its question was asked. */
export function endedAt({ startedAt, durationMs }: { readonly startedAt: string; readonly durationMs: number | null }) {
  return new Date(Date.parse(startedAt) + (durationMs ?? 0)).toISOString();
}
