import type { Check } from '../checklist/model.ts';
import type { CheckKind } from '../checks/check-kind.ts';
import { checks } from '../checks/index.ts';

export function kindOf({ kind }: Pick<Check, 'kind'>): CheckKind {
  const found: CheckKind | undefined = Object.entries(checks).find(([name]) => name === kind)?.[1];
  if (!found) throw new Error(`the checklist was read with a check that is not there: ${kind}`);
  return found;
}
