import type { Agreement, Offer, SaasContract } from '../checklist/model.ts';
import { utcMinute } from '../checklist/utc-minute.ts';

/** `agmt-4mwg1nev: pro 10, until 2026-12-23 14:44 UTC` */
export function agreementWords({ id, dimensions, startsAt, startsLater, endsAt, status }: Agreement): string {
  const bought =
    dimensions === null
      ? 'terms not known'
      : dimensions.map(({ key, quantity }) => `${key} ${quantity}`).join(', ') || 'usage-based';
  const start = startsLater && startsAt ? `, starts ${utcMinute(startsAt)}` : '';
  const state = status === 'ACTIVE' ? start : `, ${status.toLowerCase()}`;
  return `${id}: ${bought}${endsAt === null ? '' : `, until ${utcMinute(endsAt)}`}${state}`;
}

/** A line a price, and whether a quantity can be chosen. */
export function offerWords({ prices, unread = [], currency, quantityCanChange }: Offer): readonly string[] {
  const lines = prices.map(
    ({ dimension, price, duration }) =>
      `${dimension} ${price} ${currency}${duration === null ? '' : ` for ${durationWords(duration)}`}`,
  );
  const quantity =
    quantityCanChange === null ? [] : [`The quantity ${quantityCanChange ? 'can' : 'can not'} be chosen.`];
  return [...lines, ...unread.map((dimension) => `${dimension}: the price could not be read`), ...quantity];
}

export function saasWords({ plan, quantity, endDate }: SaasContract): string {
  return `plan ${plan ?? '-'}, quantity ${quantity ?? '-'}, ends ${endDate ?? '-'}`;
}

const units = { D: 'day', W: 'week', M: 'month', Y: 'year' } as const;

/** `P12M` as `12 months`; others as they are. */
function durationWords(duration: string): string {
  const [, count, unit] = /^P(\d+)([DWMY])$/.exec(duration) ?? [];
  if (!count || !unit) return duration;
  return `${count} ${units[unit as keyof typeof units]}${count === '1' ? '' : 's'}`;
}
