import { type Entry, isAnswer } from '../checklist/entries.ts';
import { resumeCommand } from '../checklist/printed-command.ts';
import { CouldNotCheck } from '../errors.ts';
import type { Host, Terminal } from '../ports/host.ts';
import type { OpenRun, SharedStore, UnsavedEntry } from '../ports/storage.ts';
import { warning } from '../text/block.ts';

/**
 * Opens a run to continue it. In a shared store, a person may take it over from another process, and add answers that
 * could only be saved on this machine. Rejects like `Runs.open`.
 */
export async function openSaved(
  id: string,
  takeOver: boolean,
  host: Pick<Host, 'runs' | 'shared' | 'clock'>,
  terminal: Terminal,
): Promise<OpenRun> {
  const run = await openOrTakeOver(id, takeOver, host, terminal);
  if (!host.shared) return run;
  try {
    if (!(await addUnsaved(run, host.shared, host, terminal))) return run;
  } catch (error) {
    await run.close();
    throw error;
  }
  // An open run shows the entries that it had when it was opened.
  await run.close();
  return openOrTakeOver(id, false, host, terminal);
}

async function openOrTakeOver(
  id: string,
  takeOver: boolean,
  { runs, shared }: Pick<Host, 'runs' | 'shared'>,
  terminal: Terminal,
): Promise<OpenRun> {
  let mayTakeOver = takeOver;
  let refusal: CouldNotCheck;
  try {
    return await runs.open(id);
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    refusal = error;
  }
  for (;;) {
    const { holder } = refusal.values;
    if (!shared || refusal.code !== 'run-in-use' || typeof holder !== 'number') throw refusal;
    if (!mayTakeOver && !(await askToTakeOver(refusal, terminal))) throw refusal;
    // Another person may have been faster, whom the operator has not been shown yet.
    mayTakeOver = false;
    try {
      return await shared.takeOver(id, holder);
    } catch (error) {
      if (!(error instanceof CouldNotCheck)) throw error;
      refusal = error;
    }
  }
}

async function askToTakeOver({ message }: CouldNotCheck, terminal: Terminal): Promise<boolean> {
  if (!terminal.interactive) return false;
  const what = `${message} If you take it over, the next answer that is given there is refused.`;
  terminal.write(warning(terminal.styles(), what));
  return (await terminal.key({ keys: { t: 'take over', q: 'quit' } })) === 't';
}

/**
 * Offers what was kept on this machine. Without a terminal, adds what still fits: this session's own entries would take its
 * place. Returns whether anything was added to the run.
 */
async function addUnsaved(
  run: OpenRun,
  shared: SharedStore,
  { clock }: Pick<Host, 'clock'>,
  terminal: Terminal,
): Promise<boolean> {
  let isAdded = false;
  for (const unsaved of await shared.unsaved(run)) {
    const words = answerWords(unsaved.entry);
    if (words === null) {
      // It says where a session began or ended. This one says that itself.
      await unsaved.forget();
      continue;
    }
    // Whatever is added goes to where this one would fit.
    const fits = unsaved.fits && !isAdded;
    const what = `An answer could not be saved in the shared store, and was kept on this machine: ${words}.`;
    const say = (more: string) => terminal.write(warning(terminal.styles(), `${what}${more}`));
    if (!terminal.interactive && !fits) {
      say(`${grown} To add it as a note, resume on a terminal: ${resumeCommand(run.record.id)}`);
      continue;
    }
    if (terminal.interactive) say(fits ? '' : grown);
    const key = terminal.interactive
      ? await terminal.key({ keys: { a: fits ? 'add it' : 'add it as a note', d: 'drop it', l: 'later' } })
      : 'a';
    if (key === 'l') continue;
    if (key === 'a') {
      await run.append(fits ? unsaved.entry : noteOf(unsaved, words, clock.now()));
      isAdded = true;
    }
    await unsaved.forget();
    if (!terminal.interactive) say(' It is now added.');
  }
  return isAdded;
}

const grown = ' The run has new entries since.';

/** Describes an answer; null for an entry that is none. */
function answerWords(entry: Entry): string | null {
  if (!isAnswer(entry)) return null;
  const place = `${entry.checklist}/${entry.step}`;
  if (entry.type === 'note') return `${place}, note: ${entry.text}`;
  if (entry.type === 'evidence') return `${place}, file ${entry.name}`;
  const { status, reason, operator } = entry;
  return `${place}, ${[status, reason, operator].filter(Boolean).join(', ')}`;
}

function noteOf({ entry }: UnsavedEntry, words: string, now: Date): Entry {
  if (!isAnswer(entry)) throw new Error('only answers are offered');
  const { checklist, step, operator } = entry;
  const text = entry.type === 'note' ? entry.text : `Could not be saved at the time: ${words}`;
  return { type: 'note', checklist, step, text, operator, at: now.toISOString() };
}
