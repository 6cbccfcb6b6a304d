import { parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import type { Check } from '../checklist/model.ts';
import type { Position } from '../checklist/next-step.ts';
import { because } from '../checklist/walk-reasons.ts';
import type { Observation } from '../checks/check-kind.ts';
import type { KeyQuestion } from '../ports/host.ts';
import { type FoundPage, pageLookupSteps, wrongPageUrl } from '../product/product-page.ts';
import { block, warning } from '../text/block.ts';
import { inSandbox, sandboxPage } from '../text/sandbox-address.ts';
import { kindOf, outcome, type Place, quit, type StepOutcome, sandboxOf, type WalkContext } from './context.ts';
import { takeNote } from './notes.ts';

/**
 * Asks for one key at a step. Every question also offers `n` (take a note, then ask again), `b` (go back to the
 * previous answer) and `q` (end the walk).
 */
export async function askKey<Key extends string>(
  labels: Readonly<Partial<Record<Key | 'n', string>>>,
  { step, planned: { checklist }, before: findBefore }: Place,
  context: WalkContext,
  status?: KeyQuestion<string>['status'],
): Promise<Exclude<Key, 'n'> | StepOutcome> {
  const before = findBefore();
  const back = before === null ? {} : { b: 'back' };
  const keys: Readonly<Partial<Record<string, string>>> = { ...labels, n: 'note', ...back, q: 'quit' };
  for (;;) {
    const key = await context.terminal.key({ keys, step: step.id, ...(status ? { status } : {}) });
    if (key === 'q') return quit;
    if (key === 'b' && before !== null)
      return outcome({
        type: 'revisited',
        ...stepAt(before, context),
        from: { checklist: checklist.id, step: step.id },
        at: context.host.clock.now().toISOString(),
      });
    if (key !== 'n') return key as Exclude<Key, 'n'>;
    await takeNote(step.id, checklist.id, context);
  }
}

/** Returns the ids of a step and its checklist. */
export function stepAt(position: Position, { planned }: Pick<WalkContext, 'planned'>) {
  const checklist = planned()[position.checklist]?.checklist;
  const step = checklist?.steps[position.step];
  if (!checklist || !step) throw new Error('the step is in another list of checklists');
  return { checklist: checklist.id, step: step.id };
}

/** Asks for permission if a check writes to the seller's system. Null if it may start. */
export async function askFirst(
  check: Check,
  place: Place,
  context: WalkContext,
): Promise<StepOutcome | Observation | null> {
  const { terminal } = context;
  const what = kindOf(check).asksFirst?.(check.fields) ?? null;
  if (what === null) return null;
  if (!terminal.interactive) return { status: 'skip', ...because('needs-permission') };
  const styles = terminal.styles();
  const lead = `? ${place.number}/${place.planned.checklist.steps.length}  `;
  terminal.write(`\n${block(styles, { lead, leadStyle: 'accent', body: place.step.title, style: 'bold' })}`);
  terminal.write(block(styles, { lead: '  asks    ', leadStyle: 'dim', body: what }));
  const key = await askKey({ y: 'yes, do it', s: 'skip' }, place, context);
  if (typeof key !== 'string') return key;
  return key === 'y' ? null : { status: 'skip', ...because('not-allowed') };
}

/**
 * Asks the operator if a finding needs it: for fresh credentials, more time, or another buyer. Null to run the check
 * again.
 */
export async function askAboutFinding(
  found: Observation & { readonly late: boolean },
  waitText: () => string,
  place: Place,
  context: WalkContext,
): Promise<Observation | StepOutcome | null> {
  const { terminal, marketplace } = context;
  if (found.code === 'expired-credentials') {
    warn(found.reason, context);
    const key = await askKey({ r: 'renewed, continue' }, place, context);
    if (key !== 'r') return key;
    await marketplace.refreshCredentials();
    return null;
  }
  if (found.contractInTheWay) return askAboutContract(found, place, context);
  if (found.acknowledge) {
    warn(found.reason, context);
    const key = await askKey({ g: 'got it, continue' }, place, context);
    return key === 'g' ? found : key;
  }
  if (!found.late) return found;
  terminal.write(waitText());
  const keys = { w: 'wait longer', f: found.status === 'error' ? 'give up' : 'fail' };
  const key = await askKey(keys, place, context);
  if (key === 'w') return null;
  return key === 'f' ? found : key;
}

function warn(body: string | null, { terminal }: WalkContext): void {
  terminal.write(warning(terminal.styles(), body ?? ''));
}

/** Asks what to do about a contract that the buyer has before the purchase. */
async function askAboutContract(
  found: Observation,
  place: Place,
  context: WalkContext,
): Promise<Observation | StepOutcome> {
  const { output } = found;
  const { planned } = place;
  warn(found.reason, context);
  const keys = {
    c: 'confirm this contract',
    a: 'another one is being bought',
    o: 'other test buyer',
    f: 'fail',
  };
  for (;;) {
    const key = await askKey(keys, place, context);
    if (typeof key !== 'string') return key;
    if (key === 'f' || output?.kind !== 'entitlements') return found;
    if (key === 'c') {
      // With an empty baseline, the contract counts as new.
      return {
        status: 'pass',
        ...because('earlier-contract', { buyer: planned.buyer ?? '' }),
        output: { ...output, entitlements: [], agreements: output.agreements ? [] : null },
      };
    }
    if (key === 'a') {
      return { status: 'pass', ...because('contract-beside', { buyer: planned.buyer ?? '' }), output };
    }
    const buyer = await context.terminal.line({
      message: 'Test buyer (AWS account ID, 12 digits):',
      check: wrongBuyer,
    });
    if (buyer === null) continue;
    const at = context.host.clock.now().toISOString();
    const { checklist, buyer: was } = planned;
    return outcome({ type: 'buyer', checklist: checklist.id, buyer: parseBuyer(buyer), was, at });
  }
}

/** The list of the seller's products, with a link to each page. */
const portal = 'https://aws.amazon.com/marketplace/management/products/saas';

/**
 * Returns the product page. If its URL is not known, asks the operator, once per sitting, to paste it, continue with
 * the purchase page, or quit (null).
 */
export async function pageOrAsk(context: WalkContext): Promise<FoundPage | null> {
  const { terminal, run } = context;
  const found = await context.page();
  const { url, productId, managementUrl } = found.page;
  if (url !== null || !terminal.interactive || run.sitting.askedForPage.has(productId)) return found;
  const sandbox = sandboxOf(context);
  const styles = terminal.styles();
  terminal.write(
    `\n${block(styles, { lead: '? ', leadStyle: 'accent', body: 'What is the URL of the product page?', style: 'bold' })}`,
  );
  terminal.write(block(styles, { lead: '  ', body: found.reason }));
  for (const [i, line] of pageLookupSteps.entries())
    terminal.write(block(styles, { lead: `  ${i + 1}. `, body: inSandbox(line, sandbox) }));
  const link = sandboxPage(portal, sandbox) ?? managementUrl;
  terminal.write(block(styles, { lead: '  link    ', leadStyle: 'dim', body: link }));
  // The page of the sandbox has the same path as on AWS.
  const asOfAws = (url: string) =>
    sandbox !== null && url.startsWith(`${sandbox}/marketplace/pp/`)
      ? url.replace(sandbox, 'https://aws.amazon.com')
      : url;
  for (;;) {
    const key = await terminal.key({ keys: { p: 'paste it', g: 'go on with the purchase page', q: 'quit' } });
    if (key === 'q') return null;
    const check = (text: string) => {
      const wrong = wrongPageUrl(asOfAws(text));
      return wrong && inSandbox(wrong, sandbox);
    };
    const url = key === 'g' ? null : await terminal.line({ message: 'Product page URL:', check });
    if (key === 'p' && url === null) continue;
    run.sitting.askedForPage.add(productId);
    return url === null ? found : context.namePage(asOfAws(url));
  }
}
