import type { Checklist } from '../../src/checklist/model.ts';
import { parseChecklist } from '../../src/checklist/parse-checklist.ts';
import { checks } from '../../src/checks/index.ts';

/** Parses a checklist of these YAML steps. */
export function checklistOf(steps: string, id = 'trial'): Checklist {
  const source = `version: 1\nid: ${id}\ntitle: Trial of ${id}\nsteps:\n${steps}`;
  const checklist = parseChecklist(`${id}.yaml`, source, checks);
  if ('steps' in checklist) return checklist;
  throw new Error(checklist.map(({ message }) => message).join('\n'));
}
