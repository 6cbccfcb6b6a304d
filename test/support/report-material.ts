import type { ReportMaterial } from '../../src/reporters/report-words.ts';
import { plainPaint } from '../../src/text/styles.ts';

/** What a format needs besides the report of a run without attached files. */
export const material: ReportMaterial = {
  styles: { columns: 80, paint: plainPaint },
  now: new Date('2026-11-28T09:00:00.000Z'),
  instructions: new Map(),
  evidence: new Map(),
};
