import type { Checklist } from '../checklist/model.ts';
import { parseChecklist } from '../checklist/parse-checklist.ts';
import type { Problem } from '../checklist/problems.ts';
import { checks } from '../checks/index.ts';
import { builtInChecklist } from './built-in-checklists.ts';

/** By source: many runs share few different checklists, and a resumed run usually has that of its file. */
const parsed = new Map<string, Checklist>();

/** Returns a checklist, or the problems of its text. */
export function readChecklist(name: string, source: string): Checklist | readonly Problem[] {
  const checklist = parsed.get(source) ?? builtInChecklist(source) ?? parseChecklist(name, source, checks);
  if ('steps' in checklist) parsed.set(source, checklist);
  return checklist;
}
