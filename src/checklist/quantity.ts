/** A quantity as AWS or a SaaS gives it: `10`, `"1,200"`, `"10 seats"`, `true`. */
export type Quantity = number | string | boolean;

/** `unreadable`: neither yes nor no would be sure. */
export type Sameness = 'same' | 'different' | 'unreadable';

/**
 * Whether a value of AWS and one shown elsewhere are the same quantity. AWS grants an IntegerValue, a DoubleValue, a BooleanValue
 * (`true` is 1) or a StringValue; null where it names none.
 */
export function sameQuantity(granted: Quantity | null, shown: Quantity | null): Sameness {
  if (
    granted === shown ||
    (typeof granted === 'string' && typeof shown === 'string' && folded(granted) === folded(shown))
  )
    return 'same';
  if (granted === null) return 'unreadable';
  if (shown === null) return 'different';
  const [one, other] = [read(granted), read(shown)];
  if (one === null || other === null) return 'unreadable';
  if (one.value === other.value) return 'same';
  // A word that the program does not know may mean a multiple: "10 mil" is 10,000.
  if (one.unknownUnit || other.unknownUnit) return 'unreadable';
  if (one.value === other.otherwise || one.otherwise === other.value) return 'unreadable';
  // "Yes" says that there is some, and not how much.
  return shown === true || (typeof shown === 'string' && words.get(folded(shown)) === 1) ? 'unreadable' : 'different';
}

/** The number that a value stands for; null where it cannot be told. */
export function quantityOf(value: Quantity | null): number | null {
  const found = value === null ? null : read(value);
  return found === null || found.unknownUnit ? null : found.value;
}

interface Reading {
  readonly value: number;
  /** What it would be where a comma divides decimals. */
  readonly otherwise?: number;
  readonly unknownUnit?: boolean;
}

function read(given: Quantity): Reading | null {
  if (typeof given === 'boolean') return { value: Number(given) };
  if (typeof given === 'number') return Number.isFinite(given) ? { value: given } : null;
  const text = folded(given);
  const word = words.get(text);
  if (word !== undefined) return { value: word };
  const [, label = '', sign, digits = '', unit = ''] = quantityForm.exec(text) ?? [];
  const number = readNumber(digits);
  const kinds = [kindOf(label, labelWords), kindOf(unit, nouns)];
  if (number === null || kinds.includes('other')) return null;
  const signed = sign === '-' ? { value: -number.value } : number;
  return kinds.includes('unknown') ? { ...signed, unknownUnit: true } : signed;
}

/** What the words beside a number say: things that are counted, one unknown plural, or what may change what it means. */
function kindOf(words: string, known: RegExp): 'known' | 'unknown' | 'other' {
  const each = words.split(/[ ().-]+/).filter((word) => word !== '' && word !== 's');
  if (each.every((word) => known.test(word))) return 'known';
  const [only = ''] = each;
  return each.length === 1 && /^\p{L}{2,}s$/u.test(only) && !notCounted.test(only) ? 'unknown' : 'other';
}

/** `1.200` is a thousand and more, or one and a fraction: null, as for everything else that cannot be told. */
function readNumber(digits: string): Reading | null {
  if (/^[1-9]\d{0,2}\.\d{3}$/.test(digits)) return null;
  if (/^[1-9]\d{0,2},\d{3}$/.test(digits))
    return { value: Number(digits.replace(',', '')), otherwise: Number(digits.replace(',', '.')) };
  for (const [form, group, point] of numberForms)
    if (form.test(digits)) return { value: Number(digits.replaceAll(group, '').replace(point, '.')) };
  return null;
}

/** Which numbers there are, what divides their groups of digits, and what their decimals. */
const numberForms = [
  [/^\d+(?:\.\d+)?$/, ' ', '.'],
  [/^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/, ',', '.'],
  [/^[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d+)?$/, ',', '.'],
  [/^[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?$/, ' ', ','],
  [/^[1-9]\d{0,2}(?:'\d{3})+(?:[.,]\d+)?$/, "'", ','],
  [/^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/, '.', ','],
  [/^\d+,\d+$/, ' ', ','],
] as const;

/** `10 seats`, `10席`, `Seats: 1,200`: one number, a label before it or a unit behind it. */
const quantityForm =
  /^(?:(\p{L}[\p{L} ]{0,30})[:=] ?)?([+-]?)(\d(?:[\d., ']{0,30}\d)?)(?: ?(\p{L}[\p{L} ().-]{0,40}))?$/u;

const words: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['yes', 1],
  ['false', 0],
  ['no', 0],
]);

/** Plurals that make another number of a number, measure something that AWS does not grant by quantity, or are not granted yet. */
const notCounted =
  /^(?:dozens|gross|tens|hundreds|thousands|millions|billions|lakhs|crores|times|pairs|packs|packages|bundles|boxes|sets|seconds|minutes|hours|days|weeks|months|years|dollars|euros|pounds|cents|trials|invites|invitations|requests|extras|spares|plus|less|minus|various)$/;

const nouns =
  /^(?:seats?|users?|licen[cs]es?|units?|accounts?|members?|people|persons?|席|人|名|名様|個|件|ユーザー?|ライセンス|シート|アカウント)$/;

const labelWords = new RegExp(
  `${nouns.source}|^(?:quantity|qty|number|count|amount|total|of|purchased|bought|数量|席数|人数|ユーザー数|ライセンス数)$`,
);

/** Full-width letters and digits are their narrow ones, every space is a space, and the case of letters does not count. */
function folded(text: string): string {
  return text.slice(0, 200).normalize('NFKC').replace(/\s+/g, ' ').replace(/[’_]/g, "'").trim().toLowerCase();
}
