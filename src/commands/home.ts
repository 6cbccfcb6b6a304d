import { type ConfirmedProduct, confirmUseCases, defaultMaxAge, nextCommand } from '../checklist/confirmations.ts';
import { printedCommand, resumeCommand } from '../checklist/printed-command.ts';
import { InvalidFiles } from '../checklist/problems.ts';
import { type ConfigOptions, loadConfig, withStore } from '../config/load-config.ts';
import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { BaseHost, Host, Program } from '../ports/host.ts';
import type { UnreadableRun } from '../ports/storage.ts';
import { matchProduct } from '../product/target.ts';
import { loadChecklists, useCaseIds } from '../run/checklists.ts';
import {
  confirmationsOf,
  isInUse,
  type ListedReport,
  listedReport,
  readConfirmations,
  readRuns,
} from '../run/saved-runs.ts';
import { block, warning } from '../text/block.ts';
import { countWords } from '../text/counts.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import { confirmationLine } from './status.ts';

/**
 * Shows the state of the three use cases, unless mp-verify.yaml lists many products; the unfinished run; and the next
 * command. Only reads saved runs.
 */
export async function home(program: Program): Promise<Outcome> {
  // A wrong configuration is reported below.
  const host = await withStore({}, program).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return { ...program, ...program.openStore(null) };
  });
  const styles = host.stdout.styles('auto');
  const now = host.clock.now();
  const print = (text: string) => host.stdout.write(text);
  const warn = (body: string) => print(warning(styles, body));

  const { configured, hasConfig, isFleet, wrong: wrongConfig } = await configuredProduct(host);
  const { listed, unreadable, products, wrong: wrongStore } = await readable(host);
  // What one product has passed says nothing about the others.
  const product = isFleet ? null : choose(configured, products);
  const states =
    product?.useCases ?? confirmUseCases([], await loadChecklists(useCaseIds, host.files), now, defaultMaxAge);
  const unfinished = newestOpen(listed);
  const walking = unfinished !== null && (await isInUse(unfinished.id, host.runs));

  const title = product?.title ?? configured ?? 'AWS Marketplace SaaS integration';
  const right = product ? `${product.productId}  ${product.accountId}` : `mp-verify ${host.version}`;
  print(block(styles, { body: title, style: 'bold', right }));
  if (!isFleet) for (const state of states) print(confirmationLine(styles, state, now));
  if (unfinished) print(block(styles, openRun(unfinished, walking, now)));
  for (const wrong of [wrongConfig, wrongStore]) if (wrong !== null) warn(wrong);
  if (unreadable.length > 0) {
    const many = unreadable.length === 1 ? 'One run' : `${unreadable.length} runs`;
    warn(`${many} cannot be read. See why: mp-verify runs`);
  }
  print('\n');
  const command = (does: string, line: string) => print(`${styles.paint.dim(does)}  ${styles.paint.accent(line)}\n`);
  const fresh = listed.length + unreadable.length === 0 && wrongStore === null && configured === null;
  if (fresh && !hasConfig) {
    command('to practice', 'mp-verify run new-signup --sandbox');
    command('to start   ', 'mp-verify init');
  } else if (unfinished && !walking) command('next', resumeCommand(unfinished.id));
  else if (isFleet)
    command('next', walking ? printedCommand(`runs show ${unfinished?.id}`) : 'mp-verify run regression --all');
  else {
    const named = products.length > 1 ? (product?.productId ?? null) : null;
    const open = states.filter(({ state }) => state !== 'pass');
    // A run in use cannot be resumed here.
    const busy = walking ? unfinished?.id : undefined;
    const next = open.find(({ run, unfinished: other }) => busy === undefined || (busy !== run && busy !== other));
    const isRegistered = listed.some((each) => product !== null && hasPassed('registration', product, each));
    const following = isRegistered ? 'before-public' : 'registration';
    const last = `mp-verify run ${following}${named === null ? '' : ` --product ${named}`}`;
    command('next', (next && nextCommand(next, named)) ?? (open.length === 0 ? last : `mp-verify runs show ${busy}`));
  }
  if (isFleet) command('status of all products', 'mp-verify status --all');
  return 'pass';
}

/** Returns the product of the configuration, and whether that lists many. An invalid configuration is only a warning here. */
async function configuredProduct(host: BaseHost) {
  try {
    const { options, file, accounts } = await loadConfig<ConfigOptions>({}, host);
    const configured = options.product ?? null;
    const isFleet = configured === null && accounts.length > 0;
    return { configured, hasConfig: file !== null, isFleet, wrong: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const file = error instanceof InvalidFiles ? error.problems[0]?.file : null;
    const wrong = file
      ? `${file} cannot be used. See why: mp-verify validate ${file}`
      : [error.message, error.hint].filter(Boolean).join(' ');
    return { configured: null, hasConfig: true, isFleet: false, wrong };
  }
}

interface Readable {
  /** The runs, newest first; of a shared store only the newest. */
  readonly listed: readonly ListedReport[];
  readonly unreadable: readonly UnreadableRun[];
  readonly products: readonly ConfirmedProduct[];
  /** Why nothing could be read, or null. */
  readonly wrong: string | null;
}

async function readable(host: Host): Promise<Readable> {
  const { index } = host.runs;
  try {
    if (index === null) {
      const { known, unreadable } = await readRuns(host.runs);
      const { products } = await confirmationsOf(known, defaultMaxAge, host);
      return { listed: known.map(listedReport), unreadable, products, wrong: null };
    }
    const { products, unreadable } = await readConfirmations(host.runs, defaultMaxAge, host);
    const listed: ListedReport[] = [];
    let seen = 0;
    for await (const { facts, ...run } of index.list()) {
      if (facts !== null) listed.push({ ...run, facts });
      seen += 1;
      if (seen === shownRuns) break;
    }
    return { listed, unreadable, products, wrong: null };
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    return { listed: [], unreadable: [], products: [], wrong: error.message };
  }
}

/** How many runs of a shared store are looked at for an unfinished one. */
const shownRuns = 100;

/** Returns the product that the configuration names, otherwise the product of the newest run. */
function choose(configured: string | null, products: readonly ConfirmedProduct[]): ConfirmedProduct | null {
  if (configured === null) return products[0] ?? null;
  const named = products.map((each) => ({ ...each, id: each.productId, code: each.productCode }));
  return matchProduct(configured, named)[0] ?? null;
}

/** Whether the checklist passed in this run on AWS. */
function hasPassed(id: string, { productId }: ConfirmedProduct, { facts }: ListedReport): boolean {
  const isOnAws = !facts.sandbox && facts.endpoint === null && facts.product?.id === productId;
  return isOnAws && facts.checklists.some((checklist) => checklist.id === id && checklist.verdict === 'pass');
}

/** Finds the newest run that has not passed, unless the same checklists have a newer run. */
function newestOpen(listed: readonly ListedReport[]): ListedReport | null {
  const seen = new Set<string>();
  for (const run of listed) {
    const { sandbox, product, products, checklists, verdict } = run.facts;
    // A fleet run of some products does not replace one of all.
    const what = JSON.stringify([checklists.map(({ id }) => id), sandbox, product?.id ?? null, products ?? null]);
    const again = seen.has(what);
    seen.add(what);
    if (!again && verdict !== 'pass') return run;
  }
  return null;
}

function openRun({ id, facts }: ListedReport, walking: boolean, now: Date) {
  const { word, style } = verdictMarks[facts.verdict];
  const place = facts.sandbox ? ', SANDBOX' : facts.endpoint === null ? '' : ', not AWS';
  const right = [ago(now, facts.endedAt), facts.operator].filter(Boolean).join(', ');
  const fleet = facts.products === undefined ? '' : `, ${countWords(facts.products, 'product')}`;
  return { lead: '  … ', leadStyle: style, body: `${id}: ${walking ? 'in use' : word}${fleet}${place}`, right };
}
