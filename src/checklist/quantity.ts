/** A quantity as AWS or a SaaS gives it: `10`, `"1,200"`, `"10 seats"`, `true`. */
export type Quantity = number | string | boolean;

/** `unreadable`: neither yes nor no would be sure. */
export type Sameness = 'same' | 'different' | 'unreadable';

/**
 * Whether a value of AWS and one shown elsewhere are the same quantity. AWS grants an IntegerValue, a DoubleValue, a BooleanValue
 * (`true` is 1) or a StringValue; null where it names none. A number below 0, or one too large to be exact, is none.
 */
export function sameQuantity(granted: Quantity | null, shown: Quantity | null): Sameness {
  if (granted === null) return shown === null ? 'same' : 'unreadable';
  const one = read(granted);
  if (one === null ? typeof granted === 'number' : one.value < 0) return 'unreadable';
  if (shown === null) return 'different';
  if (granted === shown || (typeof granted === 'string' && typeof shown === 'string' && sameText(granted, shown)))
    return 'same';
  const other = read(shown);
  if (one === null || other === null) return 'unreadable';
  if (one.value === other.value) return 'same';
  if (one.value === other.otherwise || one.otherwise === other.value) return 'unreadable';
  // "Yes" says that there is some, and not how much.
  return shown === true || (typeof shown === 'string' && words.get(folded(shown)) === 1) ? 'unreadable' : 'different';
}

/** Whether AWS grants the same twice. A value that it does not name is not known to differ. */
export function sameGrant(one: Quantity | null, other: Quantity | null): boolean {
  return one === null || other === null || Object.is(one, other) || sameQuantity(one, other) === 'same';
}

/** The number that a value stands for; null where it cannot be told. */
export function quantityOf(value: Quantity | null): number | null {
  return value === null ? null : (read(value)?.value ?? null);
}

interface Reading {
  readonly value: number;
  /** What it would be where a comma divides decimals. */
  readonly otherwise?: number;
}

function read(given: Quantity): Reading | null {
  if (typeof given === 'boolean') return { value: Number(given) };
  if (typeof given === 'number') return Math.abs(given) <= Number.MAX_SAFE_INTEGER ? { value: given } : null;
  // Folded, "10²" would be 102.
  if (given.length > maxLength || /\p{No}/u.test(given)) return null;
  const text = folded(given);
  const word = words.get(text);
  if (word !== undefined) return { value: word };
  const [, label, sign, digits = '', unit] = quantityForm.exec(text.replace(/(?<=\d)[’_](?=\d)/g, "'")) ?? [];
  if ((label !== undefined && !labels.test(label)) || (unit !== undefined && !nouns.test(unit))) return null;
  const number = readNumber(digits);
  return number !== null && sign === '-' ? { value: -number.value } : number;
}

/** `1.200` is a thousand and more, or one and a fraction: null, as for everything else that cannot be told. */
function readNumber(digits: string): Reading | null {
  if (/^[1-9]\d{0,2}\.\d{3}$/.test(digits)) return null;
  if (/^[1-9]\d{0,2},\d{3}$/.test(digits))
    return { value: Number(digits.replace(',', '')), otherwise: Number(digits.replace(',', '.')) };
  for (const [form, group, point] of numberForms) {
    const decimal = form.test(digits) ? digits.replaceAll(group, '').replace(point, '.') : null;
    if (decimal !== null) return isExact(decimal) ? { value: Number(decimal) } : null;
  }
  return null;
}

/** Whether no other number of so many digits is the same double. */
function isExact(decimal: string): boolean {
  const [whole = '', fraction = ''] = decimal.split('.').map((part, i) => part.replace(i === 0 ? /^0+/ : /0+$/, ''));
  return fraction === '' ? Number.isSafeInteger(Number(whole)) : whole.length + fraction.length <= 15;
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
  /^(?:(\p{L}[\p{L} ()]{0,30}?) ?[:=] ?)?(-?)(\d(?:[\d., ']{0,30}\d)?)(?: ?(\p{L}[\p{L}() ]{0,30}))?$/u;

const words: ReadonlyMap<string, number> = new Map([
  ['true', 1],
  ['yes', 1],
  ['enabled', 1],
  ['included', 1],
  ['false', 0],
  ['no', 0],
  ['disabled', 0],
  ['not included', 0],
]);

/**
 * What is counted, and nothing else: any other word may make another number of the number ("10 mil"), count what is used or
 * left ("10 remaining"), or measure something else ("10 user-hours").
 */
const noun =
  '(?:(?:user )?(?:seat|licen[cs]e|account)|user|unit|member|person|host|node|device|endpoint|server|employee|developer)(?:s|\\(s\\))?|people|[席人名個件]|名様|ユーザー?|ライセンス|シート|アカウント|メンバー|ユニット';
const nouns = new RegExp(`^(?:${noun}|(?:active|named|paid|team) users?)$`);
const labels = new RegExp(`^(?:(?:total )?(?:number of )?(?:${noun})|(?:${noun})数|quantity|qty|数量)$`);

/** No quantity is longer. */
const maxLength = 200;

function sameText(one: string, other: string): boolean {
  return one === other || (Math.max(one.length, other.length) <= maxLength && folded(one) === folded(other));
}

/** Full-width letters and digits are their narrow ones, every space is a space, and the case of letters does not count. */
function folded(text: string): string {
  return text.slice(0, maxLength).normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
