import { createHash } from 'node:crypto';
import type { Checklist } from '../checklist/model.ts';

/** The built-in checklists as JSON. `build.js` parses them, so that commands need not. Not defined in unit tests. */
declare const BUILT_IN_CHECKLISTS: string | undefined;

const builtIns: readonly Checklist[] =
  typeof BUILT_IN_CHECKLISTS === 'undefined' ? [] : JSON.parse(BUILT_IN_CHECKLISTS);

/** Returns the built-in checklist with exactly this text; null if there is none, or it is not parsed yet. */
export function builtInChecklist(source: string): Checklist | null {
  if (builtIns.length === 0) return null;
  const sha256 = createHash('sha256').update(source).digest('hex');
  return builtIns.find((each) => each.sha256 === sha256) ?? null;
}
