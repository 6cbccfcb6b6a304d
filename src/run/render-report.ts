import { type AnyReport, isFleet } from '../checklist/fleet-report.ts';
import { maxShownBytes } from '../checklist/media-type.ts';
import { fillIn, type Values } from '../checklist/references.ts';
import type { Report } from '../checklist/report-document.ts';
import type { Host } from '../ports/host.ts';
import type { SavedRun } from '../ports/storage.ts';
import { fleetReporters } from '../reporters/fleet.ts';
import { type ReportFormat, showsEvidence } from '../reporters/formats.ts';
import { reporters } from '../reporters/index.ts';
import type { RedactedReport } from '../reporters/redact-report.ts';
import type { Instructions } from '../reporters/report-words.ts';
import { inSandbox } from '../text/sandbox-address.ts';
import { plainPaint, type Styles } from '../text/styles.ts';
import { inputsOf, plannedOf, targetOf } from './run-facts.ts';

/** For files and browsers. */
const plain: Styles = { columns: 80, paint: plainPaint };

/** Limit for all files together. A larger report could not be emailed. */
const maxTotalBytes = 16 * maxShownBytes;

/**
 * Prints the report of any run in a format. Reads the attached files first, if the format shows them. `redacted` is the
 * same report without identities; attached files are then left out.
 */
export async function renderReport(
  format: ReportFormat,
  report: AnyReport,
  run: Pick<SavedRun, 'record' | 'entries'>,
  { runs, clock }: Pick<Host, 'runs' | 'clock'>,
  styles = plain,
  redacted: RedactedReport | null = null,
): Promise<string> {
  const shown = redacted?.report ?? report;
  const material = { styles, now: clock.now(), instructions: new Map(), evidence: redacted ? null : new Map() };
  // It has neither manual steps nor attached files.
  if (isFleet(shown)) return fleetReporters[format](shown, material);
  const shows = showsEvidence.includes(format);
  if (isFleet(report) || !shows) return reporters[format](shown, material);
  return reporters[format](shown, {
    ...material,
    instructions: await instructionsOf(report, run, redacted),
    evidence: redacted ? null : await evidenceOf(run, runs),
  });
}

/** Returns the attached files that are small enough, in the order in which they were attached. */
async function evidenceOf(
  { record, entries }: Pick<SavedRun, 'record' | 'entries'>,
  runs: Host['runs'],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  let total = 0;
  for (const entry of entries) {
    if (entry.type !== 'evidence' || found.has(entry.sha256)) continue;
    if (entry.bytes > maxShownBytes || total + entry.bytes > maxTotalBytes) continue;
    const content = await runs.readFile(record.id, entry);
    if (content === null) continue;
    found.set(entry.sha256, content);
    total += content.length;
  }
  return found;
}

/** Returns the instructions of the manual steps of a run, with the values that the run has saved. */
async function instructionsOf(
  report: Report,
  run: Pick<SavedRun, 'record' | 'entries'>,
  redacted: RedactedReport | null,
): Promise<ReadonlyMap<string, Instructions>> {
  const target = targetOf(run);
  const product = target?.product;
  const sandbox = report.run.sandbox ? report.run.endpoint : null;
  const shared: Values = {
    // People give them, and any of them may identify someone.
    inputs: redacted ? {} : inputsOf(run),
    'seller.account': report.target.accountId,
    'seller.arn': report.target.arn,
    ...(product
      ? {
          'product.id': product.productId,
          'product.code': product.productCode,
          'product.title': product.title,
          'product.visibility': product.visibility,
          'product.url': product.url ?? product.purchaseUrl,
          'product.purchaseUrl': product.purchaseUrl,
          'product.managementUrl': product.managementUrl,
          'product.fulfillmentUrl': product.fulfillmentUrl,
        }
      : {}),
  };
  const found = new Map<string, Instructions>();
  for (const { checklist, buyer } of await plannedOf(run))
    for (const step of checklist.steps) {
      if (step.do.length === 0) continue;
      const filled = (text: string) => {
        const whole = inSandbox(fillIn(text, { ...shared, buyer }), sandbox);
        return redacted ? redacted.redactText(whole) : whole;
      };
      const key = `${checklist.id}/${step.id}`;
      found.set(redacted ? redacted.redactText(key) : key, {
        do: step.do.map(filled),
        expect: step.expect === null ? null : filled(step.expect),
      });
    }
  return found;
}
