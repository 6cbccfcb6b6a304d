import { expect, test } from 'vitest';
import { duration, parseDuration } from '../../src/checklist/fields.ts';

test.each([
  ['30s', 30_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
  ['0s', 0],
  ['90m', 5_400_000],
  ['99999h', 359_996_400_000],
])('%s is %i ms', (value, ms) => {
  expect(parseDuration(value)).toBe(ms);
  expect(duration.parse(value)).toBe(ms);
});

test.each(['', '10', 'm', '10 m', '1.5m', '-1m', '10M', '10ms', '10min', '1h30m', '1w', '١0m', '10m\n', '100000s'])(
  '%j is no duration',
  (value) => {
    expect(parseDuration(value)).toBeNull();
    expect(duration.safeParse(value).success).toBe(false);
  },
);
