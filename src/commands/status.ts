import {
  type Confirmation,
  type Confirmations,
  type ConfirmedProduct,
  confirmedVerdict,
  defaultMaxAge,
  type LeftOut,
  nextCommand,
} from '../checklist/confirmations.ts';
import { requireDuration } from '../checklist/fields.ts';
import { worstOf } from '../checklist/fleet-report.ts';
import { printedCommand } from '../checklist/printed-command.ts';
import { loadConfig } from '../config/load-config.ts';
import { type Outcome, UserError } from '../errors.ts';
import type { ColorMode, Host } from '../ports/host.ts';
import { matchProduct } from '../product/target.ts';
import type { statusFormats } from '../reporters/formats.ts';
import { seenWords } from '../reporters/report-words.ts';
import { inUseWords } from '../reporters/status-words.ts';
import { type ReadConfirmations, readConfirmations, unreadableList, warnUnreadable } from '../run/saved-runs.ts';
import { block, warning } from '../text/block.ts';
import { jsonText } from '../text/safe.ts';
import { type Styles, stateMarks } from '../text/styles.ts';
import { ago, roughly } from '../text/times.ts';
import { checkDestination, type Destination, documentStyles, printDocument } from './print-document.ts';

export interface StatusOptions extends Destination {
  /** The products of mp-verify.yaml. */
  readonly all?: boolean | undefined;
  /** Ids, product codes or titles; only with `all` more than one. */
  readonly product: readonly string[];
  readonly config?: string | undefined;
  readonly maxAge?: string | undefined;
  readonly format: (typeof statusFormats)[number];
  readonly color: ColorMode;
}

/** Shows which use cases have passed, by product, when and by whom. Only reads saved runs. */
export async function status(options: StatusOptions, host: Host): Promise<Outcome> {
  const { format, color } = options;
  const [wanted, another] = options.product;
  if (another !== undefined) throw needsAll('Several --product');
  if (format === 'html') throw needsAll('--format html');
  await checkDestination(options, host);
  const maxAge = maxAgeOf(options);
  const { product } = (await loadConfig({ product: wanted, config: options.config }, host)).options;
  const read = await readConfirmations(host.runs, maxAge, host);
  const { unreadable: damaged } = read;
  const { products, leftOut } = about(product, read);
  const text =
    format === 'json'
      ? jsonText({
          schemaVersion: 1,
          products: products.map((each) => ({ ...each, useCases: useCaseList(each.useCases) })),
          ...leftOutList(leftOut, read),
        })
      : statusText(
          documentStyles(options, color, host),
          { products, leftOut },
          product ?? null,
          maxAge,
          host.clock.now(),
        );
  await printStatus(text, read, options, host);
  return outcome(products, damaged.length > 0);
}

function needsAll(what: string): UserError {
  return new UserError(
    'usage',
    `${what} needs --all, which shows the products of mp-verify.yaml.`,
    'See: mp-verify status --help',
  );
}

/** The oldest result that counts, in ms. Throws `UserError` if it is no duration. */
export function maxAgeOf({ maxAge }: Pick<StatusOptions, 'maxAge'>): number {
  return maxAge === undefined ? defaultMaxAge : requireDuration(maxAge, '12h or 30d');
}

/** Returns use cases for a JSON document. */
export function useCaseList(useCases: readonly Confirmation[]) {
  return useCases.map(({ title: _, ...useCase }) => useCase);
}

/** Returns the runs that do not count for a JSON document. */
export function leftOutList(leftOut: readonly LeftOut[], { unreadable, inUse }: ReadConfirmations) {
  return {
    leftOut: leftOut.map(({ run, checklist, reason }) => ({ run, checklist, reason })),
    unreadable: unreadableList(unreadable),
    inUse,
  };
}

/** Prints where use cases stand, and warns about runs that may say something else. */
export async function printStatus(
  text: string,
  { unreadable, inUse }: ReadConfirmations,
  options: StatusOptions,
  host: Host,
): Promise<void> {
  const { output, open, color } = options;
  if (output === undefined && !open && unreadable.length + inUse.length === 0) {
    // A terminal takes time to load.
    host.stdout.write(text);
    return;
  }
  const terminal = await host.openTerminal({ input: false, color });
  await printDocument(text, 'status.html', options, host, terminal);
  warnUnreadable(unreadable, terminal);
  if (inUse.length > 0) terminal.write(warning(terminal.styles(), inUseWords(inUse)));
}

/** Returns the worst outcome of the products. An unreadable run may be a failure, but does not hide one. */
function outcome(products: readonly ConfirmedProduct[], damaged: boolean): Outcome {
  const verdicts = products.map(({ useCases }) => confirmedVerdict(useCases));
  return worstOf([...verdicts, ...(damaged ? (['error'] as const) : [])]) ?? 'incomplete';
}

/** Selects one product, if given. Runs without a product may belong to it. */
function about(name: string | undefined, { products, leftOut }: Confirmations): Confirmations {
  if (name === undefined) return { products, leftOut };
  const named = products.map((each) => ({ ...each, id: each.productId, code: each.productCode }));
  const matching = new Set(matchProduct(name, named).map(({ productId }) => productId));
  return {
    products: products.filter(({ productId }) => matching.has(productId)),
    leftOut: leftOut.filter(({ productId }) => productId === null || productId === name || matching.has(productId)),
  };
}

/** Prints every product with its three use cases, then the runs left out. */
export function statusText(
  styles: Styles,
  { products, leftOut }: Confirmations,
  name: string | null,
  maxAge: number,
  now: Date,
): string {
  const several = products.length > 1;
  const parts = products.map(({ title, productId, accountId, useCases }) => {
    const head = block(styles, { body: title, style: 'bold', right: `${productId}  ${accountId}` });
    const named = several ? productId : null;
    return head + useCases.map((each) => useCaseText(styles, each, named, maxAge, now)).join('');
  });
  const which = name === null ? '' : ` for ${name}`;
  const nothing = [
    block(styles, { body: `No use case is confirmed${which} yet: there are no runs on AWS. Start with:` }),
    // Stays on one line, so that it can be copied.
    `  ${styles.paint.accent(printedCommand('run new-signup'))}\n`,
  ].join('');
  return [...(parts.length === 0 ? [nothing] : parts), ...leftOutText(styles, leftOut)].join('\n');
}

function useCaseText(styles: Styles, useCase: Confirmation, product: string | null, maxAge: number, now: Date): string {
  const { state, run, seen, unfinished } = useCase;
  const more = (body: string) => block(styles, { lead: confirmationIndent, body, style: 'dim' });
  const command = nextCommand(useCase, product);
  return [
    confirmationLine(styles, useCase, now),
    run === null ? '' : more(run) + more(seenWords(seen).join('   ')),
    state === 'too-old' ? more(`Results older than ${roughly(maxAge)} do not count.`) : '',
    unfinished === null ? '' : more(`A newer run, ${unfinished}, is not finished.`),
    // Stays on one line, so that it can be copied.
    command === null ? '' : `${confirmationIndent}${styles.paint.accent(command)}\n`,
  ].join('');
}

/** Grouped by reason, because a sandbox may have many runs. */
function leftOutText(styles: Styles, leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return [];
  const reasons = new Map<string, Map<string, readonly string[]>>();
  for (const { run, checklist, reason } of leftOut) {
    const runs = reasons.get(reason) ?? new Map<string, readonly string[]>();
    reasons.set(reason, runs.set(run, [...(runs.get(run) ?? []), checklist]));
  }
  const named = ([run, checklists]: readonly [string, readonly string[]]) =>
    run.replace(/-\d+$/, '') === checklists.join() ? run : `${run} (${checklists.join(', ')})`;
  const lines = [...reasons].map(([reason, runs]) =>
    block(styles, { lead: '  ', body: `${[...runs].map(named).join(', ')}: ${reason}`, style: 'dim' }),
  );
  return [[block(styles, { body: 'Not counted:' }), ...lines].join('')];
}

/** Indent of the lines below a use case. */
export const confirmationIndent = ' '.repeat('  ✓ not run  '.length);

/** A use case, its state, and how old that is. */
export function confirmationLine(
  styles: Styles,
  { title, state, confirmedAt, operator }: Confirmation,
  now: Date,
): string {
  const { symbol, word, style } = stateMarks[state];
  const right = confirmedAt === null ? '' : [ago(now, confirmedAt), operator].filter(Boolean).join(', ');
  return block(styles, { lead: `  ${symbol} ${word.padEnd(7)}  `, leadStyle: style, body: title, right });
}
