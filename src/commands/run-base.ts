import type { Checklist } from '../checklist/model.ts';

/** Run ids are counted per checklist; walks of several are counted together. */
export function baseOf(checklists: readonly Pick<Checklist, 'id'>[]): string {
  const [only, another] = checklists;
  return only && !another ? only.id : 'use-cases';
}
