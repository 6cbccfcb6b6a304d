import type { Entry, ProductChecked } from '../checklist/entries.ts';
import { isInForce } from '../checklist/fleet-report.ts';
import { noAnswers } from '../checklist/model.ts';
import { reasonOfTrouble } from '../checklist/reasons.ts';
import type { FleetEntry } from '../config/load-fleet.ts';
import { CouldNotCheck, UserError } from '../errors.ts';
import type { OpenRun, RunRecord } from '../ports/storage.ts';
import type { RunOptions } from '../run/options.ts';
import { prepare } from '../run/prepare.ts';
import { beginWalk } from '../run/walk-session.ts';
import type { FleetPlan } from './plan-fleet.ts';
import type { Shared } from './shared.ts';

/**
 * Checks one product, as a run of it alone would. Rejects only if the fleet run is stopped: whatever is wrong with the
 * product is in the entry.
 */
export async function checkProduct(
  { product, config }: FleetEntry<RunOptions>,
  plan: FleetPlan,
  { host, terminal, confirmations, clockSkew }: Shared,
): Promise<ProductChecked> {
  const { checklists, typed, maxWait, expiresWithin } = plan;
  const now = () => host.clock.now();
  const startedAt = now().toISOString();
  let entries: readonly Entry[] = [];
  let buyers: ProductChecked['buyers'] = {};
  let trouble: ProductChecked['trouble'] = null;
  try {
    const session = await prepare(
      {
        ...{ options: config.options, typed, config, checklists, maxWait, expiresWithin },
        ...{ settings: config.settings(checklists), answers: noAnswers, reports: [], attachments: [], saved: null },
      },
      { ...host, runs: { ...host.runs, create: async (_, record) => runInMemory({ ...record, id: product.product }) } },
      terminal,
    );
    try {
      const walking = await beginWalk({ ...session, confirmations }, terminal);
      entries = walking.entries;
      const named = walking
        .planned()
        .flatMap(({ checklist, buyer }) => (buyer === null ? [] : [[checklist.id, buyer]]));
      buyers = Object.fromEntries(named);
      const { interrupted, ended } = await walking.walkOn(null);
      if (interrupted) throw interrupted;
      // What was found while the fleet run is being stopped may be wrong.
      host.signal.throwIfAborted();
      await walking.append({ ...ended, at: now().toISOString() });
    } finally {
      await session.connection.close();
    }
  } catch (error) {
    // Whatever the product's error is, the fleet run was stopped.
    host.signal.throwIfAborted();
    trouble = troubleOf(error);
  }
  const awsTime = new Date(now().getTime() - (clockSkew() ?? 0));
  return {
    ...{ type: 'product', product, buyers, trouble, startedAt, at: now().toISOString() },
    waived: isInForce(product.waiver, awsTime),
    entries: entries.filter((entry) => entry.type !== 'product'),
  };
}

/** What the operator may still add, instead of something that is wrong. */
const missing: readonly string[] = ['missing-buyer', 'missing-input'];

function troubleOf(error: unknown): NonNullable<ProductChecked['trouble']> {
  if (error instanceof CouldNotCheck) return { ...reasonOfTrouble(error), status: 'error' };
  if (!(error instanceof UserError)) throw error;
  const { code, message, hint } = error;
  const reason = hint === null ? message : `${message} ${hint}`;
  return { code, values: {}, reason, status: missing.includes(code) ? 'incomplete' : 'error' };
}

/** The run of one product. The fleet run saves its entries when it ends. */
function runInMemory(record: RunRecord): OpenRun {
  return {
    ...{ record, entries: [], warnings: [], location: '', journalSha256: null },
    fileLocation: () => '',
    append: async () => undefined,
    saveFile: async () => undefined,
    close: async () => undefined,
  };
}
