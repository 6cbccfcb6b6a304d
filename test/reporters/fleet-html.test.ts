import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fleetReporters } from '../../src/reporters/fleet.ts';
import { hostile, rawIn } from '../support/hostile.ts';
import { material } from '../support/report-material.ts';
import { fleetReport, type SampleFleet, sampleProducts } from '../support/sample-fleet.ts';
import { hostileFleet } from './hostile-report.ts';

const printed = (fleet?: SampleFleet) => fleetReporters.html(fleetReport(fleet), material);
const all = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([, found = '']) => found);

test('the first screen has the verdict, and a table with the worst product first', () => {
  const html = printed();
  expect(html.match(/<span class="sentence">(.*?)<\/span>/)?.[1]).toBe(
    '1 fail, 1 could not check, 4 incomplete, 1 waived, 3 pass (1 with a warning).',
  );
  const [table = ''] = html.match(/<table class="products".*?<\/table>/s) ?? [];
  expect(all(table, /<a href="#p\d+">(.*?)<\/a>/g).slice(0, 3)).toEqual([
    'Acme CRM',
    'prod-zmvzfhc4t3eai',
    'prod-w7i5q3xkylsgm',
  ]);
  expect(table).toContain('>6 inspect</a>: quantity: expected 10, the SaaS shows 1.');
  expect(table).toContain('waived until 2027-01-15: MP-412: no test contract yet');
  expect(table).toContain('carried over from 2026-11-22 21:08 UTC');
});

test('only what has passed is folded', () => {
  const html = printed();
  const names = (pattern: RegExp) => all(html, pattern);
  expect(names(/<details class="product" id="p\d+"><summary>.*?class="name">(.*?)</gs).slice(-3)).toEqual([
    'Acme Maps',
    'Acme Chat',
    'Acme Notes',
  ]);
  expect(names(/<details class="product" id="(p\d+)" open>/g)).toHaveLength(7);
});

test('every link leads to one place of the page', () => {
  const html = printed({ products: sampleProducts, checklists: ['one', 'two'] });
  const ids = all(html, / id="([^"]*)"/g);
  expect(new Set(ids).size).toBe(ids.length);
  const links = all(html, / href="#([^"]*)"/g);
  expect(links.length).toBeGreaterThan(sampleProducts.length);
  expect(links.filter((link) => !ids.includes(link))).toEqual([]);
});

test('300 products fit into a megabyte', () => {
  const products = Array.from({ length: 300 }, (_, i) => ({
    ...{ product: `prod-${i}aaaaaaaaaa`, title: `Product ${i}`, owner: 'team-notes' },
    ...(i % 2 === 0 ? { ends: 'fail' as const } : {}),
  }));
  expect(printed({ products }).length).toBeLessThan(1_000_000);
});

test('says so first where it was not made on AWS', () => {
  expect(printed({ products: sampleProducts, sandbox: true })).toMatch(
    /<body class="fail not-aws">\s*<aside[^>]*><strong>SANDBOX, not AWS\./,
  );
});

test('no text changes the markup', () => {
  const skeleton = (html: string) => html.match(/<[^>]*>/g)?.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
  const print = (text: string) => fleetReporters.html(hostileFleet(text), material);
  const plain = skeleton(print('words'));
  const dangerous = ['<', '>', '"', "'", '&', '<!--', ']]>', '</style>', '</details>', '<script>', '&lt;', '\u2028'];
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(fc.constantFrom(...dangerous), fc.string()), { maxLength: 8 }).map((parts) => parts.join('')),
    fc.constantFrom(...Object.values(hostile)),
  );
  fc.assert(
    fc.property(anything, (text) => {
      // Without line ends and addresses, which make paragraphs and links.
      const html = print(`x${text.replaceAll('\n', ' ')}`);
      expect(skeleton(html)).toEqual(plain);
      expect(rawIn(html)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
