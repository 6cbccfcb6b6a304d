import { expect, test } from 'vitest';
import { isNoEnd, parseEndDate, sameEnd } from '../../src/checks/end-date.ts';

const ends = '2026-12-23T14:44:00.000Z';

test.each<[string | number, time: string]>([
  ['2026-12-23T14:44:00Z', ends],
  ['2026-12-23T14:44:00.123Z', '2026-12-23T14:44:00.123Z'],
  ['2026-12-23T23:44:00.000+09:00', ends],
  ['2026-12-23T23:44+09:00[Asia/Tokyo]', ends],
  ['2026-12-23 23:44:00 +0900', ends],
  ['2026-12-23 14:44:00.123456789 +0000 UTC', '2026-12-23T14:44:00.123Z'],
  ['2026-12-23 09:44:00 -0500 EST', ends],
  ['2026-12-23 11:44:00.5 -0300 -03', '2026-12-23T14:44:00.500Z'],
  ['2026年12月23日(水) 23:44 +0900', ends],
  ['2026-12-23 14:44', ends],
  ['2026/12/23 2:44 PM', ends],
  ['20261223T144400Z', ends],
  ['Wed, 23 Dec 2026 14:44:00 GMT', ends],
  ['Wed, 23 Dec 2026 09:44:00 EST', ends],
  ['23 Dec 2026 23:44:00 +0900', ends],
  ['Wed Dec 23 2026 23:44:00 GMT+0900 (Japan Standard Time)', ends],
  ['Wed Dec 23 14:44:00 2026', ends],
  ['December 23, 2026 at 2:44 p.m.', ends],
  ['12/23/2026, 2:44:00 PM', ends],
  [Date.parse(ends), ends],
  [Date.parse(ends) / 1000, ends],
  [String(Date.parse(ends)), ends],
  [String(Date.parse(ends) / 1000), ends],
  ['20261223144400', ends],
  ['202612231444', ends],
  [20261223144400, ends],
  [253370764800, '9999-01-01T00:00:00.000Z'],
  ['253402300799', '9999-12-31T23:59:59.000Z'],
  [253370764800000, '9999-01-01T00:00:00.000Z'],
  [253402300799999, '9999-12-31T23:59:59.999Z'],
])('%j is a moment', (text, time) => {
  const read = parseEndDate(text);
  expect(read && new Date(read.time).toISOString()).toBe(time);
  expect(read?.day).toBeNull();
});

test.each([
  '2026-12-23',
  '2026/12/23',
  '2026.12.23',
  '20261223',
  20261223,
  'Dec 23, 2026',
  'Dec. 23 2026',
  'December 23rd, 2026',
  '23 Dec 2026',
  '23-Dec-2026',
  '23rd of December 2026',
  'Wednesday, December 23, 2026',
  '2026年12月23日',
  '2026年12月23日（水）',
  '2026年12月23日 水曜日',
  '2026/12/23 (Wed)',
  '２０２６－１２－２３',
  '12/23/2026',
  '23.12.2026',
  '2026-12-23T00:00:00+09:00',
  '2026-12-23 00:00:00',
])('%j is a day', (text) => {
  expect(parseEndDate(text)?.day).toBe(Date.UTC(2026, 11, 23));
});

test('the same number twice leaves no doubt which is the month', () => {
  expect(parseEndDate('12/12/2026')?.day).toBe(Date.UTC(2026, 11, 12));
});

test.each([
  '12/11/2026',
  '11.12.2026',
  '12/23/26',
  '12/2026',
  'soon',
  '10',
  '2026-13-40',
  '2026-02-30',
  '31/31/2026',
  'Feb 30, 2026',
  'Dec 2026',
  '2026-12-23 25:00',
  '2026-12-23 14:44 XYZ',
  '23 Dezember 2026',
  '2026-12-23 14:44 ABCDE',
  'Never',
  'N/A',
  '-',
  '253402300800000',
  '99999999999999',
  '',
])('%j is no date that can be told', (text) => {
  expect(parseEndDate(text)).toBeNull();
});

test.each<[ofAws: string | null, ofSaas: string | null, boolean]>([
  [ends, '2026-12-22', true],
  [ends, '2026-12-24', true],
  [ends, '2026-12-25', false],
  [ends, '2026-12-24T14:44:00Z', true],
  [ends, '2026-12-24T14:45:00Z', false],
  [ends, '2027-12-23', false],
  ['2026-12-23T23:59:59Z', '2026-12-23T00:00:00+09:00', true],
  ['2026-12-22T23:00:00Z', '2026-12-24T00:00:00+09:00', true],
  [null, null, true],
  [null, '2026-12-23', false],
  [ends, null, false],
  ['9999-01-01T00:00:00Z', null, true],
  ['9999-01-01T00:00:00Z', '9999-12-31', true],
  ['9999-01-01T00:00:00Z', '253370764800', true],
  [ends, '253370764800', false],
])('AWS says %j, the SaaS %j: the same is %j', (ofAws, ofSaas, same) => {
  expect(sameEnd(ofAws, ofSaas === null ? null : parseEndDate(ofSaas))).toBe(same);
});

test.each<[string, boolean]>([
  ['Never', true],
  ['N/A', true],
  [' - ', true],
  ['—', true],
  ['soon', false],
  ['-1', false],
  ['never mind', false],
])('%j says that there is no end: %j', (text, isSaid) => {
  expect(isNoEnd(text)).toBe(isSaid);
});
