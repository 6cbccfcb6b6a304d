import { describe, expect, test } from 'vitest';
import { fleetDocument } from '../../src/checklist/fleet-report.ts';
import { fleetReporters } from '../../src/reporters/fleet.ts';
import { fleetSummary, productRows } from '../../src/reporters/fleet-summary.ts';
import { type Paint, plainPaint, type Style, type Styles } from '../../src/text/styles.ts';
import { allHostile, rawIn } from '../support/hostile.ts';
import { material } from '../support/report-material.ts';
import { fleetReport, type SampleProduct, sampleProducts } from '../support/sample-fleet.ts';
import { tooWide } from '../support/too-wide.ts';
import { hostileFleet } from './hostile-report.ts';

const screen = (columns: number): Styles => ({ columns, paint: plainPaint });
const named = ['plain', 'bold', 'dim', 'good', 'bad', 'warn', 'accent'] as const satisfies readonly Style[];
const tags = Object.fromEntries(
  named.map((name) => [name, (words: string) => `<${name}>${words}</${name}>`]),
) as unknown as Paint;

/** The summary of these products. */
function shown(products: readonly SampleProduct[], columns = 80, facts = {}): string {
  return fleetSummary(fleetReport({ products, ...facts }), screen(columns));
}

test('one product of each kind at 80 columns, the worst first', () => {
  expect(fleetSummary(fleetReport(), screen(80))).toMatchInlineSnapshot(`
    "
    FAIL  Automated regression, 10 products
          1 fail, 1 could not check, 4 incomplete, 1 waived, 3 pass (1 with a
          warning)    12 h 18 min
      started 2026-11-22 21:00 UTC, resumed 2026-11-23 09:00 UTC
      signed in to AWS as arn:aws:iam::111122223333:user/mp-seller
      ✗ FAIL             Acme CRM            prod-4cdmx2ngkzvtw             team-crm
          ✗ 6 inspect: quantity: expected 10, the SaaS shows 1.
      ! could not check  prod-zmvzfhc4t3eai                                  billing
          AWS has no product prod-zmvzfhc4t3eai in account 444455556666.
      · incomplete       prod-w7i5q3xkylsgm                                  billing
          The checklist regression needs a test buyer, and none was given.
          waiver ended 2026-11-01: MP-398: account is being moved
      · incomplete       Acme Wiki           prod-6yokv5ulwdqno
          mp-verify.yaml configures no contract API for this product, so nothing was
          compared with the SaaS. Add saas.contract-api, or saas: none if that is
          intended.
      · incomplete       Acme Vault          prod-heq6vsw3kbuza
          It passed before the run was resumed, but was not checked again.
          carried over from 2026-11-22 21:08 UTC (12 h 9 min old)
      · incomplete       prod-jn4o2fcxgtdyi
          This product was not reached.
      – waived           Acme Mail           prod-ccc2ioqvhmpwy            team-mail
          ✗ 6 inspect: quantity: expected 10, the SaaS shows 1.
          waived until 2027-01-15: MP-412: no test contract yet
      ! pass, warning    Acme Maps           prod-rl2dhpbgxswc4            team-maps
          ! 5 contract (warning): The buyer 444455556666 has an active entitlement,
            which ends 2026-12-01 09:00 UTC.
      ✓ pass             Acme Chat           prod-5xjtnu3ymqoae            team-chat
          waived until 2026-12-31: MP-377: quantity is rounded (passed: remove the
          waiver)
      ✓ pass             Acme Notes          prod-lp5dq7gziiuyi           team-notes
      Fix it, then resume:
        mp-verify resume regression-7
          checks all products again, first those that have not passed
      To check only what has not passed, add to the command of a new run:
        --product prod-4cdmx2ngkzvtw --product prod-w7i5q3xkylsgm --product prod-zmvzfhc4t3eai --product prod-6yokv5ulwdqno --product prod-heq6vsw3kbuza --product prod-jn4o2fcxgtdyi
    "
  `);
});

test('at 40 columns', () => {
  expect(shown(sampleProducts.slice(0, 5), 40, { sandbox: true })).toMatchInlineSnapshot(`
    "
    FAIL  Automated regression, 5 products
          1 fail, 1 could not check, 1
          incomplete, 1 waived, 1 pass    18
          min
      SANDBOX, not AWS
    ✗ FAIL  Acme CRM
      prod-4cdmx2ngkzvtw  team-crm
          ✗ 6 inspect: quantity: expected
            10, the SaaS shows 1.
    ! could not check  prod-zmvzfhc4t3eai
      billing
          AWS has no product
          prod-zmvzfhc4t3eai in account
          444455556666.
    · incomplete  prod-w7i5q3xkylsgm
      billing
          The checklist regression needs a
          test buyer, and none was given.
          waiver ended 2026-11-01: MP-398:
          account is being moved
    – waived  Acme Mail
      prod-ccc2ioqvhmpwy  team-mail
          ✗ 6 inspect: quantity: expected
            10, the SaaS shows 1.
          waived until 2027-01-15: MP-412:
          no test contract yet
    ✓ pass  Acme Notes
      prod-lp5dq7gziiuyi  team-notes
      Fix it, then resume:
        mp-verify resume regression-7
          checks all products again, first
          those that have not passed
      To check only what has not passed, add
      to the command of a new run:
        --product prod-4cdmx2ngkzvtw --product prod-w7i5q3xkylsgm --product prod-zmvzfhc4t3eai
    "
  `);
});

test('with colors', () => {
  const report = fleetReport({ products: sampleProducts.slice(0, 3) });
  expect(fleetSummary(report, { columns: 80, paint: tags })).toMatchInlineSnapshot(`
    "
    <bad>FAIL  </bad><bold>Automated regression, 3 products</bold>        <dim>1 fail, 1 waived, 1 pass    18 min</dim>
    <plain>  </plain><warn>signed in to AWS as arn:aws:iam::111122223333:user/mp-seller</warn>
    <bad>  ✗ FAIL    </bad><plain>Acme CRM    prod-4cdmx2ngkzvtw</plain>                              <dim>team-crm</dim>
    <bad>      ✗ </bad><plain>6 inspect: quantity: expected 10, the SaaS shows 1.</plain>
    <warn>  – waived  </warn><plain>Acme Mail   prod-ccc2ioqvhmpwy</plain>                             <dim>team-mail</dim>
    <bad>      ✗ </bad><plain>6 inspect: quantity: expected 10, the SaaS shows 1.</plain>
    <plain>      </plain><warn>waived until 2027-01-15: MP-412: no test contract yet</warn>
    <good>  ✓ pass    </good><plain>Acme Notes  prod-lp5dq7gziiuyi</plain>                            <dim>team-notes</dim>
    <plain>  </plain><plain>Fix it, then resume:</plain>
    <accent>    mp-verify resume regression-7</accent>
    <plain>      </plain><dim>checks all products again, first those that have not passed</dim>
    <plain>  </plain><plain>To check only what has not passed, add to the command of a new run:</plain>
    <accent>    --product prod-4cdmx2ngkzvtw</accent>
    "
  `);
});

test('a fleet that has passed says nothing but that, with a line for each product', () => {
  const products = Array.from({ length: 300 }, (_, i) => ({ product: `prod-${i}aaaaaaaa`, title: `Product ${i}` }));
  const lines = shown(products).trimEnd().split('\n');
  expect(lines[1]).toMatch(/^PASS {2}Automated regression, 300 products +300 pass {4}18 min$/);
  expect(lines.filter((line) => /^ {2}✓ pass {2}Product /.test(line))).toHaveLength(300);
  // The headline after an empty line, and who signed in.
  expect(lines).toHaveLength(300 + 3);
});

describe('what to do next', () => {
  test('names the products as mp-verify.yaml does, quoted for a shell', () => {
    const report = fleetReport({ products: sampleProducts.slice(0, 2) });
    const products = report.products.map((each) => ({ ...each, listedAs: 'Acme $CRM' }));
    expect(fleetSummary({ ...report, products }, screen(80))).toContain("\n    --product 'Acme $CRM'\n");
  });

  test.each([
    ['none that passed', [{ product: 'prod-a', ends: 'fail' }]],
    ['more than fit', [{ product: 'prod-p' }, ...Array.from({ length: 21 }, (_, i) => failing(i))]],
  ] as const)('does not list %s', (_, products) => {
    expect(shown(products)).toContain('    mp-verify resume regression-7');
    expect(shown(products)).not.toContain('--product');
  });

  test('is nothing while the run is in progress', () => {
    const report = fleetReport();
    const summary = fleetSummary({ ...report, run: { ...report.run, walkingNow: true } }, screen(80));
    expect(summary).toContain('  in progress\n');
    expect(summary).not.toContain('mp-verify resume');
  });
});

function failing(index: number): SampleProduct {
  return { product: `prod-${index}`, ends: 'fail' };
}

test('a product that passed although an advisory step did not', () => {
  const report = fleetReport({ products: sampleProducts.slice(0, 1) });
  const products = report.products.map((product) => ({
    ...product,
    checklists: product.checklists.map((checklist) => ({
      ...checklist,
      steps: checklist.steps.map((step) =>
        step.id === 'registration' ? { ...step, required: false, status: 'fail' as const } : step,
      ),
    })),
  }));
  expect(fleetSummary({ ...report, products }, screen(80))).toContain(
    '  One product passed although an advisory step did not: registration\n',
  );
});

test('a brief summary only counts many products that passed, except those with something to say', () => {
  const passed = Array.from({ length: 21 }, (_, i): SampleProduct => ({ product: `prod-${i}`, title: `Acme ${i}` }));
  const report = fleetReport({ products: [...passed, ...sampleProducts.slice(6, 8), failing(99)] });
  const summary = fleetSummary(report, screen(80), { brief: true });
  expect(summary).toContain('  ✓ pass  21 products, listed by mp-verify report regression-7\n');
  for (const shown of ['prod-99', 'Acme Maps', 'Acme Chat']) expect(summary).toContain(shown);
  expect(summary).not.toContain('Acme 20');
  const few = fleetReport({ products: passed.slice(1) });
  for (const all of [fleetSummary(report, screen(80)), fleetSummary(few, screen(80), { brief: true })])
    expect(all).toContain('Acme 20');
});

test('with several checklists a step is named with its own', () => {
  expect(shown([{ product: 'prod-a', ends: 'fail' }], 80, { checklists: ['one', 'two'] })).toContain(
    '✗ one 6 inspect: quantity: expected 10',
  );
});

test.each([120, 80, 40])('fits on %i columns whatever the words', (columns) => {
  const words = '契約内容を確認できるページ 😀 ';
  const products = sampleProducts.map((each) => ({ ...each, title: words.repeat(4), owner: words.repeat(2) }));
  const long = [...products, { product: 'x'.repeat(200), ends: 'unknown' }] as const;
  const lines = shown(long, columns, { endpoint: 'http://127.0.0.1:4567' });
  const copied = / {4}(mp-verify resume|--product) /;
  expect(tooWide(lines, columns).filter((line) => !copied.test(line))).toEqual([]);
});

test('rows alone, for a table that changes while a fleet is checked', () => {
  const { products } = fleetReport({ products: sampleProducts.slice(0, 2) });
  expect(productRows(products, screen(80))).toEqual([
    '  ✓ pass  Acme Notes  prod-lp5dq7gziiuyi                              team-notes\n',
    '  ✗ FAIL  Acme CRM    prod-4cdmx2ngkzvtw                                team-crm\n',
  ]);
});

test('foreign text cannot forge a line', () => {
  const columns = 80;
  const report = hostileFleet(allHostile);
  expect(rawIn(fleetSummary(report, screen(columns)))).toEqual([]);
  expect(rawIn(fleetReporters.text(report, { ...material, styles: screen(columns) }))).toEqual([]);
});

test('the document has every text as it is, escaped', () => {
  const report = hostileFleet(allHostile);
  const json = fleetReporters.json(report);
  expect(fleetDocument.parse(JSON.parse(json))).toEqual(report);
  expect(rawIn(json)).toEqual([]);
});
