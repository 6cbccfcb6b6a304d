import { safeJson } from './safe.ts';

/** One JSON document, ended by a newline; what could harm a terminal is written as JSON's own escapes. */
export function jsonText(value: unknown): string {
  return `${safeJson(JSON.stringify(value, null, 2))}\n`;
}
