import { assignBuyers, type GivenBuyers, parseBuyer, wrongBuyer } from '../checklist/buyers.ts';
import type { Answers, Checklist } from '../checklist/model.ts';
import { lookUp } from '../checklist/references.ts';
import type { PlannedChecklist } from '../checklist/report.ts';
import { checks } from '../checks/index.ts';
import type { Configured } from '../config/load-config.ts';
import { UserError } from '../errors.ts';
import type { Terminal } from '../ports/terminal.ts';
import { parseBuyers } from './run-options.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Gives every checklist that needs one its buyer; what nobody said is asked now, together, before the first step. */
export async function planBuyers(
  checklists: readonly Checklist[],
  said: readonly string[],
  answers: Answers,
  config: Pick<Configured<unknown>, 'buyers' | 'file'>,
  sandboxBuyers: () => Promise<Readonly<Record<string, string>>>,
  terminal: Terminal,
): Promise<readonly PlannedChecklist[]> {
  const { byChecklist, general } = parseBuyers(
    said,
    checklists.map(({ id }) => id),
  );
  const given: Writable<GivenBuyers> = {
    byChecklist,
    general,
    configured: { ...config.buyers, ...answers.buyers },
    sandbox: {},
  };
  const { missing: unsaid } = assignBuyers(checklists, given, checks);
  if (unsaid.length > 0) given.sandbox = await sandboxBuyers();
  for (;;) {
    const { buyers, missing } = assignBuyers(checklists, given, checks);
    const [first] = missing;
    if (!first) {
      return checklists.map((checklist) => {
        const buyer = buyers.get(checklist.id) ?? null;
        return { checklist, buyer, buyerFrom: buyer === lookUp(config.buyers, checklist.id) ? config.file : null };
      });
    }
    given.byChecklist = { ...given.byChecklist, [first.id]: await askBuyer(first, terminal) };
  }
}

async function askBuyer({ id, title }: Checklist, terminal: Terminal): Promise<string> {
  const answer = terminal.interactive
    ? await terminal.line({ message: `Test buyer for "${title}" (AWS account id, 12 digits):`, check: wrongBuyer })
    : null;
  if (answer === null) {
    throw new UserError(
      'missing-buyer',
      `The checklist ${id} needs a test buyer.`,
      `Name one with --buyer ${id}=ID, where ID is the 12 digits of the test account, or in mp-verify.yaml.`,
    );
  }
  return parseBuyer(answer);
}
