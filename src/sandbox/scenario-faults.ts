import type { Fault } from './api/fault.ts';
import type { ScenarioFault } from './scenario-file.ts';

/** What goes wrong with the nth call (from 1) of an action; the first that is named, where several are. */
export function scenarioFaults(faults: readonly ScenarioFault[]): (action: string, nth: number) => Fault | null {
  return (action, nth) =>
    faults.find((each) => each.action === action && (each.calls?.includes(nth) ?? true))?.fault ?? null;
}
