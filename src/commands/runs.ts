import type { Verdict } from '../checklist/model.ts';
import type { Outcome } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import type { ColorMode } from '../ports/terminal.ts';
import { matchProduct } from '../product/target.ts';
import { block } from '../text/block.ts';
import { jsonText } from '../text/safe.ts';
import { type KnownRun, readRuns, sayDamaged, unreadable } from './known-runs.ts';
import { runsTable } from './runs-table.ts';
import { isWalkedNow } from './saved-run.ts';

export interface RunsOptions {
  readonly checklist?: string | undefined;
  /** Id, code or title. */
  readonly product?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly json?: boolean | undefined;
  readonly color: ColorMode;
}

/** Lists the runs that are kept, the newest first. */
export async function runs(options: RunsOptions, host: Host): Promise<Outcome> {
  const { known, damaged } = await readRuns(host.runs);
  const shown = filtered(known, options);
  const inUse = new Set<string>();
  for (const { report } of shown) if (await isWalkedNow(report.run.id, host.runs)) inUse.add(report.run.id);
  if (options.json) {
    host.stdout.write(jsonText({ runs: shown.map((each) => summary(each, inUse)), unreadable: unreadable(damaged) }));
  } else {
    const look = host.stdout.styles(options.color);
    const nothing =
      known.length > 0
        ? 'No run is like that. mp-verify runs lists them all.'
        : 'No run was kept yet. To practise: mp-verify run new-signup --sandbox';
    if (shown.length > 0)
      host.stdout.write(
        runsTable(
          look,
          shown.map(({ report }) => report),
          inUse,
          host.clock.now(),
        ),
      );
    else if (damaged.length === 0 || known.length > 0) host.stdout.write(block(look, { body: nothing }));
  }
  if (damaged.length === 0) return 'pass';
  sayDamaged(damaged, await host.openTerminal({ input: false, color: options.color }));
  return 'error';
}

function filtered(known: readonly KnownRun[], { checklist, product, verdict }: RunsOptions): readonly KnownRun[] {
  const products = known.flatMap(({ report }) => report.target.product ?? []);
  const meant = product === undefined ? null : new Set(matchProduct(product, products).map(({ id }) => id));
  return known.filter(
    ({ report }) =>
      (checklist === undefined || report.checklists.some(({ id }) => id === checklist)) &&
      (meant === null || (report.target.product !== null && meant.has(report.target.product.id))) &&
      (verdict === undefined || report.verdict === verdict),
  );
}

function summary({ report }: KnownRun, inUse: ReadonlySet<string>) {
  const { run, target, verdict, checklists } = report;
  return {
    id: run.id,
    checklists: checklists.map(({ id }) => id),
    product: target.product?.id ?? null,
    productTitle: target.product?.title ?? null,
    verdict,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    sandbox: run.sandbox,
    walkingNow: inUse.has(run.id),
  };
}
