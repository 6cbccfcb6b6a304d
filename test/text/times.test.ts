import { expect, test, vi } from 'vitest';
import { utcMinute } from '../../src/checklist/reasons.ts';
import { isWebAddress } from '../../src/text/safe.ts';
import { clockTime, elapsed, roughly } from '../../src/text/times.ts';

test.each([
  [0, '0:00'],
  [999, '0:00'],
  [80_000, '1:20'],
  [3_599_999, '59:59'],
  [3_723_000, '1:02:03'],
])('%i ms have elapsed: %s', (ms, text) => {
  expect(elapsed(ms)).toBe(text);
});

test.each([
  [400, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [18 * 60_000, '18 min'],
  [59.6 * 60_000, '1 h 0 min'],
  [125 * 60_000, '2 h 5 min'],
  [47.9 * 3_600_000, '47 h 54 min'],
  [72 * 3_600_000, '3 days'],
])('%i ms are roughly %s', (ms, text) => {
  expect(roughly(ms)).toBe(text);
});

test('a moment is shown to the minute in UTC, anything else as it is', () => {
  expect(utcMinute('2026-12-23T14:44:59.000Z')).toBe('2026-12-23 14:44 UTC');
  expect(utcMinute('soon')).toBe('soon');
});

test.each([
  ['UTC', '09:04:03'],
  ['Asia/Tokyo', '18:04:03 GMT+9'],
  ['America/New_York', '04:04:03 EST'],
])('a clock shows two digits each, and its zone where others show UTC: %s', (zone, shown) => {
  vi.stubEnv('TZ', zone);
  expect(clockTime(new Date('2026-11-23T09:04:03Z'))).toBe(shown);
});

test.each([
  ['https://aws.amazon.com/marketplace', true],
  ['http://127.0.0.1:8080/', true],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['vscode://settings', false],
  ['aws.amazon.com', false],
  ['--version', false],
  ['', false],
])('%s is a web address: %s', (text, is) => {
  expect(isWebAddress(text)).toBe(is);
});
