import type { ShownFleet } from './status-words.ts';
export function statusPage(_fleet: ShownFleet, _file: string): string {
  return '';
}
