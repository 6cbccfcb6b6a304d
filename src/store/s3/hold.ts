import { resumeCommand } from '../../checklist/printed-command.ts';
import { CouldNotCheck } from '../../errors.ts';
import { canSee, isHeld, type Machine } from '../lock.ts';
import { readJson } from '../run-document.ts';
import { unknownRun } from '../run-errors.ts';
import { keys, numberIn } from './layout.ts';
import type { Objects } from './objects.ts';
import { type Hold, holdSchema, readRunObject } from './run-object.ts';
import { hasRun, lastSlot } from './slots.ts';

/**
 * Who may add to a run. Each holder has an epoch: the first one is in `run.json`, later ones create the epoch after the
 * last. No clock decides: an epoch ends because its holder says so in `EPOCH.end.json`, because its process is known to be
 * dead (only on its own machine), or because a person takes the run over. One whose object a lifecycle rule has removed
 * has ended, too.
 *
 * This is the last holder of a run.
 */
interface LastHold {
  readonly epoch: number;
  readonly ended: boolean;
  /** Null if its object is damaged. */
  readonly hold: Hold | null;
}

/** Rejects with `UserError` if there is no such run. */
export async function lastHold(id: string, objects: Objects): Promise<LastHold> {
  let epoch = 1;
  const ended = new Set<number>();
  for await (const { key } of objects.list(keys.holders(id))) {
    const number = numberIn(key) ?? 0;
    epoch = Math.max(epoch, number);
    if (key.endsWith('.end.json')) ended.add(number);
  }
  // A rule may have removed later holders, and entries that name them are still there.
  const written = ended.has(epoch) ? 0 : ((await lastSlot(id, objects))?.epoch ?? 0);
  if (written > epoch) return { epoch: written, ended: true, hold: null };
  // Also finds out whether there is such a run.
  const content = await objects.get(epoch === 1 ? keys.run(id) : keys.holder(id, epoch));
  if (content === null && epoch === 1 && !(await hasRun(id, objects))) throw unknownRun(id);
  return { epoch, ended: ended.has(epoch), hold: content === null ? null : holdIn(content, epoch, id) };
}

function holdIn(content: Uint8Array, epoch: number, id: string): Hold | null {
  if (epoch === 1)
    try {
      return readRunObject(content, id, '').hold;
    } catch {
      return null;
    }
  const json = readJson(content);
  return 'value' in json ? (holdSchema.safeParse(json.value).data ?? null) : null;
}

/** Whether the holder may still add to the run: it has not ended, and is not known to be dead. */
export function isHolding({ ended, hold, epoch }: LastHold, machine: Machine): boolean {
  if (ended) return false;
  // The holder of a damaged `run.json` can add nothing. One of a damaged later hold may.
  return hold === null ? epoch > 1 : isHeld(JSON.stringify(hold), machine);
}

/**
 * Takes the run and resolves with the epoch. Rejects with `run-in-use` while another process holds it, unless
 * `takeOver` is the epoch of that holder: then a person has seen who it is.
 */
export async function takeHold(
  id: string,
  takeOver: number | null,
  hold: Hold,
  objects: Objects,
  machine: Machine,
): Promise<number> {
  const last = await lastHold(id, objects);
  const isFree = !isHolding(last, machine);
  if (!isFree && takeOver !== last.epoch) throw runInUse(id, last, machine);
  const epoch = last.epoch + 1;
  if ((await objects.create(keys.holder(id, epoch), JSON.stringify(hold))) === null) return epoch;
  // Another process was faster.
  throw runInUse(id, await lastHold(id, objects), machine);
}

function runInUse(id: string, { epoch, hold }: LastHold, machine: Machine): CouldNotCheck {
  const facts = {
    ...{ run: id, holder: epoch, operator: hold?.operator ?? null, host: hold?.host ?? null },
    ...{ pid: hold?.pid ?? null, since: hold?.time ?? null },
  };
  const end =
    hold === null || canSee(hold, machine)
      ? 'End that process first'
      : 'mp-verify cannot check from here whether that process is still running. Ask first';
  return new CouldNotCheck(
    'run-in-use',
    `Run ${id} is in use by ${whose(hold)}${hold === null ? '' : `, since ${hold.time}`}.`,
    `${end}, or take the run over: ${resumeCommand(id)} --take-over`,
    false,
    facts,
  );
}

/** Returns the holder in words: `Mina (process 12 on desk)`. */
function whose(hold: Hold | null): string {
  if (hold === null) return 'another process';
  const process = `process ${hold.pid} on ${hold.host}`;
  return hold.operator === null ? process : `${hold.operator} (${process})`;
}

/** Returns the error of a holder whose run another process has taken over. `kept` says what became of its entry. */
export async function takenOver(id: string, objects: Objects, kept = ''): Promise<CouldNotCheck> {
  const by = whose((await lastHold(id, objects).catch(() => null))?.hold ?? null);
  return new CouldNotCheck(
    'lock-lost',
    `Run ${id} was taken over by ${by}, so this process saves nothing more in it. ${kept}`.trim(),
    `When no one else uses the run, resume it: ${resumeCommand(id)}`,
    false,
    { run: id },
  );
}

/** Says that the epoch has ended. Harmless at any time, because it ends no other. */
export async function endHold(id: string, epoch: number, hold: Hold, objects: Objects): Promise<void> {
  await objects.create(keys.end(id, epoch), endOf(hold));
}

/** The same with a single request. */
export async function tryEndHold(id: string, epoch: number, hold: Hold, objects: Objects): Promise<void> {
  await objects.tryCreate(keys.end(id, epoch), endOf(hold));
}

function endOf({ token }: Hold): string {
  return JSON.stringify({ token });
}
