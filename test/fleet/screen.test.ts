import { describe, expect, test } from 'vitest';
import { progressTable } from '../../src/fleet/screen.ts';
import { plainPaint } from '../../src/text/styles.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { fleetReport, type SampleProduct } from '../support/sample-fleet.ts';
import { tooWide } from '../support/too-wide.ts';

const outcomes: readonly SampleProduct['ends'][] = ['pass', 'no-buyer', 'pass', 'fail', 'pass', 'unknown'];

/** How 300 products get on: `ended` of them have ended, half of these have passed. */
function table(ended: number, columns: number, rows: number, title?: string): string {
  const products = Array.from({ length: ended }, (_, i): SampleProduct => {
    const ends = outcomes[i % outcomes.length] ?? 'pass';
    return { product: `prod-${i + 1}`, title: title ?? `Product ${i + 1}`, owner: title ?? 'team-notes', ends };
  });
  const checking = Array.from({ length: Math.min(50, 300 - ended) }, (_, i) => title ?? `prod-${ended + i + 1}`);
  const progress = { ended: fleetReport({ products }).products, checking, count: 300, ms: ended * 400 };
  return progressTable(progress, { columns, rows, paint: plainPaint });
}

describe('the table of a fleet run', () => {
  test('shows what has not passed, the worst first, and what is being checked', () => {
    expect(table(6, 80, 24)).toMatchInlineSnapshot(`
      "… 6 of 300 checked: 1 fail, 1 could not check, 1 incomplete, 3 pass
        ✗ FAIL             Product 4  prod-4                                team-notes
        ! could not check  prod-6                                           team-notes
        · incomplete       prod-2                                           team-notes
        checking  prod-7, prod-8, prod-9, prod-10, prod-11, prod-12 and 44 more
      "
    `);
  });

  test('shows what there is room for, counts the rest, and estimates the time', () => {
    expect(table(150, 80, 10)).toMatchInlineSnapshot(`
      "… 150 of 300 checked, about 1 min left: 25 fail, 25 could not check, 25
        incomplete, 75 pass
        ✗ FAIL             Product 4    prod-4                              team-notes
        ✗ FAIL             Product 10   prod-10                             team-notes
        ✗ FAIL             Product 16   prod-16                             team-notes
        ✗ FAIL             Product 22   prod-22                             team-notes
        and 71 more that have not passed
        checking  prod-151, prod-152, prod-153, prod-154, prod-155 and 45 more
      "
    `);
  });

  test('estimates no time once the last products are being checked', () => {
    expect(table(249, 80, 24)).toMatch(/^… 249 of 300 checked, about \d+ s left: /);
    expect(table(250, 80, 24)).toMatch(/^… 250 of 300 checked: /);
  });

  test.each([
    [80, 24],
    [40, 24],
    [20, 12],
    [80, 6],
  ])('fits %i columns and %i rows, whatever products are called', (columns, rows) => {
    for (const title of [undefined, allHostile])
      for (const ended of [0, 1, 60, 299, 300]) {
        const shown = table(ended, columns, rows, title);
        expect(shown.split('\n').length, shown).toBeLessThan(rows);
        expect([tooWide(shown, columns), rawIn(shown)]).toEqual([[], []]);
      }
  });
});
