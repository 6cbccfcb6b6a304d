import { jsonText } from '../text/json-text.ts';
import type { Reporter } from './reporter.ts';

/** The document itself. */
export const json: Reporter = (report) => jsonText(report);
