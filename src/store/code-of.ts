/** The system's code of an error (`ENOSPC`); null for an error that is not the system's. */
export function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^(E[A-Z0-9]+|UNKNOWN)$/.test(code) ? code : null;
}
