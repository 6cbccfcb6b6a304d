import type { PlannedChecklist } from '../checklist/report.ts';
import { UserError } from '../errors.ts';
import type { Files } from '../ports/host.ts';
import { readEvidence } from '../walk/notes.ts';
import { findStep } from './find-step.ts';

/** A file for a step, as `--attach STEP=FILE` names it. */
export interface Attachment {
  readonly path: string;
  readonly checklist: string;
  readonly step: string;
}

/** Every `--attach`, before the walk begins: a wrong step, and a file that can't be taken, are said at once. */
export async function parseAttachments(
  values: readonly string[],
  planned: readonly PlannedChecklist[],
  files: Files,
): Promise<readonly Attachment[]> {
  const attachments: Attachment[] = [];
  for (const value of values) {
    const at = value.indexOf('=');
    if (at < 1 || at === value.length - 1)
      throw new UserError('bad-attach', `--attach ${value} names no file.`, 'Write --attach STEP=FILE.');
    const path = value.slice(at + 1);
    const place = findStep(value.slice(0, at), '--attach', planned);
    const checklist = planned[place.checklist]?.checklist;
    const step = checklist?.steps[place.step];
    await readEvidence(path, files);
    if (checklist && step) attachments.push({ path, checklist: checklist.id, step: step.id });
  }
  return attachments;
}
