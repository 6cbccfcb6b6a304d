import { utcMinute } from '../checklist/reasons.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import type { Caller, Product } from '../ports/marketplace.ts';
import { block } from '../text/block.ts';
import type { Styles } from '../text/styles.ts';
import { clockTime, roughly } from '../text/times.ts';

/** What a run is about, for the operator to see before the first step. */
export interface HeaderFacts {
  readonly caller: Caller | null;
  readonly product: Product | null;
  /** Why the two could not be told, in a sentence; the first check says it again as its result. */
  readonly trouble: string | null;
  /** By how many ms this machine's clock is ahead of AWS's; null where AWS has not said. */
  readonly clockSkew?: number | null;
  readonly sandbox: boolean;
  /** Null is AWS itself. */
  readonly endpoint: string | null;
  readonly runId: string;
  /** When the run began that is gone on with; null for a new one. */
  readonly resumed: string | null;
  /** What was seen before was seen in another sandbox, which has ended. */
  readonly newSandbox?: boolean;
  /** It was shown above another checklist of the run already. */
  readonly follows?: boolean;
}

export function checklistHeader(
  look: Styles,
  { checklist, buyer, buyerFrom = null }: PlannedChecklist,
  shown: HeaderFacts | null,
): string {
  const facts = shown?.follows ? null : shown;
  const row = (label: string, body: string, right = '') =>
    block(look, {
      lead: `  ${label.padEnd(8)} `,
      leadStyle: 'dim',
      body,
      right,
      rightStyle: shown?.sandbox ? 'warn' : 'dim',
    });
  const { steps } = checklist;
  const manual = steps.filter((step) => step.do.length > 0).length;
  const title = block(look, {
    body: checklist.title,
    style: 'bold',
    right: `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, ${manual} by hand`,
  });
  if (shown === null) return `\n${title}`;
  return `\n${[
    title,
    facts ? targetRows(facts, row) : '',
    facts?.sandbox && facts.endpoint !== null ? row('pages', `${facts.endpoint}/marketplace`) : '',
    buyer === null ? '' : row('buyer', buyerFrom === null ? buyer : `${buyer}  from ${buyerFrom}`),
    facts ? row('run', runWords(facts)) : '',
    ...checklist.needs.map((need, i) => row(i === 0 ? 'needs' : '', need)),
  ].join('')}\n`;
}

function runWords({ runId, resumed }: HeaderFacts): string {
  const since = resumed === null ? '' : `resumed, begun ${utcMinute(resumed)}; `;
  return `${runId}  ${since}every answer is saved; q stops, nothing is lost`;
}

function targetRows(
  { caller, product, trouble, clockSkew = null, sandbox, endpoint }: HeaderFacts,
  row: (label: string, body: string, right?: string) => string,
): string {
  const where = sandbox ? 'SANDBOX, not AWS' : endpoint === null ? 'AWS (not a sandbox)' : `${endpoint}, not AWS`;
  const ends = caller?.credentialsEnd ? `, they end ${clockTime(caller.credentialsEnd)}` : '';
  return [
    row(
      'product',
      product ? [product.title, product.id, product.visibility ?? ''].join('  ').trimEnd() : 'not known yet',
      where,
    ),
    row('seller', caller ? `${caller.accountId}  ${caller.credentials}${ends}` : 'not known yet'),
    trouble === null ? '' : row('!', trouble),
    isOff(clockSkew) ? row('!', clockWords(clockSkew)) : '',
  ].join('');
}

/** More than this is no matter of an answer's way. */
const noticedSkewMs = 5 * 60_000;

function isOff(skew: number | null): skew is number {
  return skew !== null && Math.abs(skew) > noticedSkewMs;
}

function clockWords(skew: number): string {
  const off = `${roughly(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} AWS's`;
  return `This machine's clock is ${off}. mp-verify tells by AWS's clock what has expired; the times below are this machine's. Turn on automatic time.`;
}
