import { type ConfirmedProduct, confirmed, defaultMaxAge } from '../checklist/confirmations.ts';
import { resumeCommand } from '../checklist/report.ts';
import type { Report } from '../checklist/report-document.ts';
import { type ConfigOptions, configName, loadConfig } from '../config/load-config.ts';
import { CouldNotTell, type Outcome, UserError } from '../errors.ts';
import type { Host } from '../ports/host.ts';
import { matchProduct } from '../product/target.ts';
import { block } from '../text/block.ts';
import { verdictMarks } from '../text/styles.ts';
import { ago } from '../text/times.ts';
import { confirmationLine } from './confirmation-lines.ts';
import { type KnownRun, type KnownRuns, readRuns } from './known-runs.ts';
import { loadChecklists, useCases } from './load-checklists.ts';
import { nextCommand } from './next-command.ts';
import { readConfirmations } from './read-confirmations.ts';
import { isWalkedNow } from './saved-run.ts';

/** Where the three use cases stand, what is unfinished, and the one next command. Asks nobody but the runs that are kept. */
export async function home(host: Host): Promise<Outcome> {
  const look = host.stdout.styles('auto');
  const now = host.clock.now();
  const print = (text: string) => host.stdout.write(text);
  const warn = (body: string) => print(block(look, { lead: '! ', leadStyle: 'warn', body }));

  const { said, wrong: wrongConfig } = await configuredProduct(host);
  const { known, damaged, wrong: wrongStore } = await readable(host);
  const { products } = await readConfirmations(known, defaultMaxAge, host);
  const product = choose(said, products);
  const states = product?.useCases ?? confirmed([], await loadChecklists(useCases, host.files), now, defaultMaxAge);
  const unfinished = newestOpen(known);
  const walking = unfinished !== null && (await isWalkedNow(unfinished.run.id, host.runs));

  const title = product?.title ?? said ?? 'AWS Marketplace SaaS integration';
  const right = product ? `${product.productId}  ${product.accountId}` : `mp-verify ${host.version}`;
  print(block(look, { body: title, style: 'bold', right }));
  for (const state of states) print(confirmationLine(look, state, now));
  if (unfinished) print(block(look, openRun(unfinished, walking, now)));
  for (const wrong of [wrongConfig, wrongStore]) if (wrong !== null) warn(wrong);
  if (damaged.length > 0) {
    const many = damaged.length === 1 ? 'A run' : `${damaged.length} runs`;
    warn(`${many} can't be read. What is wrong: mp-verify runs`);
  }
  print('\n');
  const command = (does: string, line: string) => print(`${look.paint.dim(does)}  ${look.paint.accent(line)}\n`);
  const fresh = known.length + damaged.length === 0 && wrongStore === null && said === null;
  if (fresh && !(await host.files.exists(configName))) {
    command('to practise', 'mp-verify run new-signup --sandbox');
    command('to begin   ', 'mp-verify init');
  } else if (unfinished && !walking) command('next', resumeCommand(unfinished.run.id));
  else {
    const named = products.length > 1 ? (product?.productId ?? null) : null;
    const open = states.filter(({ state }) => state !== 'pass');
    // What is walked now can't be gone on with here.
    const busy = walking ? unfinished?.run.id : undefined;
    const next = open.find(({ run, unfinished: other }) => busy === undefined || (busy !== run && busy !== other));
    const last = `mp-verify run before-public${named === null ? '' : ` --product ${named}`}`;
    command('next', (next && nextCommand(next, named)) ?? (open.length === 0 ? last : `mp-verify runs show ${busy}`));
  }
  return 'pass';
}

/** What is wrong with the configuration is said, and nothing more: home opens all the same. */
async function configuredProduct(host: Host) {
  try {
    return { said: (await loadConfig<ConfigOptions>({}, host)).options.product ?? null, wrong: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { said: null, wrong: `${configName} can't be used. What is wrong: mp-verify validate ${configName}` };
  }
}

async function readable({ runs }: Host): Promise<KnownRuns & { readonly wrong: string | null }> {
  try {
    return { ...(await readRuns(runs)), wrong: null };
  } catch (error) {
    if (!(error instanceof CouldNotTell)) throw error;
    return { known: [], damaged: [], wrong: error.message };
  }
}

/** The one that the configuration names, else the one that was walked last. */
function choose(said: string | null, products: readonly ConfirmedProduct[]): ConfirmedProduct | null {
  if (said === null) return products[0] ?? null;
  const named = products.map((each) => ({ ...each, id: each.productId, code: each.productCode }));
  return matchProduct(said, named)[0] ?? null;
}

/** The newest run that has not passed, unless the same was walked again after it. */
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
  return { lead: '  … ', leadStyle: style, body: `${run.id}: ${walking ? 'walking now' : word}${place}`, right };
}
