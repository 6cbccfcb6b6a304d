import type { Report } from '../checklist/report-document.ts';
import type { Look } from '../text/look.ts';

/** A format in which a run can be handed on. It only phrases: everything was counted before. */
export type Reporter = (report: Report, look: Look) => string;
