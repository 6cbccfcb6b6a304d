import { type AnyReport, type FleetReport, isFleet } from '../checklist/fleet-report.ts';
import type { Report } from '../checklist/report-document.ts';
import { countWords } from '../text/counts.ts';
import { openPlaceholders, type PlaceholderKind, type Placeholders, placeholderKinds } from './placeholders.ts';

/** How many values were replaced, by what they are. `text` is what people wrote: it was removed. */
export type RedactedCounts = Readonly<Record<PlaceholderKind | 'text', number>>;

export interface RedactedReport<Of extends AnyReport = AnyReport> {
  readonly report: Of;
  readonly counts: RedactedCounts;
  /** Replaces the same values in another text about the run. */
  readonly redactText: (text: string) => string;
}

/**
 * Replaces what identifies accounts, customers, products and people with placeholders, and removes what people wrote.
 * Results, reasons, plans, quantities, prices and times stay. The result is a valid report.
 */
export function redactReport<Of extends AnyReport>(report: Of): RedactedReport<Of> {
  const { of, search, counts } = openPlaceholders();
  let removed = 0;
  const remove = (what: string, text: string) => {
    removed++;
    return `[${what} removed, ${countWords(text.length, 'character')}]`;
  };

  const searchSentence = (text: string) => {
    learnNames(text, of);
    return search(text);
  };

  const redactValue = (text: string, rule: Rule, holder: TextHolder): string => {
    switch (rule) {
      case 'safe':
        return text;
      case 'text':
        return searchSentence(text);
      case 'note':
        return remove('note', text);
      case 'reason':
        return reasonWithout(text, holder, { of, search: searchSentence }, remove);
      case 'buyer':
        return of(/^[\d-]{12,14}$/.test(text) ? 'account' : 'customer', text);
      default:
        return text === '' ? text : of(rule, text);
    }
  };

  /** Text without a rule is searched too, so that nothing passes unread. */
  const walk = (value: unknown, rules?: Rules, holder: TextHolder = {}): unknown => {
    if (typeof value === 'string') return redactValue(value, typeof rules === 'string' ? rules : 'text', holder);
    if (typeof value === 'number' && rules === 'text' && /^\d{12}$/.test(String(value))) return search(String(value));
    if (Array.isArray(value)) return value.map((each) => walk(each, rules, holder));
    if (typeof value !== 'object' || value === null) return value;
    if (typeof rules === 'string')
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [search(name), walk(each, rules)]));
    const { kind } = value as { readonly kind?: unknown };
    const fields = typeof kind === 'string' ? rules?.[kind] : rules;
    const rulesOf = (name: string) => (typeof fields === 'object' ? fields[name] : fields);
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, walk(each, rulesOf(name), value as TextHolder)]),
    );
  };

  const rules = isFleet(report) ? fleetRules : reportRules;
  // The first time it learns the values, so that the second time finds them in earlier sentences too.
  walk(report, rules);
  removed = 0;
  const redacted = walk(report, rules) as Of;
  return { report: redacted, counts: { ...counts(), text: removed }, redactText: search };
}

/** `Redacted 8 values: 2 accounts, 1 license, 5 texts. Attached files are not included.` */
export function redactedWords(counts: RedactedCounts): string {
  const kinds = Object.entries({ ...placeholderKinds, text: ['text', 'texts'] as const });
  const parts = kinds.flatMap(([kind, [one, several]]) => {
    const count = counts[kind as PlaceholderKind | 'text'];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  const sum = Object.values(counts).reduce((total, count) => total + count, 0);
  const list = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `Redacted ${countWords(sum, 'value')}${list}. Attached files are not included.`;
}

/** Values that stand in a sentence of the program, and perhaps in no field. */
const inSentences: readonly { readonly pattern: RegExp; readonly kind: PlaceholderKind }[] = [
  {
    kind: 'product',
    pattern:
      /\b(?:but|owns|code for|visibility for|AWS found:|lists|product was|Now it is) (?<value>[^"]{1,255}?) \((?:prod-[\w-]+|[0-9a-f]{8}-[0-9a-f-]{27})\)/g,
  },
  { kind: 'product', pattern: /"(?<value>[^"]{1,255})" prod-\w/g },
  { kind: 'product', pattern: /\btitle "(?<value>[^"]{1,255})"/g },
  { kind: 'product', pattern: /"(?<value>[^"]{1,255})" matches \d/g },
  { kind: 'customer', pattern: /\bbuyer (?:is now )?(?<value>(?=[a-z_-]{0,64}\d)[\w-]{6,64})/gi },
  { kind: 'profile', pattern: /(?:--profile |[([]profile )(?!NAME\b)(?<value>[^\s()[\],]{1,255})/g },
  // A path can have the name of a person or a product in it.
  { kind: 'file', pattern: /^(?!mp-verify\.yaml )(?<value>.{1,255}?) lists (?:"|[^"]{1,255} \()/g },
  { kind: 'file', pattern: /--config (?!FILE\b)(?<value>\S{1,255})/g },
  // Other runs, by other people: `new-signup passed on 2026-11-23 (new-signup-7, kim, Lee; …`
  {
    kind: 'operator',
    pattern: /\b(?:passed|failed)(?: too long ago,)? on [\d-]{10} \([\w-]+, (?<value>[^;)]{1,255})/g,
  },
];

function learnNames(text: string, of: Placeholders['of']): void {
  for (const { pattern, kind } of inSentences)
    for (const { groups } of text.matchAll(pattern))
      for (const value of kind === 'operator' ? (groups?.value ?? '').split(', ') : [groups?.value ?? ''])
        of(kind === 'customer' && /^[\d-]{12,14}$/.test(value) ? 'account' : kind, value);
}

/** The object that has a text. */
interface TextHolder {
  readonly by?: string | null;
  readonly code?: string | null;
  readonly status?: string;
}

/** Removes what people said from a reason, and replaces values in what the program said. */
function reasonWithout(
  text: string,
  { by = null, code = null, status }: TextHolder,
  { of, search }: Pick<Placeholders, 'of' | 'search'>,
  remove: (what: string, text: string) => string,
): string {
  if (code === 'claimed') {
    const [, name, answered, words] = claimed.exec(text) ?? [];
    if (name === undefined || answered === undefined) return remove('reason', text);
    const who = name === 'The operator' || name === 'The rehearsal' ? name : of('operator', name);
    return `${who}${answered}${words === undefined ? '' : `: ${remove('reason', words)}`}. The check had not finished.`;
  }
  if (code === 'operator-said' || code === 'answers-file-said') return remove('reason', text);
  // Reasons of older versions have no code.
  const byPerson = by === 'operator' || by === 'answers' || by === 'both';
  // If a person and the check saw the same failure, the person's words come first.
  const mayQuote = byPerson && (code === null || (by === 'both' && status === 'fail'));
  return mayQuote && !overruled.test(text) ? remove('reason', text) : search(text);
}

const claimed =
  /^(.+?)( answered (?:pass|fail) at \d{4}-\d\d-\d\d \d\d:\d\d UTC)(?:: (.*))?\. The check had not finished\.$/s;
const overruled = /^(?:(?:The operator answered|The answers file says) pass, but| But) mp-verify found: /;

/**
 * What to do with a text: keep it, search it for values, remove it, or replace it. `note` and `reason` are what people
 * wrote; `buyer` is an account id or a customer identifier.
 */
type Rule = 'safe' | 'text' | 'note' | 'reason' | 'buyer' | PlaceholderKind;
type Rules = Rule | { readonly [field: string]: Rules };

/** A rule for each text of a type, so that a new field of the document needs one. Enumerations are always safe. */
type RulesOf<T> = [T] extends [readonly (infer Item)[]]
  ? RulesOf<Item>
  : [T] extends [string | number | boolean]
    ? string extends T
      ? Rule
      : 'safe'
    : string extends keyof T
      ? Rule
      : [T] extends [{ readonly kind: string }]
        ? { readonly [Kind in T['kind']]: FieldRules<Extract<T, { readonly kind: Kind }>> }
        : FieldRules<T>;
type FieldRules<T> = {
  readonly [Name in keyof T as NonNullable<T[Name]> extends number | boolean ? never : Name]-?: RulesOf<
    NonNullable<T[Name]>
  >;
};

const attemptRules = {
  status: 'safe',
  code: 'safe',
  reason: 'reason',
  by: 'safe',
  operator: 'operator',
  startedAt: 'safe',
  note: 'note',
} as const;

const agreementRules = {
  id: 'agreement',
  status: 'text',
  buyerAccountId: 'buyer',
  acceptedAt: 'safe',
  updatedAt: 'safe',
  startsAt: 'safe',
  endsAt: 'safe',
  initialAgreementId: 'agreement',
  dimensions: { key: 'text' },
  notCompared: 'text',
  unlimited: 'text',
  licenseArns: 'license',
} as const;

const saasContractRules = { plan: 'text', endDate: 'text' } as const;

const reportRules = {
  tool: { name: 'safe', version: 'safe' },
  run: {
    id: 'text',
    startedAt: 'safe',
    endedAt: 'safe',
    operator: 'operator',
    endpoint: 'text',
    journalSha256: 'safe',
    resumedAt: 'safe',
    sittings: { startedAt: 'safe', operator: 'operator', arn: 'text' },
    acceptedChanges: 'safe',
    resume: 'text',
  },
  target: {
    accountId: 'account',
    arn: 'text',
    product: {
      id: 'product-id',
      code: 'product-id',
      title: 'product',
      visibility: 'text',
      url: 'text',
      urlSource: 'safe',
    },
  },
  verdict: 'safe',
  tally: {},
  seen: {},
  checklists: {
    id: 'text',
    title: 'text',
    sha256: 'safe',
    buyer: 'buyer',
    verdict: 'safe',
    tally: {},
    steps: {
      ...attemptRules,
      id: 'text',
      title: 'text',
      who: 'safe',
      check: 'safe',
      expected: 'text',
      actual: 'text',
      output: {
        product: {
          kind: 'safe',
          product: {
            productId: 'product-id',
            productCode: 'product-id',
            title: 'product',
            visibility: 'text',
            state: 'text',
            url: 'text',
            urlSource: 'safe',
            purchaseUrl: 'text',
            managementUrl: 'text',
            fulfillmentUrl: 'text',
            accountId: 'account',
          },
        },
        entitlements: {
          kind: 'safe',
          entitlements: {
            dimension: 'text',
            value: 'text',
            expirationDate: 'safe',
            licenseArn: 'license',
            customerAwsAccountId: 'account',
            customerIdentifier: 'buyer',
            plan: 'text',
          },
          agreements: agreementRules,
        },
        agreements: { kind: 'safe', agreements: agreementRules },
        offer: {
          kind: 'safe',
          offer: { id: 'offer', currency: 'text', prices: { dimension: 'text', duration: 'text' }, unread: 'text' },
        },
        'saas-contract': { kind: 'safe', contract: saasContractRules, contracts: saasContractRules },
      },
      checkedAgainAt: 'safe',
      evidence: { name: 'file', sha256: 'safe', mediaType: 'safe', at: 'safe' },
      attempts: attemptRules,
    },
  },
} as const satisfies RulesOf<Report>;

const { target, checklists } = reportRules;

const fleetRules = {
  ...{ tool: reportRules.tool, run: reportRules.run, verdict: 'safe', tally: {} },
  products: {
    id: 'product-id',
    account: 'account-name',
    owner: 'owner',
    waiver: { until: 'safe', reason: 'note' },
    verdict: 'safe',
    code: 'safe',
    reason: 'text',
    startedAt: 'safe',
    endedAt: 'safe',
    ...{ target, tally: {}, seen: {}, checklists },
    // Where it is a title or a product code, AWS has named that above.
    listedAs: 'product',
  },
} as const satisfies RulesOf<FleetReport>;
