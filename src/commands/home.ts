import { type ConfirmedProduct, confirmUseCases, defaultMaxAge } from '../checklist/confirmations.ts';
import { InvalidFiles } from '../checklist/problems.ts';
import { resumeCommand } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { type ConfigOptions, loadConfig } from '../config/load-config.ts';
import { CouldNotCheck, type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { matchProduct } from '../product/target.ts';
import { loadChecklists, useCaseIds } from '../run/checklists.ts';
import { isInUse, type KnownRun, type KnownRuns, readConfirmations, readRuns } from '../run/saved-runs.ts';
import { block, warning } from '../text/block.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import { confirmationLine, nextCommand } from './status.ts';

/** Shows the state of the three use cases, the unfinished run, and the next command. Only reads saved runs. */
export async function home(host: Host): Promise<Outcome> {
  const styles = host.stdout.styles('auto');
  const now = host.clock.now();
  const print = (text: string) => host.stdout.write(text);
  const warn = (body: string) => print(warning(styles, body));

  const { configured, hasConfig, wrong: wrongConfig } = await configuredProduct(host);
  const { known, unreadable, wrong: wrongStore } = await readable(host);
  const { products } = await readConfirmations(known, defaultMaxAge, host);
  const product = choose(configured, products);
  const states =
    product?.useCases ?? confirmUseCases([], await loadChecklists(useCaseIds, host.files), now, defaultMaxAge);
  const unfinished = newestOpen(known);
  const walking = unfinished !== null && (await isInUse(unfinished.run.id, host.runs));

  const title = product?.title ?? configured ?? 'AWS Marketplace SaaS integration';
  const right = product ? `${product.productId}  ${product.accountId}` : `mp-verify ${host.version}`;
  print(block(styles, { body: title, style: 'bold', right }));
  for (const state of states) print(confirmationLine(styles, state, now));
  if (unfinished) print(block(styles, openRun(unfinished, walking, now)));
  for (const wrong of [wrongConfig, wrongStore]) if (wrong !== null) warn(wrong);
  if (unreadable.length > 0) {
    const many = unreadable.length === 1 ? 'One run' : `${unreadable.length} runs`;
    warn(`${many} cannot be read. See why: mp-verify runs`);
  }
  print('\n');
  const command = (does: string, line: string) => print(`${styles.paint.dim(does)}  ${styles.paint.accent(line)}\n`);
  const fresh = known.length + unreadable.length === 0 && wrongStore === null && configured === null;
  if (fresh && !hasConfig) {
    command('to practice', 'mp-verify run new-signup --sandbox');
    command('to start   ', 'mp-verify init');
  } else if (unfinished && !walking) command('next', resumeCommand(unfinished.run.id));
  else {
    const named = products.length > 1 ? (product?.productId ?? null) : null;
    const open = states.filter(({ state }) => state !== 'pass');
    // A run in use cannot be resumed here.
    const busy = walking ? unfinished?.run.id : undefined;
    const next = open.find(({ run, unfinished: other }) => busy === undefined || (busy !== run && busy !== other));
    const isRegistered = known.some(({ report }) => product !== null && hasPassed('registration', product, report));
    const following = isRegistered ? 'before-public' : 'registration';
    const last = `mp-verify run ${following}${named === null ? '' : ` --product ${named}`}`;
    command('next', (next && nextCommand(next, named)) ?? (open.length === 0 ? last : `mp-verify runs show ${busy}`));
  }
  return 'pass';
}

/** Returns the product of the configuration. An invalid configuration is only a warning here. */
async function configuredProduct(host: Host) {
  try {
    const { options, file } = await loadConfig<ConfigOptions>({}, host);
    return { configured: options.product ?? null, hasConfig: file !== null, wrong: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const file = error instanceof InvalidFiles ? error.problems[0]?.file : null;
    const wrong = file
      ? `${file} cannot be used. See why: mp-verify validate ${file}`
      : [error.message, error.hint].filter(Boolean).join(' ');
    return { configured: null, hasConfig: true, wrong };
  }
}

async function readable({ runs }: Host): Promise<KnownRuns & { readonly wrong: string | null }> {
  try {
    return { ...(await readRuns(runs)), wrong: null };
  } catch (error) {
    if (!(error instanceof CouldNotCheck)) throw error;
    return { known: [], unreadable: [], wrong: error.message };
  }
}

/** Returns the product that the configuration names, otherwise the product of the newest run. */
function choose(configured: string | null, products: readonly ConfirmedProduct[]): ConfirmedProduct | null {
  if (configured === null) return products[0] ?? null;
  const named = products.map((each) => ({ ...each, id: each.productId, code: each.productCode }));
  return matchProduct(configured, named)[0] ?? null;
}

/** Whether the checklist passed in this run on AWS. */
function hasPassed(id: string, { productId }: ConfirmedProduct, { run, target, checklists }: Report): boolean {
  const isOnAws = !run.sandbox && run.endpoint === null && target.product?.id === productId;
  return isOnAws && checklists.some((checklist) => checklist.id === id && checklist.verdict === 'pass');
}

/** Finds the newest run that has not passed, unless the same checklists have a newer run. */
function newestOpen(known: readonly KnownRun[]): Report | null {
  const seen = new Set<string>();
  for (const { report } of known) {
    const { run, target, checklists } = report;
    const what = JSON.stringify([checklists.map(({ id }) => id), run.sandbox, target.product?.id ?? null]);
    const again = seen.has(what);
    seen.add(what);
    if (!again && report.verdict !== 'pass') return report;
  }
  return null;
}

function openRun({ run, verdict }: Report, walking: boolean, now: Date) {
  const { word, style } = verdictMarks[verdict];
  const place = run.sandbox ? ', SANDBOX' : run.endpoint === null ? '' : ', not AWS';
  const right = [ago(now, run.endedAt), run.operator].filter(Boolean).join(', ');
  return { lead: '  … ', leadStyle: style, body: `${run.id}: ${walking ? 'in use' : word}${place}`, right };
}
